/**
 * Lines with fewer points that look the same.
 *
 * @module
 */

/** A point of a picture, in pixels. */
export type Pixel = readonly [number, number]

/** A point of a picture, and when it is reached. */
export type TimedPixel = readonly [x: number, y: number, time: number]

/** The square of how far a point is from what takes its place, when nothing between two points is kept. */
type SquaredDistance<P> = (point: P, start: P, end: P) => number

/**
 * Points of a line of which every point left out lies within `tolerance` of what is kept (Douglas and Peucker,
 * Cartographica 10, 1973). While more than `most` are left, the tolerance is doubled. First and last point stay.
 */
export function thin(line: readonly Pixel[], tolerance: number, most = Number.POSITIVE_INFINITY): readonly Pixel[] {
  return thinned(line, tolerance, most, squaredDistance)
}

/**
 * {@link thin}, of a line that is played: every point left out lies within `tolerance` of where one is at its time who
 * moves evenly between the points that are kept.
 */
export function thinInTime(
  line: readonly TimedPixel[],
  tolerance: number,
  most = Number.POSITIVE_INFINITY
): readonly TimedPixel[] {
  return thinned(line, tolerance, most, ([x, y, time], start, end) => {
    const part = (time - start[2]) / (end[2] - start[2])
    const awayX = x - start[0] - part * (end[0] - start[0])
    const awayY = y - start[1] - part * (end[1] - start[1])
    return awayX * awayX + awayY * awayY
  })
}

function thinned<P>(
  line: readonly P[],
  tolerance: number,
  most: number,
  squaredDistance: SquaredDistance<P>
): readonly P[] {
  let kept = line
  for (let allowed = tolerance; ; allowed *= 2) {
    kept = thinOnce(kept, allowed, squaredDistance)
    if (kept.length <= Math.max(2, most)) return kept
  }
}

function thinOnce<P>(line: readonly P[], tolerance: number, squaredDistance: SquaredDistance<P>): readonly P[] {
  const stays = new Uint8Array(line.length)
  stays[0] = 1
  stays[line.length - 1] = 1
  const spans: [number, number][] = [[0, line.length - 1]]
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span
    const start = line[from]
    const end = line[to]
    if (start === undefined || end === undefined) continue
    let farthest = from
    let most = tolerance * tolerance
    for (let i = from + 1; i < to; i++) {
      const point = line[i]
      if (point === undefined) continue
      const distance = squaredDistance(point, start, end)
      if (distance <= most) continue
      most = distance
      farthest = i
    }
    if (farthest === from) continue
    stays[farthest] = 1
    spans.push([from, farthest], [farthest, to])
  }
  return line.filter((_, i) => stays[i] === 1)
}

/** Squared distance of a point to the segment from `start` to `end`. */
function squaredDistance([x, y]: Pixel, [ax, ay]: Pixel, [bx, by]: Pixel): number {
  const dx = bx - ax
  const dy = by - ay
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length))
  const awayX = x - ax - along * dx
  const awayY = y - ay - along * dy
  return awayX * awayX + awayY * awayY
}
