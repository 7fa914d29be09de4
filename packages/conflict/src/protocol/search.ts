/**
 * The search of a learning rate for one method on one problem: coarse rates, then fine ones around the two best, every
 * rate on every trial. A search is the unit of work of the suite.
 *
 * @module
 */
import { fineRates, geometricRates, ranked } from "@dualcone/experiments"
import { analyticInstance } from "../analytic/definition.ts"
import type { Instance, InstanceContext } from "../instance.ts"
import { aggregatorOf, type ConflictMethod } from "../methods.ts"
import type { ConflictProblem, Profile } from "../problem.ts"
import { hypervolumeShare } from "../score/hypervolume.ts"
import { goodDecades } from "../score/rate-sensitivity.ts"
import { measuredRun, type RunScore } from "./measured-run.ts"
import type { PathScore } from "./path-measures.ts"
import { rateSearch } from "./profiles.ts"

/** All trials at one learning rate. */
export interface RateScore {
  readonly learningRate: number
  readonly stage: "coarse" | "fine"
  /** What rates are chosen by: see {@link criterionOf}. */
  readonly criterion: number
  /** Of the ends of all trials against the front; null where none is known or a trial diverged. */
  readonly hypervolume: number | null
  /** In the order of the trials. */
  readonly runs: readonly RunScore[]
}

/** A whole search. */
export interface SearchScore {
  readonly rates: readonly RateScore[]
  /** Index of the best rate; null where every rate has a trial that diverged. */
  readonly best: number | null
  /** Decades of learning rate within twice the best criterion. */
  readonly goodDecades: number
}

/**
 * The mean over trials of half the sum of worst and mean area, so that neither kind of method is favoured; of the area of
 * the main objective where one comes first. Infinite when a trial diverged.
 */
export function criterionOf(runs: readonly Pick<PathScore, "worstArea" | "meanArea" | "mainArea">[]): number {
  return (
    runs.reduce((sum, { worstArea, meanArea, mainArea }) => sum + (mainArea ?? (worstArea + meanArea) / 2), 0) /
    runs.length
  )
}

/** Opens a trial of a problem. */
export async function openTrial(problem: ConflictProblem, context: InstanceContext, trial: number): Promise<Instance> {
  return problem.kind === "analytic" ? analyticInstance(problem, context, trial) : problem.open(context, trial)
}

/** Searches. `report` hears of every rate that is done. */
export async function search(
  context: InstanceContext,
  problem: ConflictProblem,
  method: ConflictMethod,
  profile: Profile,
  report: (rates: number) => void = () => {}
): Promise<SearchScore> {
  const { steps, trials } = problem.budget[profile]
  const { coarse, fine, decadesBetween } = rateSearch(problem, profile)
  using owned = new DisposableStack()
  const instances: Instance[] = []
  for (let trial = 0; trial < trials; trial++) instances.push(owned.use(await openTrial(problem, context, trial)))
  const rates: RateScore[] = []
  const atRate = (stage: RateScore["stage"]) => async (learningRate: number) => {
    const runs: RunScore[] = []
    for (const [trial, instance] of instances.entries()) {
      const aggregator = aggregatorOf(method, trial)
      const run = measuredRun(context.wasm, problem, instance, { aggregator, learningRate, steps })
      runs.push(run)
      // One trial that diverged decides about the rate.
      if (run.divergedAt !== null) break
    }
    rates.push({ learningRate, stage, criterion: criterionOf(runs), hypervolume: shareOfFront(instances, runs), runs })
    report(rates.length)
    await breath()
  }
  for (const rate of geometricRates(coarse)) await atRate("coarse")(rate)
  const tried = rates.map(({ learningRate, criterion }) => ({ learningRate, area: criterion }))
  const known = new Set(tried.map(({ learningRate }) => learningRate))
  for (const rate of fineRates(tried, fine)) if (!known.has(rate)) await atRate("fine")(rate)
  const [best] = ranked(rates.map(({ learningRate, criterion }, index) => ({ learningRate, area: criterion, index })))
  const coarseRates = rates.filter(({ stage }) => stage === "coarse")
  return {
    rates,
    best: best?.index ?? null,
    goodDecades: goodDecades(coarseRates, best?.area ?? Number.POSITIVE_INFINITY, decadesBetween)
  }
}

function shareOfFront(instances: readonly Instance[], runs: readonly RunScore[]): number | null {
  const front = instances[0]?.front ?? null
  if (front === null || runs.some(({ divergedAt }) => divergedAt !== null)) return null
  return hypervolumeShare(
    runs.map(({ end }) => end),
    front
  )
}

/** Lets signals and messages in between two rates. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
