/**
 * Pareto sets of two objectives as curves: drawn, sampled, and measured against.
 *
 * @module
 */
import type { Problem } from "./problem.ts"

/** A continuous curve of points x(t), 0 ≤ t ≤ 1; constant where the set is a single point. */
export type Curve = (t: number) => Float64Array

/** A set of points none of which can be improved in one objective without loss in another. */
export interface ParetoSet {
  /** Its connected pieces. */
  readonly pieces: readonly Curve[]
  /** Euclidean distance of a point to the set, in parameter space. */
  distance(x: Float64Array): number
  /** `count` points, the pieces one after the other, evenly in t. */
  sample(count: number): Float64Array[]
}

const GOLDEN = (Math.sqrt(5) - 1) / 2

/**
 * The set that consists of these curves.
 *
 * A distance is found by comparing `grid` points of each curve, which are computed once, and refining around the best
 * of them by golden-section search: exact to rounding where the nearest point is the only one within a grid step.
 */
export function paretoSet(pieces: readonly Curve[], grid = 257): ParetoSet {
  let grids: readonly (readonly Float64Array[])[] | undefined
  return {
    pieces,
    distance(x) {
      grids ??= pieces.map((curve) => Array.from({ length: grid }, (_, i) => curve(i / (grid - 1))))
      let nearest = Number.POSITIVE_INFINITY
      let bestPiece = 0
      let bestIndex = 0
      grids.forEach((points, piece) => {
        points.forEach((point, index) => {
          const distance = squaredDistance(point, x)
          if (distance >= nearest) return
          nearest = distance
          bestPiece = piece
          bestIndex = index
        })
      })
      const curve = pieces[bestPiece]
      if (curve === undefined) return Number.NaN
      const low = Math.max(0, bestIndex - 1) / (grid - 1)
      const high = Math.min(grid - 1, bestIndex + 1) / (grid - 1)
      return Math.sqrt(
        Math.min(
          nearest,
          smallest((t) => squaredDistance(curve(t), x), low, high)
        )
      )
    },
    sample: (count) =>
      Array.from({ length: count }, (_, i) => {
        const along = count === 1 ? 0 : (i / (count - 1)) * pieces.length
        const piece = Math.min(Math.floor(along), pieces.length - 1)
        return pieces[piece]?.(along - piece) ?? new Float64Array(0)
      })
  }
}

/** The Pareto front: values of `count` points of each piece of the Pareto set; no piece where the set is not known. */
export function paretoFront(problem: Problem, count: number): Float64Array[][] {
  const step = Math.max(1, count - 1)
  return (problem.paretoSet?.pieces ?? []).map((curve) =>
    Array.from({ length: count }, (_, i) => problem.values(curve(i / step)))
  )
}

/**
 * A weight w(t) ∈ [0, 1] that rises slowly at both ends: t³ / (t³ + (1-t)³). Points x(w) that solve
 * w ∇f₁ + (1-w) ∇f₂ = 0 move fastest where one weight is small; along t they move at an even pace.
 */
export function slowAtEnds(t: number): number {
  const rising = t * t * t
  const falling = (1 - t) * (1 - t) * (1 - t)
  return rising / (rising + falling)
}

/** The smallest value of a function that falls and then rises between `low` and `high`. */
function smallest(f: (t: number) => number, low: number, high: number): number {
  let a = low
  let b = high
  let left = b - GOLDEN * (b - a)
  let right = a + GOLDEN * (b - a)
  let atLeft = f(left)
  let atRight = f(right)
  for (let step = 0; step < 60; step++) {
    if (atLeft < atRight) {
      b = right
      right = left
      atRight = atLeft
      left = b - GOLDEN * (b - a)
      atLeft = f(left)
    } else {
      a = left
      left = right
      atLeft = atRight
      right = a + GOLDEN * (b - a)
      atRight = f(right)
    }
  }
  return Math.min(atLeft, atRight)
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? Number.NaN)
    sum += difference * difference
  }
  return sum
}
