/**
 * DB-MTL: gradients of the logarithms of the losses, averaged over the calls and brought to the length of the longest.
 *
 *     b_i ← β_k b_i + (1 − β_k) g_i / (L_i + ε),   β_k = β / k^σ at call k = 1, 2, …,   b_i = 0 at first
 *     d = Σ_i w_i b_i,   w_i = max_j ‖b_j‖ / ‖b_i‖
 *
 * with ε = 10⁻⁸. Lin, Jiang, Ye, Zhang, Chen, Chen, Liu, Tsang and Kwok, "Dual-Balancing for Multi-Task Learning",
 * 2023, arXiv 2308.12029. ε is that of the authors' code, LibMTL, where β = .9 and σ = 0. As there, the averages start
 * at 0, so that the first directions are shorter by 1 − β_1.
 *
 * Losses must not be negative. With β > 0 it remembers m vectors of n numbers and the number of calls, and asks for the
 * Jacobian; d is no combination of the rows, and weights are null. With β = 0 the Gramian is enough, and the weights
 * are those of the rows themselves: max_j (‖g_j‖ / (L_j + ε)) / ‖g_i‖. Rows can conflict with d (two rows, with β = 0,
 * cannot: d is their bisector), and it is not linear under scaling. A row whose average is zero is left out, with
 * weight 0; one row is divided by its loss.
 *
 * @module
 */
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { notNegative, objectWith, share } from "../check.ts"
import type { Combination, Size } from "../combination.ts"
import { finiteWeights } from "../finite-weights.ts"
import type { Direction } from "../linearization.ts"
import { defineMethod, type Method } from "../method.ts"
import { jacobianOf } from "../row-products.ts"
import { stateless } from "../state.ts"
import { checkValues, type Weighting } from "../weighting.ts"
import { planUnitRows } from "./unit-rows.ts"

/** The specification of DB-MTL. */
export interface DBMTL {
  readonly name: "db-mtl"
  /** β. */
  readonly beta: number
  /** σ. */
  readonly sigma: number
}

/** Options of {@link dbMtl}. */
export interface DBMTLOptions {
  /** At least 0, without averages, and below 1. Default: .9. */
  readonly beta?: number
  /** Not negative. Default: .5. */
  readonly sigma?: number
}

/** DB-MTL with these options. @throws InputError for an option that breaks its rule. */
export function dbMtl(options: DBMTLOptions = {}): DBMTL {
  return dbMtlMethod.parse(options, "db-mtl")
}

