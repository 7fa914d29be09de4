/**
 * PCGrad for a main and an auxiliary objective, weighted: each gradient loses what conflicts with the other.
 *
 *     d = g_m + λ g_a                          where g_m·g_a > 0
 *     d = π(g_m; g_a) + λ π(g_a; g_m)          elsewhere,   π(a; b) = a − a·b / ‖b‖² b
 *
 * Section 5.1 of arXiv 2402.02998, after Yu, Kumar, Gupta, Levine, Hausman and Finn, "Gradient Surgery for Multi-Task
 * Learning", NeurIPS 2020, arXiv 2001.06782; at λ = 1 it is `pcgrad` of two rows. Unlike Bloop's, its step for the main
 * objective is shortened: d·g_m = ‖g_m‖² sin² where the gradients conflict.
 *
 * Non-conflicting (of two rows, each projection is on the boundary of the dual cone), linear under scaling and
 * weighted. Row 0 is the main objective, row 1 the auxiliary one; more rows are refused, one row has weight 1. Where a
 * row is zero d = g_m + λ g_a.
 *
 * @module
 */
import { notNegative, objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { planTwoTasks, projection } from "./two-tasks.ts"

/** The specification of PCGrad for a main and an auxiliary objective. */
export interface PriorityPCGrad {
  readonly name: "priority-pcgrad"
  /** λ: how much the auxiliary objective counts. */
  readonly lambda: number
}

/** PCGrad with priority. λ is .1 by default. @throws InputError when it is negative or not finite. */
export function priorityPcgrad(options: { readonly lambda?: number } = {}): PriorityPCGrad {
  return priorityPcgradMethod.parse(options, "priority-pcgrad")
}

export const priorityPcgradMethod: Method<PriorityPCGrad> = defineMethod({
  name: "priority-pcgrad",
  title: "PCGrad with priority",
  paper: "Yu et al. 2020, Gradient Surgery for Multi-Task Learning, arXiv 2001.06782, as in arXiv 2402.02998",
  formula: "d = P(g_m; g_a) + lambda P(g_a; g_m) where they conflict, else g_m + lambda g_a",
  parameters: [{ name: "lambda", type: "number", default: "0.1", meaning: "how much the auxiliary objective counts" }],
  properties: { nonConflicting: true, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    const { lambda } = objectWith(value, place, ["name", "lambda"])
    return { name: "priority-pcgrad", lambda: lambda === undefined ? 0.1 : notNegative(lambda, `${place}.lambda`) }
  },
  plan: (_, { name, lambda }, objectives) =>
    planTwoTasks(name, objectives, (weights, main, auxiliary, cosine) => {
      const conflict = Math.min(0, cosine)
      weights[0] = 1 - lambda * projection(auxiliary, main, conflict)
      weights[1] = lambda - projection(main, auxiliary, conflict)
    })
})
