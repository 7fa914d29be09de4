/**
 * Bloop with moving averages of the gradients that are to be left alone.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Combination, Size } from "../combination.ts"
import type { Direction } from "../linearization.ts"
import { planUnitRows } from "../methods/unit-rows.ts"
import { jacobianOf, writeGramian } from "../row-products.ts"
import type { BloopAveraged } from "./bloop.ts"
import { planProjections } from "./projections.ts"

/** Entries whose products are summed before they join the total: the error grows with n/512 instead of n. */
const BLOCK = 512

/** Plans it for m objectives and n parameters. The averages are m − 1 vectors of n entries. */
export function planBloopAveraged(
  lambdas: Float64Array,
  { average, rho }: Pick<BloopAveraged, "average" | "rho">,
  size: Size
): Combination {
  const { objectives, parameters } = size
  const levels = lambdas.length
  const averages = new Float64Array(levels * parameters)
  const calls = new Float64Array(1)
  const gramian = new Float64Array(levels * levels)
  const units = planUnitRows(levels)
  const projections = planProjections(levels)
  const products = new Float64Array(levels)
  const coefficients = new Float64Array(levels)
  /** What of the averages is taken off the sum of the gradients. */
  const removed = new Float64Array(levels)
  const direction = new Float64Array(parameters)

  const updateAverages = (rows: Direction) => {
    const first = calls[0] === 0
    for (let at = 0; at < averages.length; at++) {
      const newest = rows[at] ?? 0
      averages[at] = first ? newest : (1 - rho) * (averages[at] ?? 0) + rho * newest
    }
  }

  const writeRemoved = (rows: Direction) => {
    writeGramian(gramian, averages, { objectives: levels, parameters })
    units.read({ objectives: levels, values: gramian })
    const { lengths, cosines } = units
    projections.factorise(cosines, levels)
    removed.fill(0)
    for (let k = 1; k < objectives; k++) {
      for (let j = 0; j < k; j++) {
        const length = lengths[j] ?? 0
        products[j] = length === 0 ? 0 : product(rows, k * parameters, averages, j * parameters, parameters) / length
      }
      projections.project(coefficients, products, 0, k)
      for (let j = 0; j < k; j++) {
        const coefficient = (lambdas[k - 1] ?? 0) * (coefficients[j] ?? 0)
        if (coefficient !== 0) removed[j] = (removed[j] ?? 0) + coefficient / (lengths[j] ?? 1)
      }
    }
    const wrong = removed.findIndex((entry) => !Number.isFinite(entry))
    if (wrong < 0) return
    const rule = "it must be finite; gradients this long, or this far apart, have no projection in float64"
    throw new InputError({ rule, place: `the weight of average ${wrong} of bloop`, value: removed[wrong] })
  }

  const writeDirection = (rows: Direction) => {
    for (let c = 0; c < parameters; c++) direction[c] = rows[c] ?? 0
    for (let k = 0; k < levels; k++) {
      const scale = lambdas[k] ?? 0
      const less = removed[k] ?? 0
      const gradient = (k + 1) * parameters
      const average = k * parameters
      for (let c = 0; c < parameters; c++) {
        const change = scale * (rows[gradient + c] ?? 0) - less * (averages[average + c] ?? 0)
        direction[c] = (direction[c] ?? 0) + change
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
      if (average === "before" || calls[0] === 0) updateAverages(rows)
      if (levels > 0) writeRemoved(rows)
      writeDirection(rows)
      if (average === "after" && calls[0] !== 0) updateAverages(rows)
      calls[0] = (calls[0] ?? 0) + 1
      into.set(direction)
      return { weights: null, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}

/** The inner product of two vectors of n entries that begin at `first` and `second`. */
function product(a: Direction, first: number, b: Float64Array, second: number, n: number): number {
  let total = 0
  for (let from = 0; from < n; from += BLOCK) {
    const to = Math.min(from + BLOCK, n)
    let sum = 0
    for (let k = from; k < to; k++) sum += (a[first + k] ?? 0) * (b[second + k] ?? 0)
    total += sum
  }
  return total
}
