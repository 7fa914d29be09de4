/**
 * What a suite found, a row for each problem and method.
 *
 * @module
 */
import { type Estimate, estimate } from "@dualcone/experiments"
import type { ConflictProblem } from "../problem.ts"
import { type Costs, type ProfileLine, performanceProfile } from "../score/performance-profile.ts"
import type { BestRunRow, FailedSearchRow, RateRow, SearchRow } from "../suite/conflict-store.ts"
import type { PlannedSearch } from "../suite/plan.ts"

/** The measures by which methods are compared: the smaller, the better. */
export const measures = ["worst", "mean", "distance", "main"] as const

/** One of them. */
export type Measure = (typeof measures)[number]

/** One method on one problem, at its best learning rate. */
export interface Score {
  readonly problem: string
  readonly method: string
  /** `waiting` without a result; `failed` where every rate has a trial that diverged, or the search could not be made. */
  readonly status: "done" | "failed" | "waiting"
  readonly bestRate: number | null
  /** What the rate was chosen by. */
  readonly criterion: number | null
  /** Over trials: area under the worst excess, the mean excess, the distance to the Pareto set, the main excess. */
  readonly areas: Readonly<Record<Measure, Estimate>>
  /** At the ends of the runs, over trials. */
  readonly ends: Readonly<Record<"worst" | "mean" | "distance", Estimate>>
  readonly increases: Estimate
  readonly hypervolume: number | null
  readonly goodDecades: number | null
  readonly conflictShare: Estimate
  /** The least over trials. */
  readonly worstCosine: number | null
  readonly similarity: Estimate
  readonly heldOut: Estimate
  readonly uncertified: number | null
  /** Runs in the whole search, and how many of them diverged. */
  readonly runs: number
  readonly diverged: number
  readonly steps: number
  /** Of one update with its measures, at the best rate. */
  readonly millisecondsPerStep: number | null
}

/** A whole suite. */
export interface Scoreboard {
  readonly profile: "quick" | "full"
  readonly problems: readonly ConflictProblem[]
  readonly methods: readonly string[]
  readonly scores: readonly Score[]
  readonly failures: readonly FailedSearchRow[]
  /** The same for the same results. */
  readonly digest: string
}

/** What is read from the store. */
export interface StoredRows {
  readonly searches: readonly SearchRow[]
  readonly rates: readonly RateRow[]
  readonly bestRuns: readonly BestRunRow[]
  readonly failures: readonly FailedSearchRow[]
  readonly digest: string
}

/** The scores of a plan, in its order of problems and methods. */
export function scoreboardOf(plan: readonly PlannedSearch[], stored: StoredRows): Scoreboard {
  const searches = new Map(stored.searches.map((row) => [row.id, row]))
  const rates = Map.groupBy(stored.rates, ({ search }) => search)
  const runs = Map.groupBy(stored.bestRuns, ({ search }) => search)
  const failed = new Map(stored.failures.map((row) => [row.search, row]))
  const problems = [...new Set(plan.map(({ problem }) => problem))]
  const scores = problems.flatMap((problem) =>
    plan
      .filter((planned) => planned.problem === problem)
      .map((planned) =>
        scoreOf(
          planned,
          searches.get(planned.id),
          rates.get(planned.id) ?? [],
          runs.get(planned.id) ?? [],
          failed.has(planned.id)
        )
      )
  )
  return {
    profile: plan[0]?.profile ?? "quick",
    problems,
    methods: [...new Set(plan.map(({ method }) => method.name))],
    scores,
    failures: plan.flatMap(({ id }) => failed.get(id) ?? []),
    digest: stored.digest
  }
}

function scoreOf(
  { problem, method, profile }: PlannedSearch,
  search: SearchRow | undefined,
  rates: readonly RateRow[],
  best: readonly BestRunRow[],
  failed: boolean
): Score {
  const over = (value: (row: BestRunRow) => number | null) => estimate(best.map(value).filter((one) => one !== null))
  const chosen = rates.find((rate) => rate.learning_rate === search?.best_rate)
  const cosines = best.map(({ worst_cosine }) => worst_cosine).filter((one) => one !== null)
  const uncertified = best.map((row) => row.uncertified).filter((one) => one !== null)
  const { steps } = problem.budget[profile]
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return {
    problem: problem.name,
    method: method.name,
    status: best.length > 0 ? "done" : failed || search !== undefined ? "failed" : "waiting",
    bestRate: search?.best_rate ?? null,
    criterion: chosen?.criterion ?? null,
    areas: {
      worst: over((row) => row.worst_area),
      mean: over((row) => row.mean_area),
      distance: over((row) => row.distance_area),
      main: over((row) => row.main_area)
    },
    ends: {
      worst: over((row) => row.worst_end),
      mean: over((row) => row.mean_end),
      distance: over((row) => row.distance_end)
    },
    increases: over((row) => row.increases),
    hypervolume: chosen?.hypervolume ?? null,
    goodDecades: search?.good_decades ?? null,
    conflictShare: over((row) => row.conflict_share),
    worstCosine: cosines.length === 0 ? null : Math.min(...cosines),
    similarity: over((row) => row.similarity),
    heldOut: over((row) => row.held_out),
    uncertified: uncertified.length === 0 ? null : sum(uncertified),
    runs: sum(rates.map((rate) => rate.runs)),
    diverged: sum(rates.map(({ diverged }) => diverged)),
    steps,
    millisecondsPerStep: best.length === 0 ? null : sum(best.map(({ ms }) => ms)) / best.length / steps
  }
}

/** What each method costs on each problem, by a measure; infinite where it failed. Problems without the measure are left out. */
export function costsBy(
  { problems, scores }: Pick<Scoreboard, "problems" | "scores">,
  measure: Measure
): readonly Costs[] {
  return problems.flatMap(({ name }) => {
    const own = scores.filter(({ problem, status }) => problem === name && status !== "waiting")
    if (!own.some(({ areas }) => areas[measure].mean !== null)) return []
    return [
      new Map(
        own.map(({ method, areas, status }) => [
          method,
          status === "failed" ? Number.POSITIVE_INFINITY : (areas[measure].mean ?? Number.POSITIVE_INFINITY)
        ])
      )
    ]
  })
}

/** The performance profile of every method by a measure. */
export function profileBy(scoreboard: Scoreboard, measure: Measure): readonly ProfileLine[] {
  return performanceProfile(costsBy(scoreboard, measure), scoreboard.methods).filter(({ problems }) => problems > 0)
}

/** The scoreboard with the scores of another implementation behind its own, on the problems that it has. */
export function withSubmitted(scoreboard: Scoreboard, submitted: readonly Score[]): Scoreboard {
  const names = new Set(scoreboard.problems.map(({ name }) => name))
  const added = submitted.filter(({ problem }) => names.has(problem))
  return {
    ...scoreboard,
    methods: [...new Set([...scoreboard.methods, ...added.map(({ method }) => method)])],
    scores: scoreboard.problems.flatMap(({ name }) =>
      [...scoreboard.scores, ...added].filter(({ problem }) => problem === name)
    )
  }
}
