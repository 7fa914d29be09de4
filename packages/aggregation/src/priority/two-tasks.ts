/**
 * Methods for one main and one auxiliary objective, the rows 0 and 1: functions of the two lengths and the angle.
 *
 * Without auxiliary, one row, the main gradient has weight 1. More rows are refused: `meanOfRows` makes one auxiliary
 * of several, and Bloop takes any number.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { finiteWeights } from "../finite-weights.ts"
import type { Gramian } from "../linearization.ts"
import { planUnitRows } from "../methods/unit-rows.ts"
import { type State, stateless } from "../state.ts"
import type { Weighed, Weighting } from "../weighting.ts"

/**
 * Writes the weights of the main and of the auxiliary gradient, from their lengths and the cosine of their angle. A
 * length is 0 for a row that counts as zero, and the cosine then too.
 */
export type WriteWeights = (weights: Float64Array, main: number, auxiliary: number, cosine: number) => void

/** Plans such a method. @throws InputError for more than two rows. */
export function planTwoTasks(
  name: string,
  objectives: number,
  writeWeights: WriteWeights,
  state: State = stateless
): Weighting {
  if (objectives > 2) {
    const rule = `${name} takes a main objective and one auxiliary; merge several into one, or take bloop`
    throw new InputError({ rule, place: "the number of objectives", value: objectives })
  }
  const rows = planUnitRows(objectives)
  const weights = new Float64Array(objectives)
  return {
    objectives,
    state,
    weigh(gramian: Gramian): Weighed {
      rows.read(gramian)
      const { lengths, cosines } = rows
      if (objectives === 1) weights[0] = 1
      else writeWeights(weights, lengths[0] ?? 0, lengths[1] ?? 0, cosines[1] ?? 0)
      return { weights: finiteWeights(weights, name), certificate: null }
    },
    [Symbol.dispose]() {}
  }
}

/** The weight of `onto` in the projection of a gradient onto it: cos · length / onto; 0 where the rows do not meet. */
export function projection(length: number, onto: number, cosine: number): number {
  return cosine === 0 ? 0 : cosine * (length / onto)
}
