/**
 * Fixed weights: what gradient descent on a linear scalarisation of the objectives follows.
 *
 *     A(J) = Jᵀ w,   w given
 *
 * Linear under scaling and weighted; rows may conflict with it.
 *
 * @module
 */
import { numbers, objectWith, oneEachRow } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"

/** The specification of fixed weights. */
export interface Constant {
  readonly name: "constant"
  /** Finite, one a row; they may be negative and need not sum to one. */
  readonly weights: readonly number[]
}

/** Fixed weights, one a row. @throws InputError when there is none or one is not finite. */
export function constant(options: { readonly weights: readonly number[] }): Constant {
  return constantMethod.parse(options, "constant")
}

export const constantMethod: Method<Constant> = defineMethod({
  name: "constant",
  title: "Constant",
  paper: null,
  formula: "w given",
  parameters: [{ name: "weights", type: "numbers", default: "required", meaning: "finite, one a row" }],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    const fields = objectWith(value, place, ["name", "weights"])
    const rule = "every weight must be finite"
    return { name: "constant", weights: numbers(fields.weights, `${place}.weights`, Number.isFinite, rule) }
  },
  known({ weights }, objectives) {
    oneEachRow(weights, "the weights", objectives)
    return Float64Array.from(weights)
  }
})
