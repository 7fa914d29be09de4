/**
 * ConFIG, the conflict-free inverse gradient: the direction with the same cosine to every row, as long as the sum of
 * the components of the rows along it.
 *
 *     A(J) = (Σ_i g_i · x / ‖x‖) x / ‖x‖,   x = U⁺ p,   U the rows at unit length
 *          = Jᵀ w,   w = (1ᵀGy / yᵀGy) y,   y = D⁻¹ (D⁻¹GD⁻¹)⁺ p,   D = diag ‖g_i‖
 *
 * with the preference p, 1 each by default, of which only the ratios matter. Liu, Chu and Thuerey, "ConFIG: Towards
 * Conflict-free Training of Physics Informed Neural Networks", ICLR 2025, arXiv 2408.11104, equations 2 and 3. TorchJD
 * computes it from the Jacobian; the Gramian is enough.
 *
 * Linear under scaling, because x depends on the directions of the rows alone, and weighted. Non-conflicting for
 * independent rows, where Ux = p > 0; dependent rows can conflict with it. A row of zeros has weight 0. One row has
 * weight 1. The pseudo-inverse keeps the eigenvalues above m · 2⁻⁵² times the largest.
 *
 * The residual of the certificate: ‖Vᵀ(Ĝ Dy − p)‖ / ‖Vᵀp‖ with Ĝ = D⁻¹GD⁻¹, on the eigenvectors V that are kept.
 *
 * @module
 */
import { objectWith, optionalPreference } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { planWeightSolver } from "./weight-solver.ts"

/** The specification of ConFIG. */
export interface ConFIG {
  readonly name: "config"
  readonly preference?: readonly number[]
}

/** Options of {@link config}. */
export interface ConFIGOptions {
  /** Positive and finite, one entry a row. Default: the same for each. */
  readonly preference?: readonly number[]
}

/** ConFIG with these options. @throws InputError for an option that breaks its rule. */
export function config(options: ConFIGOptions = {}): ConFIG {
  return configMethod.parse(options, "config")
}

export const configMethod: Method<ConFIG> = defineMethod({
  name: "config",
  title: "ConFIG",
  paper: "Liu, Chu and Thuerey 2024, ConFIG, arXiv 2408.11104",
  formula: "x = pinv(U) p, U unit rows; (sum_i g_i.x) x / |x|^2",
  parameters: [{ name: "preference", type: "numbers", default: "1 each", meaning: "positive, one entry a row" }],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    const { preference } = objectWith(value, place, ["name", "preference"])
    return { name: "config", ...optionalPreference(preference, `${place}.preference`) }
  },
  plan(wasm, { preference }, objectives) {
    return planWeightSolver(wasm, { preference, solve: (solver, pointer) => solver.config(pointer) }, objectives)
  }
})
