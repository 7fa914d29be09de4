/**
 * Dynamic barrier: the auxiliary gradient, with as much of the main one as makes the main objective fall.
 *
 *     d = max(1 − λ g_m·g_a / ‖g_m‖², 0) g_m + λ g_a
 *
 * This is λ times the step g_a + max(0, (ψ − g_m·g_a) / ‖g_m‖²) g_m of Gong, Liu and Liu, "Bi-objective Trade-off with
 * Dynamic Barrier Gradient Descent", NeurIPS 2021, with the barrier ψ = ‖g_m‖² / λ: the form of table 1 of arXiv
 * 2402.02998 and of its experiments. d·g_m ≥ ‖g_m‖², with equality, and then d is Bloop's, unless the auxiliary
 * gradient alone does more for the main objective.
 *
 * Weighted. The auxiliary row can conflict with it, and it is not linear under scaling where the maximum is 0. Row 0 is
 * the main objective, row 1 the auxiliary one; more rows are refused, one row has weight 1. Where a row is zero
 * d = g_m + λ g_a.
 *
 * @module
 */
import { notNegative, objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { planTwoTasks, projection } from "./two-tasks.ts"

/** The specification of the dynamic barrier. */
export interface DynamicBarrier {
  readonly name: "dynamic-barrier"
  /** λ: how much the auxiliary objective counts. */
  readonly lambda: number
}

/** The dynamic barrier. λ is .1 by default. @throws InputError when it is negative or not finite. */
export function dynamicBarrier(options: { readonly lambda?: number } = {}): DynamicBarrier {
  return dynamicBarrierMethod.parse(options, "dynamic-barrier")
}

export const dynamicBarrierMethod: Method<DynamicBarrier> = defineMethod({
  name: "dynamic-barrier",
  title: "Dynamic barrier",
  paper: "Gong, Liu and Liu 2021, Bi-objective Trade-off with Dynamic Barrier Gradient Descent, NeurIPS",
  formula: "d = max(1 - lambda g_m.g_a / |g_m|^2, 0) g_m + lambda g_a",
  parameters: [{ name: "lambda", type: "number", default: "0.1", meaning: "how much the auxiliary objective counts" }],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  parse(value, place) {
    const { lambda } = objectWith(value, place, ["name", "lambda"])
    return { name: "dynamic-barrier", lambda: lambda === undefined ? 0.1 : notNegative(lambda, `${place}.lambda`) }
  },
  plan: (_, { name, lambda }, objectives) =>
    planTwoTasks(name, objectives, (weights, main, auxiliary, cosine) => {
      weights[0] = Math.max(1 - lambda * projection(auxiliary, main, cosine), 0)
      weights[1] = lambda
    })
})
