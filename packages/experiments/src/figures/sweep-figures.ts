/**
 * All figures and tables of a sweep, from its database alone.
 *
 * @module
 */
import { attempt, loadModule } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import type { Curves } from "../store/rows.ts"
import { SweepStore } from "../store/sweep-store.ts"
import { drawChart } from "./chart/index.ts"
import type { FigureFile, Figures } from "./figure-file.ts"
import { type Setting, settingsOf } from "./settings.ts"
import { bestRuns, nothingToDraw, sweepCharts } from "./sweep-charts.ts"
import { csvTable, markdownTable } from "./table.ts"

/** What the store has, as charts and tables; fails where no run is done. */
export const sweepFigures = Effect.gen(function* () {
  const store = yield* SweepStore
  const rows = yield* store.rows
  const nothing = nothingToDraw(rows)
  if (nothing !== null) return yield* nothing
  const settings = settingsOf(rows)
  const curves = yield* readBestCurves(settings)
  return yield* attempt(() => sweepCharts(settings, curves))
})

/** Reads the curves of the best runs of settings, which are all that figures show. */
export const readBestCurves = Effect.fn("readBestCurves")(function* (settings: readonly Setting[]) {
  const store = yield* SweepStore
  const curves = new Map<string, Curves>()
  for (const run of bestRuns(settings)) curves.set(run, yield* store.curves(run))
  return curves
})

/** Draws charts and writes out tables, Markdown and CSV each. */
export const figureFiles = Effect.fn("figureFiles")(function* ({ charts, tables }: Figures) {
  const { functions } = yield* loadModule
  const drawn = yield* attempt(() =>
    charts.map((chart): FigureFile<string> => {
      const content = drawChart(chart, functions.log)
      return { name: `${chart.id}.svg`, kind: "figure", title: chart.title, content }
    })
  )
  const written = tables.flatMap((table): readonly FigureFile<string>[] => [
    { name: `${table.name}.md`, kind: "table", title: table.title, content: markdownTable(table) },
    { name: `${table.name}.csv`, kind: "table", title: table.title, content: csvTable(table) }
  ])
  return [...drawn, ...written]
})
