/**
 * All files of a report: tables, the performance profile, and a page and a chart a problem.
 *
 * @module
 */
import { attempt, loadModule } from "@dualcone/descent"
import { csvTable, drawChart, type FigureFile, markdownTable } from "@dualcone/experiments"
import * as Effect from "effect/Effect"
import { ConflictStore } from "../suite/conflict-store.ts"
import type { PlannedSearch } from "../suite/plan.ts"
import { problemChart } from "./problem-chart.ts"
import { problemPage } from "./problem-page.ts"
import { profileChart } from "./profile-chart.ts"
import { measures, type Scoreboard, scoreboardOf } from "./scoreboard.ts"
import { methodTable, ratioTable } from "./tables.ts"

/** The scores of a plan, from the store. */
export const readScoreboard = Effect.fn("readScoreboard")(function* (plan: readonly PlannedSearch[]) {
  const store = yield* ConflictStore
  return scoreboardOf(plan, {
    searches: yield* store.searches,
    rates: yield* store.rates,
    bestRuns: yield* store.bestRuns,
    failures: yield* store.failures,
    digest: yield* store.digest(plan)
  })
})

/** The files, drawn and written out. */
export const reportFiles = Effect.fn("reportFiles")(function* (plan: readonly PlannedSearch[], scoreboard: Scoreboard) {
  const store = yield* ConflictStore
  const { functions } = yield* loadModule
  const drawn = (chart: Parameters<typeof drawChart>[0]): FigureFile => ({
    name: `${chart.id}.svg`,
    kind: "figure",
    title: chart.title,
    content: drawChart(chart, functions.log)
  })
  const tables = [methodTable(scoreboard), ...measures.map((measure) => ratioTable(scoreboard, measure))].filter(
    ({ rows }) => rows.length > 0
  )
  const files: FigureFile[] = tables.flatMap((table): readonly FigureFile[] => [
    { name: `${table.name}.md`, kind: "table", title: table.title, content: markdownTable(table) },
    { name: `${table.name}.csv`, kind: "table", title: table.title, content: csvTable(table) }
  ])
  if (scoreboard.scores.some(({ status }) => status === "done")) {
    files.push(yield* attempt(() => drawn(profileChart(scoreboard))))
  }
  for (const problem of scoreboard.problems) {
    const searches = plan.filter((planned) => planned.problem === problem)
    const methods = yield* Effect.forEach(searches, ({ id, method }) =>
      store.curves(id).pipe(Effect.map((paths) => ({ method: method.name, paths })))
    )
    const chart = problemChart(problem, methods)
    const picture = chart === null ? null : yield* attempt(() => drawn(chart))
    if (picture !== null) files.push(picture)
    const scores = scoreboard.scores.filter((score) => score.problem === problem.name)
    files.push({
      name: `${problem.name}.md`,
      kind: "table",
      title: problem.title,
      content: problemPage(problem, scoreboard.profile, scores, picture?.name ?? null)
    })
  }
  return files
})
