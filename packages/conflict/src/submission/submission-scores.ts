/**
 * The scores of a submission, measured as those of our own runs are.
 *
 * @module
 */
import { estimate, ranked } from "@dualcone/experiments"
import { InputError } from "@dualcone/wasm"
import { analyticInstance } from "../analytic/definition.ts"
import type { InstanceContext } from "../instance.ts"
import type { AnalyticProblem, Profile } from "../problem.ts"
import { PathMeasures, type PathScore } from "../protocol/path-measures.ts"
import { ratesAllowed } from "../protocol/profiles.ts"
import { criterionOf } from "../protocol/search.ts"
import type { Score } from "../report/scoreboard.ts"
import { hypervolumeShare } from "../score/hypervolume.ts"
import { restatableProblems } from "./definitions.ts"
import type { ConflictSubmission } from "./schema.ts"

/** The largest distance of a path's first point to its start, in each coordinate. */
const SAME_START = 1e-9

/**
 * A score for each problem and method of the submission, under the name `method (implementation)`.
 *
 * @throws {InputError} for an unknown or stochastic problem, a path that does not begin at its start, has points of a wrong
 * size or too many of them, a rate without all trials, and more rates than the profile allows
 */
export function submissionScores(submission: ConflictSubmission, context: InstanceContext): readonly Score[] {
  const { implementation, profile, runs } = submission
  const byName = new Map(restatableProblems(context).map((problem) => [problem.name, problem]))
  const measured = runs.map((run, i) => {
    const place = `runs[${i}]`
    const problem = byName.get(run.problem)
    if (problem === undefined) {
      const rule = `it must be one of ${[...byName.keys()].join(", ")}`
      throw new InputError({ rule, place: `${place}.problem`, value: run.problem })
    }
    return { ...run, problem, score: pathScore(problem, context, profile, run, place) }
  })
  return [...Map.groupBy(measured, ({ problem, method }) => `${problem.name}\n${method}`).values()].flatMap((own) => {
    const [first] = own
    if (first === undefined) return []
    return [scoreOf(first.problem, `${first.method} (${implementation})`, profile, context, own)]
  })
}

interface MeasuredPath {
  readonly trial: number
  readonly learningRate: number
  readonly score: PathScore
}

function pathScore(
  problem: AnalyticProblem,
  context: InstanceContext,
  profile: Profile,
  { trial, path }: ConflictSubmission["runs"][number],
  place: string
): PathScore {
  const { steps, trials } = problem.budget[profile]
  const refuse = (rule: string, at: string, value: unknown) => new InputError({ rule, place: `${place}.${at}`, value })
  if (trial >= trials) throw refuse(`${problem.name} has ${trials} trials in the ${profile} profile`, "trial", trial)
  if (path.length > steps + 1)
    throw refuse(`there are ${steps} steps, so at most ${steps + 1} points`, "path", path.length)
  const instance = analyticInstance(problem, context, trial)
  const measures = new PathMeasures(instance, problem.roles, steps)
  for (const [iteration, point] of path.entries()) {
    if (point.length !== instance.start.length) {
      throw refuse(`${problem.name} has ${instance.start.length} parameters`, `path[${iteration}]`, point.length)
    }
    if (iteration === 0 && point.some((entry, i) => Math.abs(entry - (instance.start[i] ?? 0)) > SAME_START)) {
      throw refuse(`trial ${trial} starts at ${instance.start.join(", ")}`, "path[0]", point)
    }
    if (!measures.diverged) measures.at(iteration, Float64Array.from(point))
  }
  if (path.length < steps + 1) measures.leave(path.length)
  return measures.score()
}

function scoreOf(
  problem: AnalyticProblem,
  method: string,
  profile: Profile,
  context: InstanceContext,
  paths: readonly MeasuredPath[]
): Score {
  const { steps, trials } = problem.budget[profile]
  const byRate = [...Map.groupBy(paths, ({ learningRate }) => learningRate)].map(([learningRate, at]) => {
    const inOrder = at.toSorted((a, b) => a.trial - b.trial)
    const isWhole = inOrder.length === trials && inOrder.every(({ trial }, i) => trial === i)
    const diverged = inOrder.some(({ score }) => score.divergedAt !== null)
    if (!isWhole && !diverged) {
      const rule = `${method} on ${problem.name} at rate ${learningRate} must have the trials 0 to ${trials - 1}, each once`
      throw new InputError({ rule, place: "runs", value: inOrder.map(({ trial }) => trial) })
    }
    const scores = inOrder.map(({ score }) => score)
    return { learningRate, scores, area: criterionOf(scores) }
  })
  if (byRate.length > ratesAllowed(profile)) {
    const rule = `every method has at most ${ratesAllowed(profile)} learning rates on a problem in the ${profile} profile`
    throw new InputError({ rule, place: `the rates of ${method} on ${problem.name}`, value: byRate.length })
  }
  const [best] = ranked(byRate)
  const own = best?.scores ?? []
  const over = (value: (score: PathScore) => number | null) => estimate(own.map(value).filter((one) => one !== null))
  const front = analyticInstance(problem, context, 0).front
  return {
    problem: problem.name,
    method,
    status: best === undefined ? "failed" : "done",
    bestRate: best?.learningRate ?? null,
    criterion: best?.area ?? null,
    areas: {
      worst: over(({ worstArea }) => worstArea),
      mean: over(({ meanArea }) => meanArea),
      distance: over(({ distanceArea }) => distanceArea),
      main: over(({ mainArea }) => mainArea)
    },
    ends: {
      worst: over(({ worstEnd }) => worstEnd),
      mean: over(({ meanEnd }) => meanEnd),
      distance: over(({ distanceEnd }) => distanceEnd)
    },
    increases: over(({ increases }) => increases),
    hypervolume:
      front === null || best === undefined
        ? null
        : hypervolumeShare(
            own.map(({ end }) => end),
            front
          ),
    goodDecades: null,
    conflictShare: { mean: null, standardError: null },
    worstCosine: null,
    similarity: { mean: null, standardError: null },
    heldOut: { mean: null, standardError: null },
    uncertified: null,
    runs: paths.length,
    diverged: paths.filter(({ score }) => score.divergedAt !== null).length,
    steps,
    millisecondsPerStep: null
  }
}
