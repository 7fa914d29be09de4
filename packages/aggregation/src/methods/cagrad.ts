/**
 * CAGrad, conflict-averse gradient descent: near the mean gradient, the direction that is best for the worst row.
 *
 *     A(J) = argmax min_i g_i · x over ‖x − g₀‖ ≤ c ‖g₀‖,   g₀ = Jᵀ u
 *          = Jᵀ (u + (c ‖g₀‖ / ‖Jᵀ v‖) v),   v = argmin of vᵀ G u + c ‖g₀‖ ‖Jᵀ v‖ over the simplex
 *
 * with the preference u, 1/m each by default. Liu, Liu, Jin, Stone and Liu, "Conflict-Averse Gradient Descent for
 * Multi-task Learning", NeurIPS 2021, arXiv 2110.14048, section 3. The direction is the maximiser itself: it is not
 * divided by 1 + c², as LibMTL and the authors' code do, nor by 1 + c. At c = 0 it is the mean.
 *
 * Weighted; for c < 1 rows can conflict with it, for c ≥ 1 none does; it is not linear under scaling. A row of zeros
 * leaves nothing to gain for the worst row: the direction is then the projection of g₀ onto the dual cone where the
 * ball reaches it. Where ‖Jᵀ v‖ = 0 every x of the ball in the cone is a maximiser, and the one nearest to g₀ is taken,
 * which is the limit; TorchJD returns 0 there (outside of the ball; with `zeroRows: "stop"` this does so for a row of zeros), and where ‖Jᵀ v‖ ≤ 1e-4 ‖J‖ or tr(G) < 1e-4. One row: (1 + c) times it.
 *
 * The residual of the certificate: of the optimality conditions, relative to (1 + c) ‖g₀‖.
 *
 * @module
 */
import { notNegative, objectWith, optionalPreference } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import {
  parseZeroRows,
  planWeightSolver,
  type WeightProgram,
  type ZeroRows,
  zeroRowsParameter
} from "./weight-solver.ts"

/** The specification of CAGrad. */
export interface CAGrad {
  readonly name: "cagrad"
  /** c: the radius of the ball, over ‖g₀‖. */
  readonly c: number
  readonly preference?: readonly number[]
  readonly zeroRows: ZeroRows
}

/** Options of {@link cagrad}. */
export interface CAGradOptions {
  /** At least 0. Default: .5. */
  readonly c?: number
  /** Positive and finite, one entry a row. Default: 1/m each. */
  readonly preference?: readonly number[]
  /** Default: `skip`. */
  readonly zeroRows?: ZeroRows
}

/** CAGrad with these options. @throws InputError for an option that breaks its rule. */
export function cagrad(options: CAGradOptions = {}): CAGrad {
  return cagradMethod.parse(options, "cagrad")
}

export const cagradMethod: Method<CAGrad> = defineMethod({
  name: "cagrad",
  title: "CAGrad",
  paper: "Liu et al. 2021, Conflict-Averse Gradient Descent for Multi-task Learning, arXiv 2110.14048",
  formula: "argmax min_i g_i.x over |x - J'u| <= c |J'u|",
  parameters: [
    { name: "c", type: "number", default: "0.5", meaning: "radius of the ball about the mean, over its length" },
    { name: "preference", type: "numbers", default: "1/m each", meaning: "positive, one entry a row" },
    zeroRowsParameter
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  parse(value, place) {
    const { c, preference, zeroRows } = objectWith(value, place, ["name", "c", "preference", "zeroRows"])
    return {
      name: "cagrad",
      c: c === undefined ? 0.5 : notNegative(c, `${place}.c`),
      ...optionalPreference(preference, `${place}.preference`),
      zeroRows: parseZeroRows(zeroRows, `${place}.zeroRows`)
    }
  },
  plan(wasm, { c, preference, zeroRows }, objectives) {
    const solve: WeightProgram["solve"] = (solver, pointer) => solver.cagrad(pointer, c)
    return planWeightSolver(wasm, { preference, zeroRows, solve }, objectives)
  }
})
