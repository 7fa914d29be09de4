/**
 * How much a method depends on its learning rate.
 *
 * @module
 */

/** Rates count as good while their criterion is at most this many times the best. */
const WITHIN = 2

/**
 * Decades of learning rate over which the criterion stays within twice the best: the good rates of the coarse stage,
 * which are evenly spaced, times their spacing in decades. 0 where none is finite.
 */
export function goodDecades(
  coarse: readonly { readonly criterion: number }[],
  best: number,
  decadesBetween: number
): number {
  if (!Number.isFinite(best)) return 0
  return coarse.filter(({ criterion }) => criterion <= WITHIN * best).length * decadesBetween
}
