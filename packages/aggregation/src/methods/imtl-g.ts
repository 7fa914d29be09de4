/**
 * IMTL-G, impartial multi-task learning of gradients: a direction with the same component along every row.
 *
 *     A(J) = Jᵀ w,   w = v / 1ᵀv,   v = G⁺ d,   d_i = ‖g_i‖
 *
 * Liu, Li, Kuang, Xue, Chen, Yang, Liao and Zhang, "Towards Impartial Multi-task Learning", ICLR 2021, section 3.1, in
 * the form of "Jacobian Descent" (arXiv 2406.16232, appendix B), which allows dependent rows. Two rows: along their
 * bisector. w = 0 where |1ᵀv| < 1e-12 Σ|v|; TorchJD compares with 1e-12.
 *
 * Weighted; rows can conflict with it, when they are dependent, and it is not linear under scaling. A row of zeros has
 * weight 0. One row has weight 1.
 *
 * The pseudo-inverse keeps the eigenvalues of G above `cutoff` times the largest, and the result depends on it where
 * rows are nearly dependent or of very different lengths: the default suits float64, while the figures of "Jacobian
 * Descent", made in float32, need m · 1.19e-7.
 *
 * The residual of the certificate: ‖Vᵀ(Gv − d)‖ / ‖Vᵀd‖ on the eigenvectors V that are kept.
 *
 * @module
 */
import { objectWith, share } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { planWeightSolver } from "./weight-solver.ts"

/** The specification of IMTL-G. */
export interface IMTLG {
  readonly name: "imtl-g"
  /** Of eigenvalues, over the largest; absent: m · 2⁻⁵². */
  readonly cutoff?: number
}

/** Options of {@link imtlG}. */
export interface IMTLGOptions {
  /** At least 0 and below 1. Default: m · 2⁻⁵² = m · 2.22e-16. */
  readonly cutoff?: number
}

/** IMTL-G with these options. @throws InputError for an option that breaks its rule. */
export function imtlG(options: IMTLGOptions = {}): IMTLG {
  return imtlGMethod.parse(options, "imtl-g")
}

export const imtlGMethod: Method<IMTLG> = defineMethod({
  name: "imtl-g",
  title: "IMTL-G",
  paper: "Liu et al. 2021, Towards Impartial Multi-task Learning, ICLR",
  formula: "w = v / sum v, v = pinv(G) d, d_i = |g_i|",
  parameters: [
    { name: "cutoff", type: "number", default: "m 2^-52", meaning: "eigenvalues that count, over the largest" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  parse(value, place) {
    const { cutoff } = objectWith(value, place, ["name", "cutoff"])
    return { name: "imtl-g", ...(cutoff === undefined ? {} : { cutoff: share(cutoff, `${place}.cutoff`) }) }
  },
  plan(wasm, { cutoff }, objectives) {
    return planWeightSolver(wasm, { solve: (solver, pointer) => solver.imtlG(pointer, cutoff) }, objectives)
  }
})
