/**
 * What a path of Jacobian descent did: where it ended, whom it hurt on the way, and how far it is from the Pareto set.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Problem } from "../problems/problem.ts"

/** Figures of one path. NaN where the path left the numbers. */
export interface TrajectoryMeasures {
  /** The last point, n entries. */
  readonly end: Float64Array
  /** f at the last point, m values. */
  readonly values: Float64Array
  /** The largest increase of any one objective over one step; 0 when none ever increased. */
  readonly largestIncrease: number
  /** For each objective, the sum of its increases over all steps. */
  readonly increases: Float64Array
  /** The sum of `increases`. */
  readonly totalIncrease: number
  /** Euclidean distance of the last point to the Pareto set; null where the set is not known. */
  readonly distance: number | null
}

/**
 * Measures a path, the start being its first point.
 *
 * @throws {InputError} for a path without points and for a point that has not one entry a parameter
 */
export function measureTrajectory(problem: Problem, path: readonly Float64Array[]): TrajectoryMeasures {
  const start = checkedPoint(problem, path, 0)
  const increases = new Float64Array(problem.objectives)
  let end = start
  let values = problem.values(start)
  let largestIncrease = 0
  for (let step = 1; step < path.length; step++) {
    end = checkedPoint(problem, path, step)
    const next = problem.values(end)
    for (let i = 0; i < next.length; i++) {
      // Math.max keeps NaN, so that a path that diverged does not look harmless.
      const increase = Math.max(0, (next[i] ?? Number.NaN) - (values[i] ?? Number.NaN))
      increases[i] = (increases[i] ?? 0) + increase
      largestIncrease = Math.max(largestIncrease, increase)
    }
    values = next
  }
  return {
    end: end.slice(),
    values,
    largestIncrease,
    increases,
    totalIncrease: increases.reduce((sum, increase) => sum + increase, 0),
    distance: problem.paretoSet === null ? null : problem.paretoSet.distance(end)
  }
}

/** The point of a path at `index`. */
export function checkedPoint(problem: Problem, path: readonly Float64Array[], index: number): Float64Array {
  const point = path[index]
  if (point === undefined) {
    throw new InputError({ rule: "it must hold at least its start", place: "the path", value: path })
  }
  if (point.length !== problem.parameters) {
    const rule = `${problem.name} has ${problem.parameters} parameters`
    throw new InputError({ rule, place: `the length of point ${index} of the path`, value: point.length })
  }
  return point
}
