/**
 * The mixed direction: gradient descent on the main objective plus the weighted auxiliary ones.
 *
 *     d = g_0 + Σ_k λ_k g_k,   w = (1, λ_1, …, λ_{m−1})
 *
 * The baseline of Bloop: Hsieh, Thornton, Ndiaye, Klein, Cuturi and Ablin, "Careful with that Scalpel: Improving
 * Gradient Surgery with an EMA", ICML 2024, arXiv 2402.02998. Its optimum is that of the weighted sum, not
 * that of the main objective.
 *
 * Linear under scaling and weighted; rows can conflict with it, the main one too. One row has weight 1; rows of zeros
 * keep their weights.
 *
 * @module
 */
import { objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { type Lambda, lambdaParameter, lambdasOf, parseLambda } from "./lambda.ts"

/** The specification of the mixed direction. */
export interface Mixed {
  readonly name: "mixed"
  readonly lambda: Lambda
}

/** The mixed direction. λ is .1 by default. @throws InputError when it is negative or not finite. */
export function mixed(options: { readonly lambda?: Lambda } = {}): Mixed {
  return mixedMethod.parse(options, "mixed")
}

export const mixedMethod: Method<Mixed> = defineMethod({
  name: "mixed",
  title: "Mixed",
  paper: "Hsieh et al. 2024, Careful with that Scalpel, arXiv 2402.02998",
  formula: "w = (1, lambda_1, ...)",
  parameters: [lambdaParameter],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    const { lambda } = objectWith(value, place, ["name", "lambda"])
    return { name: "mixed", lambda: parseLambda(lambda, `${place}.lambda`) }
  },
  known: ({ lambda }, objectives) => Float64Array.of(1, ...lambdasOf(lambda, objectives))
})
