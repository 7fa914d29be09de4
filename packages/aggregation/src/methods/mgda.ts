/**
 * MGDA, the multiple-gradient descent algorithm: the shortest vector in the convex hull of the rows.
 *
 *     A(J) = Jᵀ w,   w = argmin ‖Jᵀ v‖² over v ≥ 0, 1ᵀ v = 1
 *
 * Désidéri, "Multiple-gradient descent algorithm (MGDA) for multiobjective optimization", Comptes Rendus Mathématique
 * 350, 2012; Sener and Koltun, "Multi-Task Learning as Multi-Objective Optimization", NeurIPS 2018, arXiv 1810.04650,
 * sections 3.1 and 3.2.
 *
 * Non-conflicting, because every row has an inner product of at least ‖A(J)‖² with it, and weighted; not linear under
 * scaling: short rows draw the weight. With a row of zeros the direction is zero, the weight is shared by such rows.
 * One row has weight 1. The weights do not vary continuously where gradients vanish (CR-MOGM, NeurIPS 2022,
 * proposition 2).
 *
 * `exact` is solved by an active-set method. `frank-wolfe` takes the steps of algorithm 2 of Sener and Koltun, and of
 * TorchJD, whose stopping rule leaves a direction that is longer by percents; its certificate says `certified` when
 * that rule was met.
 *
 * The residual of the certificate: the largest (wᵀGw − (Gw)_j) / (‖g_j‖ Σ_i w_i ‖g_i‖).
 *
 * @module
 */
import { integer, notNegative, objectWith, oneOf } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { planWeightSolver } from "./weight-solver.ts"

const SOLVERS = ["exact", "frank-wolfe"] as const

/** The specification of MGDA. */
export interface MGDA {
  readonly name: "mgda"
  readonly solver: (typeof SOLVERS)[number]
  /** Frank-Wolfe stops after a step below this, as a share of the way to a row. */
  readonly epsilon: number
  /** Frank-Wolfe's steps at most. */
  readonly iterations: number
}

/** Options of {@link mgda}. */
export interface MGDAOptions {
  /** Default: `exact`. */
  readonly solver?: MGDA["solver"]
  /** At least 0; for `frank-wolfe`. Default: 1e-3. */
  readonly epsilon?: number
  /** A whole number, at least 1; for `frank-wolfe`. Default: 100. */
  readonly iterations?: number
}

/** MGDA with these options. @throws InputError for an option that breaks its rule. */
export function mgda(options: MGDAOptions = {}): MGDA {
  return mgdaMethod.parse(options, "mgda")
}

export const mgdaMethod: Method<MGDA> = defineMethod({
  name: "mgda",
  title: "MGDA",
  paper: "Désidéri 2012, Multiple-gradient descent algorithm; Sener and Koltun 2018, arXiv 1810.04650",
  formula: "w = argmin v'Gv over the simplex",
  parameters: [
    { name: "solver", type: "text", default: "exact", meaning: "exact, or frank-wolfe as in the authors' code" },
    { name: "epsilon", type: "number", default: "1e-3", meaning: "the step below which frank-wolfe stops" },
    { name: "iterations", type: "number", default: "100", meaning: "steps of frank-wolfe at most" }
  ],
  properties: { nonConflicting: true, linearUnderScaling: false, weighted: true },
  parse(value, place) {
    const { solver, epsilon, iterations } = objectWith(value, place, ["name", "solver", "epsilon", "iterations"])
    return {
      name: "mgda",
      solver: solver === undefined ? "exact" : oneOf(solver, `${place}.solver`, SOLVERS),
      epsilon: epsilon === undefined ? 1e-3 : notNegative(epsilon, `${place}.epsilon`),
      iterations: iterations === undefined ? 100 : integer(iterations, `${place}.iterations`, 1)
    }
  },
  plan(wasm, { solver: kind, epsilon, iterations }, objectives) {
    return planWeightSolver(
      wasm,
      {
        solve(solver, pointer) {
          if (kind === "exact") solver.mgda(pointer)
          else solver.frankWolfe(pointer, epsilon, iterations)
        }
      },
      objectives
    )
  }
})
