/**
 * The smoothing of the paper's curves.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"

/** The weight of the newest value in the paper's figures. */
export const PAPER_ALPHA = 0.025

/**
 * yₜ = Σₖ (1 - α)ᵏ xₜ₋ₖ / Σₖ (1 - α)ᵏ, k = 0 to t: pandas' `Series.ewm(alpha=α, adjust=True).mean()`. A NaN weighs
 * nothing and repeats the smoothed value before it, while older values go on to lose weight (`ignore_na=False`).
 *
 * @throws {InputError} unless 0 < α ≤ 1
 */
export function exponentialSmoothing(values: Float64Array, alpha = PAPER_ALPHA): Float64Array {
  if (!(alpha > 0 && alpha <= 1)) {
    throw new InputError({ rule: "it must be above 0 and at most 1", place: "alpha", value: alpha })
  }
  let weighted = 0
  let weights = 0
  return values.map((value) => {
    weighted *= 1 - alpha
    weights *= 1 - alpha
    if (!Number.isNaN(value)) {
      weighted += value
      weights += 1
    }
    return weighted / weights
  })
}
