/**
 * Excess: how far objectives are from the best, in units that can be compared.
 *
 * @module
 */
import type { Instance } from "../instance.ts"

/** Where an excess is so large that the run counts as diverged: a million times what the start lacks. */
export const DIVERGED_EXCESS = 1e6

/** The excess eᵢ = (fᵢ - idealᵢ) / scaleᵢ of every measured objective. */
export function excessOf(values: Float64Array, { ideal, scale }: Pick<Instance, "ideal" | "scale">): Float64Array {
  return values.map((value, i) => (value - (ideal[i] ?? 0)) / (scale[i] ?? 1))
}

/** maxᵢ eᵢ; NaN where one is. */
export function worstOf(excess: Float64Array): number {
  return excess.reduce((worst, one) => Math.max(worst, one), Number.NEGATIVE_INFINITY)
}

/** The mean of the eᵢ. */
export function meanOf(excess: Float64Array): number {
  return excess.reduce((sum, one) => sum + one, 0) / excess.length
}
