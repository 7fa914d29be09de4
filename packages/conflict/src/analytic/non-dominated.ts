/**
 * Which points no other point dominates.
 *
 * @module
 */

/** Whether a is nowhere above b, and somewhere below it. */
export function dominates(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let below = false
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference > 0) return false
    if (difference < 0) below = true
  }
  return below
}

/** The points that none of the others dominates, by their values. */
export function nonDominated(
  points: readonly Float64Array[],
  values: (x: Float64Array) => Float64Array
): readonly Float64Array[] {
  const valued = points.map((x) => ({ x, f: values(x) })).sort((a, b) => (a.f[0] ?? 0) - (b.f[0] ?? 0))
  const kept: typeof valued = []
  // In the order of the first objective only an earlier point can dominate, or one of the same value.
  for (const one of valued) {
    if (kept.some(({ f }) => dominates(f, one.f))) continue
    kept.push(one)
  }
  return kept.filter((one) => !kept.some((other) => other !== one && dominates(other.f, one.f))).map(({ x }) => x)
}
