/**
 * FairGrad: the α-fair allocation of the gains g_i · x among the objectives.
 *
 *     A(J) = Jᵀ w,   w > 0 with (Gw)_i = w_i^(−1/α);   α = 0: w = 1/m each
 *
 * A larger α favours the objective that gains least; α = 1 is Nash-MTL without its bound on the length, and α → ∞ is
 * MGDA up to length. Ban and Ji, "Fair Resource Allocation in Multi-Task Learning", ICML 2024, arXiv 2402.15638,
 * equation 4. There is no default in the paper; α = 1 here is LibMTL's.
 *
 * For α > 0 non-conflicting, because Gw > 0, and weighted; not linear under scaling. One row g has weight
 * ‖g‖^(−2α/(1+α)). There is no solution with a row of zeros, or where Jᵀ v = 0 for some v > 0; the certificate then
 * says `uncertified`, the weights are finite, and a row of zeros has weight 0.
 *
 * Far above α = 10 the weights of rows that gain much leave the range that Newton's method copes with, and the
 * certificate can say `uncertified` too.
 *
 * Solved by Newton's method on the convex program ½ wᵀGw − Σ_i φ(w_i), φ′(w) = w^(−1/α), where the authors and TorchJD
 * solve the equations by least squares. The residual of the certificate: the largest |w_i^(1/α) (Gw)_i − 1|.
 *
 * @module
 */
import { notNegative, objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { stateless } from "../state.ts"
import { checkSize, type Weighting } from "../weighting.ts"
import { planWeightSolver } from "./weight-solver.ts"

/** The specification of FairGrad. */
export interface FairGrad {
  readonly name: "fairgrad"
  /** α. */
  readonly alpha: number
}

/** Options of {@link fairgrad}. */
export interface FairGradOptions {
  /** At least 0; 0 is the mean. Default: 1. */
  readonly alpha?: number
}

/** FairGrad with these options. @throws InputError for an option that breaks its rule. */
export function fairgrad(options: FairGradOptions = {}): FairGrad {
  return fairgradMethod.parse(options, "fairgrad")
}

export const fairgradMethod: Method<FairGrad> = defineMethod({
  name: "fairgrad",
  title: "FairGrad",
  paper: "Ban and Ji 2024, Fair Resource Allocation in Multi-Task Learning, arXiv 2402.15638",
  formula: "w > 0 with (Gw)_i = w_i^(-1/alpha); alpha 0: 1/m each",
  parameters: [{ name: "alpha", type: "number", default: "1", meaning: "fairness: 0 is the mean, 1 is Nash-MTL" }],
  properties: { nonConflicting: true, linearUnderScaling: false, weighted: true },
  parse(value, place) {
    const { alpha } = objectWith(value, place, ["name", "alpha"])
    return { name: "fairgrad", alpha: alpha === undefined ? 1 : notNegative(alpha, `${place}.alpha`) }
  },
  plan(wasm, { alpha }, objectives) {
    if (alpha === 0) return meanWeighting(objectives)
    return planWeightSolver(wasm, { solve: (solver, pointer) => solver.fairgrad(pointer, alpha) }, objectives)
  }
})

/** For α = 0, where there is no program to solve. */
function meanWeighting(objectives: number): Weighting {
  const weights = new Float64Array(objectives).fill(1 / objectives)
  return {
    objectives,
    state: stateless,
    weigh(gramian) {
      checkSize(gramian, objectives)
      return { weights, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}
