/**
 * Cosine similarity: auxiliary gradients count as far as they point where the main one does.
 *
 *     d = g_0 + Σ_k max(0, cos(g_0, g_k)) g_k
 *
 * Du, Czarnecki, Jayakumar, Farajtabar, Pascanu and Lakshminarayanan, "Adapting Auxiliary Losses Using Gradient
 * Similarity", 2018, arXiv 1812.02224, the weighted version; table 1 of arXiv 2402.02998 for one auxiliary objective.
 * Each of several is weighed by itself.
 *
 * Linear under scaling (a cosine does not change) and weighted; the main row never conflicts with it, an auxiliary one
 * can. Row 0 is the main objective. One row has weight 1, and a row of zeros among the auxiliaries weight 0.
 *
 * @module
 */
import { objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { planUnitRows } from "../methods/unit-rows.ts"
import { stateless } from "../state.ts"

/** The specification of cosine similarity. */
export interface Cosine {
  readonly name: "cosine"
}

/** Cosine similarity. */
export function cosine(): Cosine {
  return { name: "cosine" }
}

export const cosineMethod: Method<Cosine> = defineMethod({
  name: "cosine",
  title: "Cosine similarity",
  paper: "Du et al. 2018, Adapting Auxiliary Losses Using Gradient Similarity, arXiv 1812.02224",
  formula: "d = g_0 + sum_k max(0, cos(g_0, g_k)) g_k",
  parameters: [],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    objectWith(value, place, ["name"])
    return cosine()
  },
  plan(_, __, objectives) {
    const rows = planUnitRows(objectives)
    const weights = new Float64Array(objectives)
    return {
      objectives,
      state: stateless,
      weigh(gramian) {
        rows.read(gramian)
        weights[0] = 1
        for (let k = 1; k < objectives; k++) weights[k] = Math.max(0, rows.cosines[k] ?? 0)
        return { weights, certificate: null }
      },
      [Symbol.dispose]() {}
    }
  }
})
