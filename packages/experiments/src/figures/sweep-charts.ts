/**
 * Which figures and tables a sweep has: from its rows and curves as values, wherever they were read.
 *
 * @module
 */
import type { ResultRow } from "../store/rows.ts"
import { batchSizeFigures } from "./batch-size-figure.ts"
import type { CurvesOf } from "./curve-band.ts"
import { curveFigure, REFERENCES } from "./curve-figure.ts"
import { NothingToDraw } from "./errors.ts"
import type { Figures } from "./figure-file.ts"
import { optimizerFigures } from "./optimizer-figure.ts"
import { rateFigure } from "./rate-figure.ts"
import { resultTable, runTable, timeTable } from "./result-tables.ts"
import type { Setting } from "./settings.ts"

/** Why rows have no figure; null where they have. */
export function nothingToDraw(rows: readonly ResultRow[]): NothingToDraw | null {
  if (rows.some(({ status }) => status === "done")) return null
  return new NothingToDraw({ runs: rows.length, diverged: rows.filter(({ status }) => status === "diverged").length })
}

/** The runs whose curves figures show: that of each seed at its best learning rate. */
export function bestRuns(settings: readonly Setting[]): readonly string[] {
  return settings.flatMap(({ lines }) => lines.flatMap(({ best }) => best.map(({ run }) => run)))
}

/**
 * Charts and tables of the settings of a sweep.
 *
 * @throws {InputError} for values that no axis can show
 */
export function sweepCharts(settings: readonly Setting[], curves: CurvesOf): Figures {
  return {
    charts: [
      ...settings.filter((one) => hasCurveFigure(one, settings)).map((setting) => curveFigure(setting, curves)),
      ...batchSizeFigures(settings, curves),
      ...optimizerFigures(settings, curves),
      ...settings.flatMap((setting) => rateFigure(setting) ?? [])
    ],
    tables: [resultTable(settings), runTable(settings), timeTable(settings)]
  }
}

/**
 * A setting with the mean and UPGrad alone is a part of a study of batch sizes or optimizers, unless the data set has no
 * other.
 */
function hasCurveFigure(setting: Setting, settings: readonly Setting[]): boolean {
  if (!setting.lines.some(({ best }) => best.length > 0)) return false
  const alone = settings.filter(({ dataSet }) => dataSet === setting.dataSet).length === 1
  return alone || setting.lines.some(({ method }) => !REFERENCES.includes(method))
}
