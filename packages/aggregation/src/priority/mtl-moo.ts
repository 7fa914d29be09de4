/**
 * MTL-MOO: the shortest vector between the main and the auxiliary gradient, MGDA of two rows in closed form.
 *
 *     d = θ g_m + (1 − θ) g_a,   θ = clip((g_a − g_m)·g_a / ‖g_m − g_a‖², 0, 1)
 *
 * Sener and Koltun, "Multi-Task Learning as Multi-Objective Optimization", NeurIPS 2018, arXiv 1810.04650, algorithm 1;
 * table 1 of arXiv 2402.02998, which prints the numerator with the opposite sign. The two objectives count alike: it is
 * the baseline without priority.
 *
 * Non-conflicting (the shortest vector of a convex set has products of at least ‖d‖² with all of it) and weighted; not
 * linear under scaling. Row 0 is the main objective, row 1 the auxiliary one; more rows are refused, one row has weight
 * 1. Where a row is zero d = 0. Of equal rows the main one has weight 1.
 *
 * @module
 */
import { objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { planTwoTasks } from "./two-tasks.ts"

/** The specification of MTL-MOO. */
export interface MTLMOO {
  readonly name: "mtl-moo"
}

/** MTL-MOO. */
export function mtlMoo(): MTLMOO {
  return { name: "mtl-moo" }
}

export const mtlMooMethod: Method<MTLMOO> = defineMethod({
  name: "mtl-moo",
  title: "MTL-MOO",
  paper: "Sener and Koltun 2018, Multi-Task Learning as Multi-Objective Optimization, arXiv 1810.04650",
  formula: "d = t g_m + (1 - t) g_a, t = clip((g_a - g_m).g_a / |g_m - g_a|^2, 0, 1)",
  parameters: [],
  properties: { nonConflicting: true, linearUnderScaling: false, weighted: true },
  parse(value, place) {
    objectWith(value, place, ["name"])
    return mtlMoo()
  },
  plan: (_, { name }, objectives) => planTwoTasks(name, objectives, writeShortest)
})

function writeShortest(weights: Float64Array, main: number, auxiliary: number, cosine: number): void {
  const share = mainShare(main, auxiliary, cosine)
  weights[0] = share
  weights[1] = 1 - share
}

/** θ. */
function mainShare(main: number, auxiliary: number, cosine: number): number {
  const longer = Math.max(main, auxiliary)
  if (longer === 0) return 1
  const p = main / longer
  const q = auxiliary / longer
  // ‖g_m − g_a‖² / longer², without the cancellation of p² + q² − 2 p q cos where the rows are nearly equal.
  const square = (p - q) * (p - q) + 2 * p * q * (1 - cosine)
  if (square === 0) return 1
  return Math.min(1, Math.max(0, (q * (q - p * cosine)) / square))
}
