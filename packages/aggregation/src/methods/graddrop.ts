/**
 * GradDrop, gradient sign dropout: in each coordinate keep the entries of one sign, drawn by how much of the column has
 * that sign.
 *
 *     P = ½ (1 + J'1 / |J|'1)        the share of each column that is positive
 *     A_k = Σ_i (ℓ_i + (1 − ℓ_i) [J_ik has the kept sign]) J_ik,   the kept sign of column k being + with probability P_k
 *
 * with the leak ℓ, 0 each by default. Chen, Ngiam, Huang, Luong, Kretzschmar, Chai and Anguelov, "Just Pick a Sign:
 * Optimizing Deep Multitask Models with Gradient Sign Dropout", NeurIPS 2020, arXiv 2010.06808, algorithm 1, lines 10
 * to 15, with f the identity. As there it is a sum over the rows, not their mean.
 *
 * Its direction is no combination of the rows, rows may conflict with it, and P is not linear in the rows.
 *
 * One uniform number a column, the columns in order, from the seed and the number of calls before this one. A column
 * that is all 0 gives 0, where 0/0 stands in the formula; a row of zeros changes nothing; of one row the direction is
 * that row. TorchJD drops a column without positive entries when the draw is exactly 0, and gives NaN for a column of
 * zeros.
 *
 * @module
 */
import { InputError, type Wasm } from "@dualcone/wasm"
import { integer, numbers, objectWith, oneEachRow } from "../check.ts"
import type { Combination, Size } from "../combination.ts"
import type { Direction } from "../linearization.ts"
import { defineMethod, type Method } from "../method.ts"
import { drawsOf } from "../random.ts"
import { jacobianOf } from "../row-products.ts"

/** The specification of GradDrop. */
export interface GradDrop {
  readonly name: "graddrop"
  /** ℓ: the share of each row that is never dropped, one entry a row; none is kept when absent. */
  readonly leak?: readonly number[]
  readonly seed: number
}

/** Options of {@link graddrop}. */
export interface GradDropOptions {
  /** From 0 to 1, one entry a row. Default: 0 each. */
  readonly leak?: readonly number[]
  /** A whole number, at least 0. Default: 0. */
  readonly seed?: number
}

/** GradDrop with these options. @throws InputError for an option that breaks its rule. */
export function graddrop(options: GradDropOptions = {}): GradDrop {
  return graddropMethod.parse(options, "graddrop")
}

export const graddropMethod: Method<GradDrop> = defineMethod({
  name: "graddrop",
  title: "GradDrop",
  paper: "Chen et al. 2020, Just Pick a Sign, arXiv 2010.06808",
  formula: "each column keeps its positive entries with probability (1 + J'1 / |J|'1) / 2, else its negative ones",
  parameters: [
    { name: "leak", type: "numbers", default: "0 each", meaning: "share of each row that is never dropped, 0 to 1" },
    { name: "seed", type: "number", default: "0", meaning: "seed of the draws" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: false },
  random: true,
  parse(value, place) {
    const { leak, seed } = objectWith(value, place, ["name", "leak", "seed"])
    const rule = "every leak must be from 0 to 1"
    return {
      name: "graddrop",
      ...(leak === undefined ? {} : { leak: numbers(leak, `${place}.leak`, (part) => part >= 0 && part <= 1, rule) }),
      seed: seed === undefined ? 0 : integer(seed, `${place}.seed`, 0)
    }
  },
  combine: planGradDrop
})

function planGradDrop({ functions }: Wasm, { leak, seed }: GradDrop, size: Size): Combination {
  const { objectives, parameters } = size
  if (leak !== undefined) oneEachRow(leak, "the leak", objectives)
  const leaks = leak === undefined ? new Float64Array(objectives) : Float64Array.from(leak)
  const calls = new Float64Array(1)
  const sums = new Float64Array(parameters)
  const absolutes = new Float64Array(parameters)
  const keepsPositive = new Uint8Array(parameters)
  const direction = new Float64Array(parameters)

  return {
    objectives,
    parameters,
    state: new Map([["calls", calls]]),
    combine(linearization, into) {
      const rows = jacobianOf(linearization, size)
      addColumns(sums, absolutes, rows, objectives)
      const { uniform } = drawsOf(functions, seed, calls[0] ?? 0)
      for (let k = 0; k < parameters; k++) {
        const absolute = absolutes[k] ?? 0
        checkSum(absolute, k)
        const positive = 0.5 * (1 + (absolute > 0 ? (sums[k] ?? 0) / absolute : 0))
        keepsPositive[k] = uniform() < positive ? 1 : 0
      }
      direction.fill(0)
      for (let i = 0; i < objectives; i++) {
        const leaked = leaks[i] ?? 0
        for (let k = 0; k < parameters; k++) {
          const entry = rows[i * parameters + k] ?? 0
          const kept = entry > 0 === (keepsPositive[k] === 1) ? entry : leaked * entry
          direction[k] = (direction[k] ?? 0) + kept
        }
      }
      calls[0] = (calls[0] ?? 0) + 1
      into.set(direction)
      return { weights: null, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}

/** Writes J'1 and |J|'1. */
function addColumns(sums: Float64Array, absolutes: Float64Array, rows: Direction, objectives: number): void {
  const parameters = sums.length
  sums.fill(0)
  absolutes.fill(0)
  for (let i = 0; i < objectives; i++) {
    for (let k = 0; k < parameters; k++) {
      const entry = rows[i * parameters + k] ?? 0
      sums[k] = (sums[k] ?? 0) + entry
      absolutes[k] = (absolutes[k] ?? 0) + Math.abs(entry)
    }
  }
}

function checkSum(absolute: number, column: number): void {
  if (Number.isFinite(absolute)) return
  const place = `the sum of the absolute values of column ${column} of the Jacobian`
  throw new InputError({ rule: "it must be finite", place, value: absolute })
}
