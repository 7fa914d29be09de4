/**
 * Tables of the suite: a row a method, and a row a problem.
 *
 * @module
 */
import type { Cell, Table } from "@dualcone/experiments"
import { shareWithin } from "../score/performance-profile.ts"
import { costsBy, type Measure, measures, profileBy, type Score, type Scoreboard } from "./scoreboard.ts"

/** What a measure is called. */
export const measureTitles: Readonly<Record<Measure, string>> = {
  worst: "worst excess",
  mean: "mean excess",
  distance: "distance to the Pareto set",
  main: "excess of the main objective"
}

/** Factors at which a table reads the profiles. */
const FACTORS = [1.1, 2] as const

/** A row for each method: the share of problems within some factors of the best, by measure, and failures. */
export function methodTable(scoreboard: Scoreboard): Table {
  const { methods, scores } = scoreboard
  const profiles = measures.map((measure) => ({ measure, lines: profileBy(scoreboard, measure) }))
  const shown = profiles.filter(({ lines }) => lines.length > 0)
  const rows = methods.map((method): readonly Cell[] => {
    const own = scores.filter((score) => score.method === method)
    const shares = shown.flatMap(({ lines }) => {
      const line = lines.find((one) => one.method === method)
      return FACTORS.map((factor) => (line === undefined ? null : shareWithin(line, factor)))
    })
    return [
      method,
      ...shares,
      median(own.map(({ goodDecades }) => goodDecades)),
      median(own.map(({ increases }) => increases.mean)),
      own.filter(({ status }) => status === "failed").length,
      sum(own.map(({ diverged }) => diverged)) / Math.max(1, sum(own.map(({ runs }) => runs)))
    ]
  })
  return {
    name: "methods",
    title: `Methods on ${scoreboard.problems.length} problems`,
    columns: [
      "method",
      ...shown.flatMap(({ measure }) => FACTORS.map((factor) => `${measure} ≤${factor}`)),
      "good decades",
      "increases",
      "failed",
      "diverged"
    ],
    rows,
    note: `worst ≤2: the share of problems on which the area under the worst excess is at most twice that of the best method, ${shown
      .map(({ measure, lines }) => `${measure} on ${Math.max(...lines.map(({ problems }) => problems))} problems`)
      .join(
        ", "
      )}. good decades: of learning rate within twice the best criterion, median over problems. increases: share of steps in which some objective rose, median. failed: problems on which no rate went through. diverged: share of all runs.`
  }
}

/** A row for each problem: the area of each method over the least one. */
export function ratioTable(scoreboard: Scoreboard, measure: Measure): Table {
  const { methods, problems, scores } = scoreboard
  const having = problems.filter(({ name }) =>
    scores.some((score) => score.problem === name && score.areas[measure].mean !== null)
  )
  const costs = costsBy(scoreboard, measure)
  return {
    name: `ratios-${measure}`,
    title: `Area under the ${measureTitles[measure]}: best, and each method's multiple of it`,
    columns: ["problem", "best area", ...methods],
    rows: having.map(({ name }, i): readonly Cell[] => {
      const own = costs[i]
      const least = Math.min(...(own?.values() ?? []))
      return [
        name,
        Number.isFinite(least) ? least : null,
        ...methods.map((method) => {
          const cost = own?.get(method)
          if (cost === undefined) return null
          return Number.isFinite(cost) ? ratioText(cost, least) : "×"
        })
      ]
    }),
    note: "×: every learning rate diverged in some trial. -: the method does not apply, or has not run."
  }
}

/** A row for each method on one problem. */
export function problemTable(problem: string, scores: readonly Score[]): Table {
  return {
    name: problem,
    title: "Scores",
    columns: [
      ...["method", "best rate", "worst area", "worst area ±", "mean area", "mean area ±", "main area"],
      ...["distance area", "distance at the end", "hypervolume", "increases", "good decades", "conflicting pairs"],
      ...["worst cosine", "similarity", "held out", "diverged", "steps", "ms a step"]
    ],
    rows: scores.map((score): readonly Cell[] => [
      score.method,
      score.bestRate,
      ...[score.areas.worst.mean, score.areas.worst.standardError],
      ...[score.areas.mean.mean, score.areas.mean.standardError, score.areas.main.mean],
      ...[score.areas.distance.mean, score.ends.distance.mean, score.hypervolume, score.increases.mean],
      ...[score.goodDecades, score.conflictShare.mean, score.worstCosine, score.similarity.mean, score.heldOut.mean],
      ...[`${score.diverged}/${score.runs}`, score.steps, score.millisecondsPerStep]
    ]),
    note: "Areas are means over the run, ± the standard error over trials, at the best learning rate; excess and distance are in units of the start's. Hypervolume: of the ends of all trials over that of the front. increases: share of measured intervals over which some objective rose. conflicting pairs: of rows, mean over measured steps. worst cosine: of a row and the direction. diverged: of all runs of the search."
  }
}

function ratioText(cost: number, least: number): string {
  const ratio = least > 0 ? cost / least : cost === least ? 1 : Number.POSITIVE_INFINITY
  if (!Number.isFinite(ratio) || ratio >= 1000) return ">1000"
  return ratio.toFixed(ratio < 10 ? 2 : ratio < 100 ? 1 : 0)
}

function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle]
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
