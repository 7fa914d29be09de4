/**
 * Convex hulls as Pareto sets.
 *
 * @module
 */
import { mgda, planAggregator } from "@dualcone/aggregation"
import type { Wasm } from "@dualcone/wasm"
import type { PointSet } from "./definition.ts"

/**
 * The convex hull of k points. The distance of x is the length of the shortest convex combination of the vᵢ - x: MGDA's
 * own program, solved exactly.
 */
export function convexHull(wasm: Wasm, vertices: readonly Float64Array[]): PointSet {
  const k = vertices.length
  const n = vertices[0]?.length ?? 0
  const planned = planAggregator(wasm, mgda(), { objectives: k, parameters: n })
  const combined = (weights: ArrayLike<number>) => {
    const point = new Float64Array(n)
    vertices.forEach((vertex, i) => {
      for (let c = 0; c < n; c++) point[c] = (point[c] ?? 0) + (weights[i] ?? 0) * (vertex[c] ?? 0)
    })
    return point
  }
  return {
    distance(x) {
      const gramian = new Float64Array(k * k)
      for (let i = 0; i < k; i++) {
        for (let j = 0; j <= i; j++) {
          let product = 0
          for (let c = 0; c < n; c++) {
            const at = x[c] ?? Number.NaN
            product += ((vertices[i]?.[c] ?? 0) - at) * ((vertices[j]?.[c] ?? 0) - at)
          }
          gramian[i * k + j] = product
          gramian[j * k + i] = product
        }
      }
      const { weights } = planned.aggregate({
        objectives: k,
        parameters: n,
        values: new Float64Array(k),
        gramian: () => ({ objectives: k, values: gramian }),
        pullback: () => new Float64Array(n)
      })
      const nearest = combined(weights ?? [])
      return Math.sqrt(nearest.reduce((sum, entry, c) => sum + (entry - (x[c] ?? Number.NaN)) ** 2, 0))
    },
    sample(count) {
      return simplexGrid(k, count).map(combined)
    }
  }
}

/** Weights w ≥ 0 of sum 1 on the finest even grid of the simplex of k vertices with at most `count` points. */
export function simplexGrid(k: number, count: number): readonly Float64Array[] {
  let parts = 1
  while (choose(parts + k, k - 1) <= count && parts < count) parts++
  const grid: Float64Array[] = []
  const weights = new Float64Array(k)
  const fill = (at: number, left: number) => {
    if (at === k - 1) {
      weights[at] = left / parts
      grid.push(weights.slice())
      return
    }
    for (let part = 0; part <= left; part++) {
      weights[at] = part / parts
      fill(at + 1, left - part)
    }
  }
  fill(0, parts)
  return grid
}

/** Binomial coefficient. */
function choose(n: number, k: number): number {
  let product = 1
  for (let i = 1; i <= k; i++) product = (product * (n - k + i)) / i
  return product
}
