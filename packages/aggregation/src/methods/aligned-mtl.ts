/**
 * Aligned-MTL: the rows are made orthogonal and of equal length, as little as possible, and then combined.
 *
 *     A(J) = Jᵀ w,   w = B u,   B = √s V Λ^(−1/2) Vᵀ,   G = V Λ Vᵀ
 *
 * on the eigenvalues of G above `cutoff` times the largest, with the preference u, 1/m each by default, and s their
 * smallest, median (of an even number the smaller of the two in the middle) or mean. Senushkin, Patakin, Kuznetsov and
 * Konushin, "Independent Component Alignment for Multi-Task Learning", CVPR 2023, arXiv 2305.19000, algorithm 1, which
 * takes the smallest. `rmse` is the name of the mean eigenvalue in the authors' code and in TorchJD. LibMTL's direction
 * is m times as long.
 *
 * Weighted; rows can conflict with it, when they are dependent, and it is not linear under scaling. Without any
 * eigenvalue, for rows of zeros, w = u. One row has weight u.
 *
 * Where rows are dependent up to rounding, or of very different lengths, the result depends on which eigenvalues count:
 * s is the smallest of them. The default suits a Gramian summed in float64, m · 2⁻⁵² as in TorchJD for float64; for one
 * that was summed in float32, and for the runs of "Jacobian Descent" (arXiv 2406.16232), it is m · 2⁻²³.
 *
 * The residual of the certificate: ‖Vᵀ(Gw) − √(sΛ) Vᵀu‖ / ‖√(sΛ) Vᵀu‖ on the eigenvectors that are kept.
 *
 * @module
 */
import { objectWith, oneOf, optionalPreference, share } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { planWeightSolver } from "./weight-solver.ts"

/** Numbered as in the module. */
const SCALE_MODES = ["min", "median", "rmse"] as const

/** The specification of Aligned-MTL. */
export interface AlignedMTL {
  readonly name: "aligned-mtl"
  /** Which eigenvalue s is. */
  readonly scaleMode: (typeof SCALE_MODES)[number]
  readonly preference?: readonly number[]
  /** Of eigenvalues, over the largest; absent: m · 2⁻⁵². */
  readonly cutoff?: number
}

/** Options of {@link alignedMtl}. */
export interface AlignedMTLOptions {
  /** Default: `min`. */
  readonly scaleMode?: AlignedMTL["scaleMode"]
  /** Positive and finite, one entry a row. Default: 1/m each. */
  readonly preference?: readonly number[]
  /** At least 0 and below 1. Default: m · 2⁻⁵² = m · 2.22e-16. m · 2⁻²³ = m · 1.19e-7 in float32. */
  readonly cutoff?: number
}

/** Aligned-MTL with these options. @throws InputError for an option that breaks its rule. */
export function alignedMtl(options: AlignedMTLOptions = {}): AlignedMTL {
  return alignedMtlMethod.parse(options, "aligned-mtl")
}

export const alignedMtlMethod: Method<AlignedMTL> = defineMethod({
  name: "aligned-mtl",
  title: "Aligned-MTL",
  paper: "Senushkin et al. 2023, Independent Component Alignment for Multi-Task Learning, arXiv 2305.19000",
  formula: "w = sqrt(s) V L^(-1/2) V'u, G = V L V', s = min L",
  parameters: [
    { name: "scaleMode", type: "text", default: "min", meaning: "s: min, median or rmse (mean) of the eigenvalues" },
    { name: "preference", type: "numbers", default: "1/m each", meaning: "u: positive, one entry a row" },
    { name: "cutoff", type: "number", default: "m 2^-52", meaning: "eigenvalues that count, over the largest" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  parse(value, place) {
    const { scaleMode, preference, cutoff } = objectWith(value, place, ["name", "scaleMode", "preference", "cutoff"])
    return {
      name: "aligned-mtl",
      scaleMode: scaleMode === undefined ? "min" : oneOf(scaleMode, `${place}.scaleMode`, SCALE_MODES),
      ...optionalPreference(preference, `${place}.preference`),
      ...(cutoff === undefined ? {} : { cutoff: share(cutoff, `${place}.cutoff`) })
    }
  },
  plan(wasm, { scaleMode, preference, cutoff }, objectives) {
    const mode = SCALE_MODES.indexOf(scaleMode)
    const least = cutoff ?? objectives * Number.EPSILON
    return planWeightSolver(
      wasm,
      { preference, solve: (solver, pointer) => solver.alignedMtl(pointer, mode, least) },
      objectives
    )
  }
})
