/**
 * Boxes as feasible sets.
 *
 * @module
 */

/** Moves each entry from `from` on into [low, high], in place; NaN stays NaN. */
export function clampInto(x: Float64Array, low: number, high: number, from = 0): void {
  for (let i = from; i < x.length; i++) x[i] = Math.max(low, Math.min(high, x[i] ?? Number.NaN))
}
