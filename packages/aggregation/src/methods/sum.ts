/**
 * The sum of the rows: what gradient descent on the sum of the objectives follows.
 *
 *     A(J) = Jᵀ w,   w = 1 each
 *
 * m times the mean, with the same properties.
 *
 * @module
 */
import { objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"

/** The specification of the sum. */
export interface Sum {
  readonly name: "sum"
}

/** The sum of the rows. */
export function sum(): Sum {
  return { name: "sum" }
}

export const sumMethod: Method<Sum> = defineMethod({
  name: "sum",
  title: "Sum",
  paper: null,
  formula: "w = 1 each",
  parameters: [],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    objectWith(value, place, ["name"])
    return sum()
  },
  known: (_, objectives) => new Float64Array(objectives).fill(1)
})