export const dbMtlMethod: Method<DBMTL> = defineMethod({
  name: "db-mtl",
  title: "DB-MTL",
  paper: "Lin et al. 2023, Dual-Balancing for Multi-Task Learning, arXiv 2308.12029",
  formula: "d = sum_i b_i max_j |b_j| / |b_i|, b_i a moving average of g_i / L_i",
  parameters: [
    { name: "beta", type: "number", default: "0.9", meaning: "share of the past in the averages, at the first call" },
    { name: "sigma", type: "number", default: "0.5", meaning: "how that share falls: beta / k^sigma at call k" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: false },
  stateful: true,
  parse(value, place) {
    const { beta, sigma } = objectWith(value, place, ["name", "beta", "sigma"])
    return {
      name: "db-mtl",
      beta: beta === undefined ? 0.9 : share(beta, `${place}.beta`),
      sigma: sigma === undefined ? 0.5 : notNegative(sigma, `${place}.sigma`)
    }
  },
  planAny({ functions }, specification, size) {
    if (specification.beta === 0) return { asks: "gramian", weighting: planWithoutAverages(size.objectives) }
    return { asks: "jacobian", combination: planWithAverages(functions, specification, size) }
  }
})

/** ε. */
const EPSILON = 1e-8

/** Largest entry of a gradient over its loss, so that no length and no sum of directions overflows. */
const LARGEST = 1e280

/** The losses, none negative. */
function checkLosses(values: Float64Array | undefined, objectives: number): Float64Array {
  const losses = checkValues(values, objectives)
  const wrong = losses.findIndex((loss) => loss < 0)
  if (wrong < 0) return losses
  const rule = "db-mtl takes logarithms: it must not be negative"
  throw new InputError({ rule, place: `value ${wrong} of the objectives`, value: losses[wrong] })
}

function planWithoutAverages(objectives: number): Weighting {
  const rows = planUnitRows(objectives)
  const weights = new Float64Array(objectives)
  return {
    objectives,
    state: stateless,
    weigh(gramian, values) {
      rows.read(gramian)
      const losses = checkLosses(values, objectives)
      let longest = 0
      for (let i = 0; i < objectives; i++) {
        longest = Math.max(longest, (rows.lengths[i] ?? 0) / ((losses[i] ?? 0) + EPSILON))
      }
      for (let i = 0; i < objectives; i++) {
        const length = rows.lengths[i] ?? 0
        weights[i] = length === 0 ? 0 : longest / length
      }
      return { weights: finiteWeights(weights, "db-mtl"), certificate: null }
    },
    [Symbol.dispose]() {}
  }
}

function planWithAverages(functions: RealFunctions, { beta, sigma }: DBMTL, size: Size): Combination {
  const { objectives, parameters } = size
  const averages = new Float64Array(objectives * parameters)
  const calls = new Float64Array(1)
  const lengths = new Float64Array(objectives)
  const direction = new Float64Array(parameters)

  const checkQuotients = (rows: Direction, losses: Float64Array) => {
    for (let i = 0; i < objectives; i++) {
      const limit = LARGEST * ((losses[i] ?? 0) + EPSILON)
      for (let at = i * parameters; at < (i + 1) * parameters; at++) {
        const entry = rows[at] ?? 0
        if (Math.abs(entry) <= limit) continue
        const place = `row ${i}, column ${at - i * parameters} of the Jacobian`
        throw new InputError({ rule: `over its loss it must be at most ${LARGEST}`, place, value: entry })
      }
    }
  }

  const updateAverages = (rows: Direction, losses: Float64Array, past: number) => {
    for (let i = 0; i < objectives; i++) {
      const loss = (losses[i] ?? 0) + EPSILON
      for (let at = i * parameters; at < (i + 1) * parameters; at++) {
        averages[at] = past * (averages[at] ?? 0) + (1 - past) * ((rows[at] ?? 0) / loss)
      }
      lengths[i] = lengthOf(averages, i * parameters, parameters)
    }
  }

  const writeDirection = (longest: number) => {
    direction.fill(0)
    for (let i = 0; i < objectives; i++) {
      const length = lengths[i] ?? 0
      if (length === 0) continue
      for (let c = 0; c < parameters; c++) {
        // The weight alone may leave the range of float64.
        direction[c] = (direction[c] ?? 0) + ((averages[i * parameters + c] ?? 0) / length) * longest
      }
    }
  }

  return {
    objectives,
    parameters,
    state: new Map([
      ["averages", averages],
      ["calls", calls]
    ]),
    combine(linearization, into) {
      const rows = jacobianOf(linearization, size)
      const losses = checkLosses(linearization.values, objectives)
      checkQuotients(rows, losses)
      const call = (calls[0] ?? 0) + 1
      updateAverages(rows, losses, beta / functions.pow(call, sigma))
      calls[0] = call
      const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
      writeDirection(longest)
      into.set(direction)
      return { weights: null, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}

/** The length of the n entries from `start` on, over the whole range of float64. */
function lengthOf(entries: Float64Array, start: number, n: number): number {
  let largest = 0
  for (let at = start; at < start + n; at++) largest = Math.max(largest, Math.abs(entries[at] ?? 0))
  if (largest === 0) return 0
  let sum = 0
  for (let at = start; at < start + n; at++) sum += ((entries[at] ?? 0) / largest) * ((entries[at] ?? 0) / largest)
  return largest * Math.sqrt(sum)
}
