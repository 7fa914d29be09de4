/**
 * Hypervolume: how much of the space up to a reference point is dominated by some points.
 *
 * @module
 */

/**
 * The exact volume of {y : some point ≤ y ≤ reference} for two or three objectives. Points that are not below the
 * reference count for nothing. In two dimensions a sweep by the first objective, in three a sweep by the third over
 * areas in the first two (Fonseca, Paquete and López-Ibáñez 2006).
 */
export function hypervolume(points: readonly ArrayLike<number>[], reference: ArrayLike<number>): number {
  const m = reference.length
  const inside = points
    .map((point) => Float64Array.from({ length: m }, (_, i) => point[i] ?? Number.NaN))
    .filter((point) => point.every((value, i) => value < (reference[i] ?? 0)))
  if (m === 2) return area(inside, reference)
  if (m !== 3) return Number.NaN
  const [right = 0, up = 0, top = 0] = [reference[0], reference[1], reference[2]]
  const byHeight = inside.toSorted((a, b) => (a[2] ?? 0) - (b[2] ?? 0))
  let volume = 0
  let front: Float64Array[] = []
  let dominated = 0
  byHeight.forEach((point, i) => {
    const next = byHeight[i + 1]?.[2] ?? top
    const isNew = !front.some((other) => (other[0] ?? 0) <= (point[0] ?? 0) && (other[1] ?? 0) <= (point[1] ?? 0))
    if (isNew) {
      front = front.filter((other) => (other[0] ?? 0) < (point[0] ?? 0) || (other[1] ?? 0) < (point[1] ?? 0))
      front.push(point)
      dominated = area(front, [right, up])
    }
    volume += dominated * (next - (point[2] ?? 0))
  })
  return volume
}

function area(points: readonly Float64Array[], reference: ArrayLike<number>): number {
  const [right = 0, top = 0] = [reference[0], reference[1]]
  const sorted = points.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0))
  let lowest = top
  let sum = 0
  for (const point of sorted) {
    const [x = 0, y = 0] = [point[0], point[1]]
    if (y >= lowest) continue
    sum += (right - x) * (lowest - y)
    lowest = y
  }
  return sum
}

/**
 * The hypervolume of points over that of a front, both measured up to a tenth of the front's extent beyond its worst
 * values. 1 is the whole front; a single point of it has less.
 */
export function hypervolumeShare(points: readonly ArrayLike<number>[], front: readonly Float64Array[]): number {
  const m = front[0]?.length ?? 0
  const reference = Float64Array.from({ length: m }, (_, i) => {
    const values = front.map((point) => point[i] ?? 0)
    const worst = values.reduce((a, b) => Math.max(a, b))
    return worst + 0.1 * (worst - values.reduce((a, b) => Math.min(a, b)))
  })
  return hypervolume(points, reference) / hypervolume(front, reference)
}
