/**
 * UPGrad: project each gradient onto the dual cone of all rows, then combine the projections.
 *
 *     A(J) = Σ_i u_i π_J(g_i),   π_J(x) the nearest point to x in {d : Jd ≥ 0}
 *          = Jᵀ Σ_i u_i w_i,     w_i = argmin_{v ≥ e_i} vᵀ G v
 *
 * with the preference u, 1/m each by default. Quinton and Rey, "Jacobian Descent for Multi-Objective Optimization",
 * 2024, arXiv 2406.16232, sections 3 and 6.
 *
 * Without ridge it is non-conflicting (a sum of points of the cone), linear under scaling of the rows, and weighted.
 * A ridge proportional to the diagonal keeps linearity; one proportional to the trace gives up both for rows that are
 * short beside the others.
 *
 * @module
 */

import { defineMethod, type Method } from "../method.ts"
import {
  type DualConeOptions,
  type DualConeSettings,
  dualConeParameters,
  parseDualCone,
  planDualCone
} from "./dual-cone.ts"

/** The specification of UPGrad. */
export interface UPGrad extends DualConeSettings {
  readonly name: "upgrad"
}

/** UPGrad with these options. @throws InputError for an option that breaks its rule. */
export function upgrad(options: DualConeOptions = {}): UPGrad {
  return upgradMethod.parse(options, "upgrad")
}

export const upgradMethod: Method<UPGrad> = defineMethod({
  name: "upgrad",
  title: "UPGrad",
  paper: "Quinton and Rey 2024, Jacobian Descent for Multi-Objective Optimization, arXiv 2406.16232",
  formula: "w = sum_i u_i argmin_{v >= e_i} v'Gv",
  parameters: dualConeParameters,
  properties: { nonConflicting: true, linearUnderScaling: true, weighted: true },
  parse: (value, place) => ({ name: "upgrad", ...parseDualCone(value, place) }),
  plan: (wasm, settings, objectives) => planDualCone(wasm, "upgrad", settings, objectives)
})
