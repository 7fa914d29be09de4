/**
 * The mean of the rows: what gradient descent on the mean objective follows.
 *
 *     A(J) = Jᵀ w,   w = 1/m each
 *
 * Linear under scaling and weighted, but rows may conflict with it: in "Jacobian Descent for Multi-Objective
 * Optimization" (arXiv 2406.16232) it is the baseline that every method is compared with.
 *
 * @module
 */
import { objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"

/** The specification of the mean. */
export interface Mean {
  readonly name: "mean"
}

/** The mean of the rows. */
export function mean(): Mean {
  return { name: "mean" }
}

export const meanMethod: Method<Mean> = defineMethod({
  name: "mean",
  title: "Mean",
  paper: null,
  formula: "w = 1/m each",
  parameters: [],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    objectWith(value, place, ["name"])
    return mean()
  },
  known: (_, objectives) => new Float64Array(objectives).fill(1 / objectives)
})
