/**
 * Unit rows: any weighting on the gradients divided by their lengths.
 *
 *     Ĝ_ij = G_ij / (d_i d_j),   w_i = ŵ_i / d_i,   A(J) = Σ_i ŵ_i g_i / d_i,   d_i = ‖g_i‖ = √G_ii
 *
 * with ŵ the weights of the wrapped method at Ĝ, so that no objective dominates by its scale; Sener and Koltun,
 * "Multi-Task Learning as Multi-Objective Optimization", NeurIPS 2018, arXiv 1810.04650, offer it in their code as the
 * L2 normalisation of MGDA's gradients.
 *
 * Weighted. It conflicts with no row where the wrapped method does not. The direction does not change with the lengths
 * of the rows, so that it is not linear under scaling. A row of zeros, or with a squared length below 2⁻¹⁰²², stays
 * zero and has weight 0. Of one row the direction is ŵ of G = [1] times the unit vector along it. The certificate is
 * that of the wrapped method, at Ĝ.
 *
 * @module
 */
import type { GramianAggregator } from "../aggregator.ts"
import { objectWith } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import { defineMethod, type Method, type Nested } from "../method.ts"
import { planUnitRows } from "../methods/unit-rows.ts"
import { wrappingState } from "../state.ts"
import type { Weighed, Weighting } from "../weighting.ts"
import { observedBy, planWrapped } from "./wrapped.ts"

/** The specification of a weighting of unit rows. */
export interface UnitNorm {
  readonly name: "unit-norm"
  /** The method that weighs the unit rows. */
  readonly weighting: GramianAggregator
}

/** Options of {@link unitNorm}. */
export interface UnitNormOptions {
  readonly weighting: GramianAggregator
}

/** A weighting of the rows divided by their lengths. @throws InputError for an unknown option. */
export function unitNorm(options: UnitNormOptions): UnitNorm {
  objectWith(options, "unit-norm", KEYS)
  return { name: "unit-norm", weighting: options.weighting }
}

const KEYS = ["name", "weighting"] as const

export const unitNormMethod: Method<UnitNorm> = defineMethod({
  name: "unit-norm",
  title: "Unit rows",
  paper: "Sener and Koltun 2018, Multi-Task Learning as Multi-Objective Optimization, arXiv 1810.04650",
  formula: "w_i = (weight of the wrapped method for g_i/|g_i|) / |g_i|",
  parameters: [{ name: "weighting", type: "aggregator", default: "required", meaning: "method that weighs unit rows" }],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  parse(value, place, nested) {
    const { weighting } = objectWith(value, place, KEYS)
    return { name: "unit-norm", weighting: nested.parseGramian(weighting, `${place}.weighting`) }
  },
  plan: (_, { weighting }, objectives, nested) => planUnitNorm(weighting, objectives, nested)
})

function planUnitNorm(aggregator: GramianAggregator, objectives: number, nested: Nested): Weighting {
  const wrapped = planWrapped(nested, aggregator, objectives)
  const { lengths, cosines, read } = planUnitRows(objectives)
  const weights = new Float64Array(objectives)

  return {
    objectives,
    state: wrappingState({}, wrapped.state),
    weigh(gramian: Gramian, values?: Float64Array): Weighed {
      read(gramian)
      const unit = wrapped.weigh({ objectives, values: cosines }, values)
      for (let i = 0; i < objectives; i++) {
        const length = lengths[i] ?? 0
        weights[i] = length === 0 ? 0 : (unit.weights[i] ?? 0) / length
      }
      return { weights, certificate: unit.certificate }
    },
    ...observedBy(wrapped),
    [Symbol.dispose]: () => wrapped[Symbol.dispose]()
  }
}
