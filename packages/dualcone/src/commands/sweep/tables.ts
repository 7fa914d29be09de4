/**
 * Plans and results of sweeps as tables.
 *
 * @module
 */
import type { Estimate, SummaryRow, SweepCost, SweepSummary } from "@dualcone/experiments"
import { type Column, figure, textTable } from "../../bench/table.ts"

/** What a sweep will cost. */
export function costTable({ rows, dataSets, runs, hours, hoursOnOneWorker, workers }: SweepCost): string {
  const columns: readonly Column[] = [
    ["data set", ...rows.map(({ dataSet }) => dataSet)],
    ["aggregator", ...rows.map(({ aggregator }) => aggregator)],
    ["batch", ...rows.map(({ batchSize }) => String(batchSize))],
    ["ms/step", ...rows.map(({ millisecondsPerStep }) => figure(millisecondsPerStep))],
    ["runs", ...rows.map((row) => String(row.runs))],
    ["worker hours", ...rows.map((row) => figure(row.hours))]
  ]
  const sets = dataSets.map(
    (set) => `${set.dataSet}: ${set.runs} runs, ${figure(set.hours)} hours on ${workers} workers\n`
  )
  const all = `in all: ${runs} runs, ${figure(hours)} hours on ${workers} workers, ${figure(hoursOnOneWorker)} on one\n`
  return `${textTable(columns)}\n${sets.join("")}${all}`
}

/** What a sweep found. */
export function summaryTable({ results, runs, done, diverged, failed }: SweepSummary): string {
  const batches = new Set(results.map(({ batchSize }) => batchSize)).size > 1
  const optimizers = new Set(results.map(({ optimizer }) => optimizer)).size > 1
  const column = (heading: string, cell: (row: SummaryRow) => string): Column => [heading, ...results.map(cell)]
  const columns: readonly Column[] = [
    column("data set", ({ dataSet }) => dataSet),
    column("aggregator", ({ aggregator }) => aggregator),
    ...(optimizers ? [column("optimizer", ({ optimizer }) => optimizer)] : []),
    ...(batches ? [column("batch", ({ batchSize }) => String(batchSize))] : []),
    column("best rate", ratesOf),
    column("area", ({ area }) => estimated(area)),
    column("final loss", ({ finalLoss }) => estimated(finalLoss)),
    column("similarity", ({ similarity }) => estimated(similarity)),
    column("test accuracy", ({ testAccuracy }) => estimated(testAccuracy)),
    column("diverged", (row) => `${row.diverged}/${row.runs}`)
  ]
  return `${textTable(columns)}\n${runs} runs: ${done} done, ${diverged} diverged, ${failed} failed\n`
}

/** One rate, or the least and the largest over seeds. */
function ratesOf({ best }: SummaryRow): string {
  const rates = best.map(({ learningRate }) => learningRate).sort((a, b) => a - b)
  const [least] = rates
  const largest = rates.at(-1)
  if (least === undefined || largest === undefined) return "-"
  return least === largest ? figure(least) : `${figure(least)}..${figure(largest)}`
}

function estimated({ mean, standardError }: Estimate): string {
  if (mean === null) return "-"
  return standardError === null ? figure(mean) : `${figure(mean)} ± ${figure(standardError)}`
}
