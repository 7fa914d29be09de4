/**
 * Tables of a sweep: runs and hours (Table 6 of arXiv 2406.16232), seconds an epoch (Table 7), and what was found.
 *
 * @module
 */
import { median } from "@dualcone/descent"
import { type Estimate, estimate } from "../protocol/standard-error.ts"
import type { ResultRow } from "../store/rows.ts"
import { type MethodLine, referenceLine, type Setting } from "./settings.ts"
import type { Cell, Table } from "./table.ts"

/** Table 6: how much work a sweep is, by data set, optimizer and batch size. */
export function runTable(settings: readonly Setting[]): Table {
  const columns = [
    "Data set",
    "Optimizer",
    "Batch size",
    "Methods",
    "Seeds",
    "Runs",
    "Done",
    "Diverged",
    "Epochs",
    "Iterations a run",
    "Hours",
    "Hours a seed"
  ]
  const rows = settings.map((setting): readonly Cell[] => {
    const runs = setting.lines.flatMap(({ rows: of }) => of)
    const seeds = new Set(runs.map(({ seed }) => seed)).size
    const hours = runs.reduce((sum, { ms }) => sum + (ms ?? 0), 0) / 3_600_000
    const count = (wanted: ResultRow["status"]) => runs.filter(({ status }) => status === wanted).length
    return [
      setting.dataSetTitle,
      setting.optimizerTitle,
      ...[setting.batchSize, setting.lines.length, seeds, runs.length, count("done"), count("diverged")],
      ...[setting.epochs, setting.epochs * setting.iterationsPerEpoch, hours, hours / Math.max(1, seeds)]
    ]
  })
  const note = "Hours: time of all training and evaluation of the runs that have ended, added up as on one worker."
  return { name: "runs", title: "Runs, epochs, iterations and hours", columns, rows, note }
}

/** Table 7: seconds an epoch of each method, and how many times those of the mean, which is SGD on the mean loss. */
export function timeTable(settings: readonly Setting[]): Table {
  const columns = ["Data set", "Optimizer", "Batch size", "Method", "Runs", "Seconds an epoch", "Ratio to the mean"]
  const rows = settings.flatMap((setting) => {
    const mean = referenceLine(setting, "mean")
    const base = mean === undefined ? null : secondsAnEpoch(mean)
    return setting.lines.flatMap((one): readonly (readonly Cell[])[] => {
      const seconds = secondsAnEpoch(one)
      if (seconds === null) return []
      const { dataSetTitle, optimizerTitle, batchSize } = setting
      const ratio = base === null || base === 0 ? null : seconds / base
      return [[dataSetTitle, optimizerTitle, batchSize, one.title, doneRows(one).length, seconds, ratio]]
    })
  })
  const note =
    "Medians over the runs that are done, on one thread each, evaluation at their end included. The mean takes the steps of SGD on the mean loss and needs no gradients of single examples."
  return { name: "times", title: "Seconds an epoch", columns, rows, note }
}

function doneRows({ rows }: MethodLine): readonly ResultRow[] {
  return rows.filter(({ status }) => status === "done")
}

/** Median over the runs that are done; those that diverged stopped early. */
function secondsAnEpoch(line: MethodLine): number | null {
  return median(doneRows(line).map(({ ms, epochs }) => (ms ?? 0) / 1000 / epochs)) ?? null
}

/** What was found: each seed at its own best learning rate, best area first. */
export function resultTable(settings: readonly Setting[]): Table {
  const columns = [
    ...["Data set", "Optimizer", "Batch size", "Method", "Seeds", "Least best rate", "Largest best rate"],
    ...["Area", "Area ±", "Area / mean's", "Final loss", "Final loss ±", "Similarity", "Similarity ±"],
    ...["Test loss", "Test loss ±", "Test accuracy", "Test accuracy ±"]
  ]
  const rows = settings.flatMap((setting) => {
    const mean = referenceLine(setting, "mean")
    const base = mean === undefined ? null : over(mean, ({ area }) => area).mean
    const areaOf = (one: MethodLine) => over(one, ({ area }) => area).mean ?? Number.POSITIVE_INFINITY
    return setting.lines
      .toSorted((a, b) => Math.sign(areaOf(a) - areaOf(b)) || 0)
      .map((one): readonly Cell[] => {
        const { dataSetTitle, optimizerTitle, batchSize } = setting
        const rates = one.best.map((row) => row.learning_rate).sort((a, b) => a - b)
        const area = over(one, (row) => row.area)
        const ratio = area.mean === null || base === null ? null : area.mean / base
        return [
          ...[dataSetTitle, optimizerTitle, batchSize, one.title, one.best.length],
          ...[rates[0] ?? null, rates.at(-1) ?? null, area.mean, area.standardError, ratio],
          ...cellsOf(over(one, (row) => row.final_loss)),
          ...cellsOf(over(one, (row) => row.similarity)),
          ...cellsOf(over(one, (row) => row.test_loss)),
          ...cellsOf(over(one, (row) => row.test_accuracy))
        ]
      })
  })
  const note =
    "Each seed at the learning rate of its least area under the loss; means over seeds, ± the standard error. Area: sum over epochs of the epoch's mean loss in nats. Similarity: mean over iterations of the cosine to the mean gradient."
  return { name: "results", title: "Methods at their best learning rates", columns, rows, note }
}

function over({ best }: MethodLine, value: (row: ResultRow) => number | null): Estimate {
  return estimate(best.map(value).filter((found) => found !== null))
}

function cellsOf({ mean, standardError }: Estimate): readonly [Cell, Cell] {
  return [mean, standardError]
}
