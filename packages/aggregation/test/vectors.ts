/** Plain arithmetic for the expectations of tests. */

/** Σ a_k b_k. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, entry, k) => sum + entry * (b[k] ?? 0), 0)
}

/** √Σ a_k². */
export function length(a: ArrayLike<number>): number {
  return Math.hypot(...Array.from(a))
}

/** ‖a − b‖ / ‖b‖, and ‖a‖ where b is zero. */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const distance = length(Array.from(a, (entry, k) => entry - (b[k] ?? 0)))
  return distance / (length(b) || 1)
}
