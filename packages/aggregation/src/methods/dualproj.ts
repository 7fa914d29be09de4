/**
 * DualProj: project the mean gradient onto the dual cone of the rows.
 *
 *     A(J) = π_J(Jᵀ u) = Jᵀ w,   w = argmin_{v ≥ u} vᵀ G v
 *
 * with the preference u, 1/m each by default. Lopez-Paz and Ranzato, "Gradient Episodic Memory for Continual
 * Learning", NeurIPS 2017, arXiv 1706.08840, equation 11; named and analysed in arXiv 2406.16232, appendix C.
 *
 * Without ridge it is non-conflicting and weighted, but not linear under scaling of the rows.
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

/** The specification of DualProj. */
export interface DualProj extends DualConeSettings {
  readonly name: "dualproj"
}

/** DualProj with these options. @throws InputError for an option that breaks its rule. */
export function dualproj(options: DualConeOptions = {}): DualProj {
  return dualprojMethod.parse(options, "dualproj")
}

export const dualprojMethod: Method<DualProj> = defineMethod({
  name: "dualproj",
  title: "DualProj",
  paper: "Lopez-Paz and Ranzato 2017, Gradient Episodic Memory for Continual Learning, arXiv 1706.08840",
  formula: "w = argmin_{v >= u} v'Gv",
  parameters: dualConeParameters,
  properties: { nonConflicting: true, linearUnderScaling: false, weighted: true },
  parse: (value, place) => ({ name: "dualproj", ...parseDualCone(value, place) }),
  plan: (wasm, settings, objectives) => planDualCone(wasm, "dualproj", settings, objectives)
})
