/**
 * A-GEM: the main gradient, projected so that it does not conflict with the auxiliary one.
 *
 *     d = g_m − min(0, g_m·g_a) / ‖g_a‖² g_a,   w = (1, −min(0, cos) ‖g_m‖ / ‖g_a‖)
 *
 * Chaudhry, Ranzato, Rohrbach and Elhoseiny, "Efficient Lifelong Learning with A-GEM", ICLR 2019, arXiv 1812.00420,
 * where the auxiliary is the mean loss on a memory of earlier tasks; table 1 of arXiv 2402.02998.
 *
 * It is non-conflicting (d·g_a = max(0, g_m·g_a), and d·g_m = ‖d‖² where it projects), linear under scaling (a
 * projection of g_m onto a cone that does not change) and weighted. Row 0 is the main objective, row 1 the auxiliary
 * one; more rows are refused, one row has weight 1. Where a row is zero d = g_m.
 *
 * @module
 */
import { objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { planTwoTasks, projection } from "./two-tasks.ts"

/** The specification of A-GEM. */
export interface AGEM {
  readonly name: "a-gem"
}

/** A-GEM. */
export function aGem(): AGEM {
  return { name: "a-gem" }
}

export const aGemMethod: Method<AGEM> = defineMethod({
  name: "a-gem",
  title: "A-GEM",
  paper: "Chaudhry et al. 2019, Efficient Lifelong Learning with A-GEM, arXiv 1812.00420",
  formula: "d = g_m - min(0, g_m.g_a) / |g_a|^2 g_a",
  parameters: [],
  properties: { nonConflicting: true, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    objectWith(value, place, ["name"])
    return aGem()
  },
  plan: (_, { name }, objectives) =>
    planTwoTasks(name, objectives, (weights, main, auxiliary, cosine) => {
      weights[0] = 1
      weights[1] = projection(main, auxiliary, Math.max(0, -cosine))
    })
})
