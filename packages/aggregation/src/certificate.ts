/**
 * What a solver proves about the weights it returns.
 *
 * @module
 */
import type { Ridge } from "./ridge.ts"

/** How many projections onto the dual cone a call needed, and what solved them. UPGrad needs one a row, DualProj one. */
export interface CertifiedRows {
  readonly total: number
  /** Those with a residual of at most 1e-8 and a conflict of at most 1e-9. */
  readonly certified: number
  /** Those that needed no solve: a zero row, or no conflict at all. */
  readonly trivial: number
  /** Solved by block principal pivoting. */
  readonly pivoting: number
  /** Solved by Lawson and Hanson's active-set method. */
  readonly lawsonHanson: number
  /** Solved by Clarabel's interior point, then polished. */
  readonly clarabel: number
}

/**
 * A bound on the error of the weights of UPGrad and DualProj, computed afresh from the regularised Gramian G and the
 * weights alone; it assumes nothing about the solver.
 *
 * With v the weights of one projection and v* the exact ones, ‖Jᵀ(v − v*)‖ ≤ `residual` · ‖Jᵀv‖ and
 * −(Gv)_j ≤ `worstConflict` · √G_jj ‖Jᵀv‖ for every row j. Where a projection is zero for practical purposes, as at a
 * Pareto-stationary point, both are relative to the length of what was projected.
 */
export interface DualConeCertificate {
  readonly kind: "dual-cone"
  /** `certified` when every projection is; else the weights are the best that were found. */
  readonly status: "certified" | "uncertified"
  readonly residual: number
  readonly worstConflict: number
  /** The ridge that was asked for. */
  readonly ridge: Ridge
  /** Added beyond it, as a multiple of every G_jj, to factorise a Gramian that is singular in float64; usually 0. */
  readonly extraRidge: number
  readonly rows: CertifiedRows
}

/**
 * How well the weights of another program solve its optimality conditions, computed afresh from the Gramian and the
 * weights; each method says what its residual measures. Residuals have no unit and do not change with the scale of the
 * gradients.
 */
export interface IterationCertificate {
  readonly kind: "iteration"
  /** `certified` when the residual is within the method's limit; else the weights are the best that were found. */
  readonly status: "certified" | "uncertified"
  readonly residual: number
  /** Steps of the solver. */
  readonly iterations: number
}

/** How well the weights of UPGrad and DualProj solve their programs, in the single precision of a GPU. */
export interface SinglePrecisionCertificate {
  readonly kind: "single-precision"
  /** `certified` when every program ended within the solver's tolerance. */
  readonly status: "certified" | "uncertified"
  /**
   * The largest over the programs of max_j |r_j| / √(vᵀ C v), C the regularised Gramian of rows of unit length and r
   * what breaks the optimality conditions: 1e-9 to 2e-6 for a solved program. On a nearly singular Gramian the error of
   * the direction may be thirty times as large.
   */
  readonly residual: number
  /** Programs, and those that ended within the tolerance. */
  readonly rows: { readonly total: number; readonly certified: number }
  /** Largest number of factorisations of a program. */
  readonly factorisations: number
}

/** What is proved about weights; `kind` tells which. */
export type Certificate = DualConeCertificate | IterationCertificate | SinglePrecisionCertificate
