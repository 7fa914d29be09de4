/**
 * A single point as a Pareto set.
 *
 * @module
 */
import type { PointSet } from "./definition.ts"

/** The set of one point. */
export function singlePoint(point: Float64Array): PointSet {
  return {
    distance: (x) => Math.sqrt(point.reduce((sum, entry, i) => sum + ((x[i] ?? Number.NaN) - entry) ** 2, 0)),
    sample: () => [point.slice()]
  }
}
