/**
 * What the points of a path say: areas, ends, increases, distance. The points may come from a run of ours or from another
 * implementation.
 *
 * @module
 */
import type { Instance } from "../instance.ts"
import type { ProblemFacts } from "../problem.ts"
import { DIVERGED_EXCESS, excessOf, meanOf, worstOf } from "../score/excess.ts"

/** Values of a curve are kept at most this often, evenly. */
export const CURVE_POINTS = 60

/** An objective increased when its excess did by more than this: rounding is no increase. */
const INCREASE = 1e-6

/** Excess and distance along a path. */
export interface PathCurves {
  readonly iterations: Float64Array
  readonly worst: Float64Array
  readonly mean: Float64Array
  /** Empty where the Pareto set is not known. */
  readonly distance: Float64Array
}

/** Measures of a path. */
export interface PathScore {
  /** The first iteration with values that are not finite or an excess above a million; null where the path is whole. */
  readonly divergedAt: number | null
  /** Means over the measured points of the worst and the mean excess, less the least that any point can have. */
  readonly worstArea: number
  readonly meanArea: number
  /** The same of the main objective, less nothing; null where no objective comes first. */
  readonly mainArea: number | null
  /** The same of the distance to the Pareto set, in units of that of the start; null where the set is not known. */
  readonly distanceArea: number | null
  /** At the last point. */
  readonly worstEnd: number | null
  readonly meanEnd: number | null
  readonly distanceEnd: number | null
  /** Share of the intervals between measured points over which some objective increased. */
  readonly increases: number | null
  /** Values at the last point. */
  readonly end: Float64Array
  readonly curves: PathCurves
}

/** Follows a path from its start. */
export class PathMeasures {
  readonly #instance: Instance
  readonly #roles: ProblemFacts["roles"]
  readonly #curveEvery: number
  readonly #steps: number
  readonly #curves: { iterations: number[]; worst: number[]; mean: number[]; distance: number[] } = {
    iterations: [],
    worst: [],
    mean: [],
    distance: []
  }
  #worst = 0
  #mean = 0
  #main = 0
  #points = 0
  #increased = 0
  #before: Float64Array | null = null
  #divergedAt: number | null = null
  #end: Float64Array = new Float64Array(0)
  #last: Float64Array = new Float64Array(0)

  /** For a path of so many updates on a trial. */
  constructor(instance: Instance, roles: ProblemFacts["roles"], steps: number) {
    this.#instance = instance
    this.#roles = roles
    this.#steps = steps
    const points = Math.max(1, Math.ceil(steps / CURVE_POINTS))
    const { measureEvery } = instance
    this.#curveEvery = Math.ceil(points / measureEvery) * measureEvery
  }

  /** Whether the path has left the numbers. */
  get diverged(): boolean {
    return this.#divergedAt !== null
  }

  /** The last measured point. */
  get last(): Float64Array {
    return this.#last
  }

  /** The path ends here, in an iteration whose point cannot be measured. */
  leave(iteration: number): void {
    this.#divergedAt ??= iteration
  }

  /** Measures the point that an iteration led to; 0 is the start. */
  at(iteration: number, x: Float64Array): void {
    const { least, distance } = this.#instance
    const values = this.#instance.values(x)
    const excess = excessOf(values, this.#instance)
    const worst = worstOf(excess)
    if (!(worst <= DIVERGED_EXCESS) || !values.every(Number.isFinite)) {
      this.leave(iteration)
      return
    }
    const mean = meanOf(excess)
    this.#points++
    this.#worst += Math.max(0, worst - least.worst)
    this.#mean += Math.max(0, mean - least.mean)
    this.#main += excess[0] ?? 0
    const before = this.#before
    if (before?.some((one, i) => (excess[i] ?? 0) - one > INCREASE)) this.#increased++
    this.#before = excess
    this.#end = values
    this.#last = x.slice()
    if (iteration % this.#curveEvery !== 0 && iteration !== this.#steps) return
    this.#curves.iterations.push(iteration)
    this.#curves.worst.push(Math.max(0, worst - least.worst))
    this.#curves.mean.push(Math.max(0, mean - least.mean))
    if (distance !== null) this.#curves.distance.push(distance(x))
  }

  /** What has been measured. */
  score(): PathScore {
    const divergedAt = this.#divergedAt
    const whole = divergedAt === null
    const area = (sum: number) => (whole ? sum / this.#points : Number.POSITIVE_INFINITY)
    const { iterations, worst, mean, distance } = this.#curves
    const away = distance.length === 0 ? null : distance.reduce((sum, one) => sum + one, 0) / distance.length
    return {
      divergedAt,
      worstArea: area(this.#worst),
      meanArea: area(this.#mean),
      mainArea: this.#roles === "main-first" ? area(this.#main) : null,
      distanceArea: away === null ? null : whole ? away : Number.POSITIVE_INFINITY,
      worstEnd: whole ? (worst.at(-1) ?? null) : null,
      meanEnd: whole ? (mean.at(-1) ?? null) : null,
      distanceEnd: whole ? (distance.at(-1) ?? null) : null,
      increases: this.#points < 2 ? null : this.#increased / (this.#points - 1),
      end: this.#end,
      curves: {
        iterations: Float64Array.from(iterations),
        worst: Float64Array.from(worst),
        mean: Float64Array.from(mean),
        distance: Float64Array.from(distance)
      }
    }
  }
}
