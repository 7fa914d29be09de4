/**
 * Problems in closed form.
 *
 * @module
 */
import { generator, linearizeJacobian } from "@dualcone/aggregation"
import type { Problem } from "@dualcone/descent"
import type { Instance, InstanceContext } from "../instance.ts"
import type { AnalyticProblem, Budget, ProblemFacts, Profile } from "../problem.ts"

/** A set of points of the parameter space. */
export interface PointSet {
  /** Euclidean distance of a point to the set. */
  distance(x: Float64Array): number
  /** About `count` of its points, evenly. */
  sample(count: number): readonly Float64Array[]
}

/** f: Rⁿ → Rᵐ with its derivative, where it starts, and what is known of its answer. Arithmetic is float64. */
export interface Definition
  extends Pick<Problem, "parameters" | "objectives" | "values" | "jacobian" | "sample" | "project" | "starts"> {
  /** The Pareto set; null where it is not known. */
  readonly paretoSet: PointSet | null
  /**
   * Points whose values stand for the front where the set is not known exactly, none of them dominated by another. They
   * also give ideals and least excesses.
   */
  readonly bestKnown?: readonly Float64Array[]
  /** Least value of each objective; default: the least of the front. */
  readonly ideal?: readonly number[]
  /** Named arrays that the formula needs, for other implementations. */
  readonly constants?: Readonly<Record<string, ArrayLike<number>>>
}

/** What an analytic problem is made of; default: constant rate, SGD, equal roles, 300 updates from at most 4 starts. */
export interface AnalyticFacts
  extends Omit<ProblemFacts, "budget" | "schedule" | "optimizer" | "roles">,
    Partial<Pick<ProblemFacts, "schedule" | "optimizer" | "roles">> {
  readonly budget?: Partial<Readonly<Record<Profile, Partial<Budget>>>>
  define(context: InstanceContext): Definition
}

/** An analytic problem, with what it leaves unsaid. */
export function analytic({ budget, ...facts }: AnalyticFacts): AnalyticProblem {
  return {
    kind: "analytic",
    schedule: "constant",
    optimizer: "sgd",
    roles: "equal",
    ...facts,
    budget: {
      quick: { steps: 300, trials: 4, ...budget?.quick },
      full: { steps: 1000, trials: 8, ...budget?.full }
    }
  }
}

/** Points that stand for a front where ideals and least excesses are sought. */
const FRONT_POINTS = 2001

/** What all trials of a problem share: computed once. */
interface Measures extends Pick<Instance, "ideal" | "scale" | "least" | "front"> {
  readonly definition: Definition
}

const known = new WeakMap<AnalyticProblem, Measures>()

/** The definition with its ideals, scales and front. */
export function measuresOf(problem: AnalyticProblem, context: InstanceContext): Measures {
  const before = known.get(problem)
  if (before !== undefined) return before
  const definition = problem.define(context)
  const { objectives, paretoSet, bestKnown, starts } = definition
  const points = bestKnown ?? paretoSet?.sample(FRONT_POINTS) ?? []
  const front = points.map((x) => definition.values(x))
  const first = starts.map((start) => definition.values(Float64Array.from(start)))
  const least = (i: number) => front.reduce((value, of) => Math.min(value, of[i] ?? value), Number.POSITIVE_INFINITY)
  const ideal = Float64Array.from({ length: objectives }, (_, i) => definition.ideal?.[i] ?? least(i))
  const scale = Float64Array.from({ length: objectives }, (_, i) => {
    const largest = first.reduce((value, of) => Math.max(value, (of[i] ?? 0) - (ideal[i] ?? 0)), 0)
    return largest > 0 ? largest : 1
  })
  const excess = front.map((values) => values.map((value, i) => (value - (ideal[i] ?? 0)) / (scale[i] ?? 1)))
  const best = (of: (excess: Float64Array) => number) =>
    excess.length === 0 ? 0 : excess.reduce((value, one) => Math.min(value, of(one)), Number.POSITIVE_INFINITY)
  const measures: Measures = {
    definition,
    ideal,
    scale,
    least: {
      worst: best((one) => one.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)),
      mean: best((one) => one.reduce((a, b) => a + b, 0) / objectives)
    },
    front: front.length > 1 && objectives <= 3 ? front : null
  }
  known.set(problem, measures)
  return measures
}

/** The definition of an analytic problem, made once. */
export function definitionOf(problem: AnalyticProblem, context: InstanceContext): Definition {
  return measuresOf(problem, context).definition
}

/** Trial t begins at start t, the starts being taken in turn; a stochastic problem draws by t too. */
export function analyticInstance(problem: AnalyticProblem, context: InstanceContext, trial: number): Instance {
  const { definition, ...measures } = measuresOf(problem, context)
  const { parameters, objectives, starts, paretoSet, project, sample } = definition
  const start = Float64Array.from(starts[trial % starts.length] ?? [])
  const away = paretoSet === null ? 0 : paretoSet.distance(start)
  return {
    ...measures,
    start,
    measureEvery: 1,
    ...(project === undefined ? {} : { project }),
    linearize(x, iteration) {
      const { values, jacobian } =
        sample === undefined
          ? { values: definition.values(x), jacobian: definition.jacobian(x) }
          : sample(x, generator(trial, iteration))
      return linearizeJacobian({ objectives, parameters, values: jacobian }, values)
    },
    values: (x) => definition.values(x),
    distance: paretoSet === null ? null : (x) => paretoSet.distance(x) / (away > 0 ? away : 1),
    [Symbol.dispose]() {}
  }
}
