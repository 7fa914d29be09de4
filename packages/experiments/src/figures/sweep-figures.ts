/**
 * All figures and tables of a sweep, from its database alone.
 *
 * @module
 */
import { attempt, loadModule } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import { SweepStore } from "../store/sweep-store.ts"
import { batchSizeFigures } from "./batch-size-figure.ts"
import { drawChart } from "./chart/index.ts"
import { readBestCurves } from "./curve-band.ts"
import { curveFigure, REFERENCES } from "./curve-figure.ts"
import { NothingToDraw } from "./errors.ts"
import type { FigureFile, Figures } from "./figure-file.ts"
import { optimizerFigures } from "./optimizer-figure.ts"
import { rateFigure } from "./rate-figure.ts"
import { resultTable, runTable, timeTable } from "./result-tables.ts"
import { type Setting, settingsOf } from "./settings.ts"
import { csvTable, markdownTable } from "./table.ts"

/** What the store has, as charts and tables; fails where no run is done. */
export const sweepFigures = Effect.gen(function* () {
  const store = yield* SweepStore
  const rows = yield* store.rows
  if (!rows.some(({ status }) => status === "done")) {
    const diverged = rows.filter(({ status }) => status === "diverged").length
    return yield* new NothingToDraw({ runs: rows.length, diverged })
  }
  const settings = settingsOf(rows)
  const curves = yield* readBestCurves(settings)
  const figures: Figures = yield* attempt(() => ({
    charts: [
      ...settings.filter((one) => hasCurveFigure(one, settings)).map((setting) => curveFigure(setting, curves)),
      ...batchSizeFigures(settings, curves),
      ...optimizerFigures(settings, curves),
      ...settings.flatMap((setting) => rateFigure(setting) ?? [])
    ],
    tables: [resultTable(settings), runTable(settings), timeTable(settings)]
  }))
  return figures
})

/**
 * A setting with the mean and UPGrad alone is a part of a study of batch sizes or optimizers, unless the data set has no
 * other.
 */
function hasCurveFigure(setting: Setting, settings: readonly Setting[]): boolean {
  if (!setting.lines.some(({ best }) => best.length > 0)) return false
  const alone = settings.filter(({ dataSet }) => dataSet === setting.dataSet).length === 1
  return alone || setting.lines.some(({ method }) => !REFERENCES.includes(method))
}

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
