/**
 * What a sweep found, from its database alone.
 *
 * @module
 */
import { type Estimate, estimate } from "../protocol/standard-error.ts"
import type { FailureRow, ResultRow } from "../store/rows.ts"
import { bestRows } from "./best-rows.ts"

/** The best run of one seed. */
export interface BestRun {
  readonly seed: number
  readonly run: string
  readonly learningRate: number
  readonly area: number
}

/** One method on one data set, with one optimizer and batch size; each seed at its own best learning rate. */
export interface SummaryRow {
  readonly dataSet: string
  readonly aggregator: string
  readonly optimizer: string
  readonly batchSize: number
  /** The best run of each seed that has one, by seed: least area under the loss, then least rate. */
  readonly best: readonly BestRun[]
  /** Over the best runs. */
  readonly area: Estimate
  readonly finalLoss: Estimate
  readonly similarity: Estimate
  readonly testLoss: Estimate
  readonly testAccuracy: Estimate
  /** Planned runs, and what became of them. */
  readonly runs: number
  readonly done: number
  readonly diverged: number
  readonly failed: number
}

/** A whole sweep. */
export interface SweepSummary {
  /** {@link contentsDigest}: equal for equal results. */
  readonly digest: string
  readonly runs: number
  readonly done: number
  readonly diverged: number
  readonly failed: number
  /** Time of all training, in hours on one worker. */
  readonly hours: number
  readonly results: readonly SummaryRow[]
  readonly failures: readonly FailureRow[]
}

/** Summarises the rows of a store. */
export function summarise(rows: readonly ResultRow[], failures: readonly FailureRow[], digest: string): SweepSummary {
  const byLine = Map.groupBy(rows, (row) => JSON.stringify([row.data_set, row.label, row.optimizer, row.batch_size]))
  const failed = new Set(failures.map(({ run }) => run))
  const milliseconds = rows.reduce((sum, { ms }) => sum + (ms ?? 0), 0)
  return {
    digest,
    ...countsOf(rows, failed),
    hours: milliseconds / 3_600_000,
    results: [...byLine.values()].map((line) => lineOf(line, failed)),
    failures
  }
}

function countsOf(rows: readonly ResultRow[], failed: ReadonlySet<string>) {
  const count = (holds: (row: ResultRow) => boolean) => rows.filter(holds).length
  return {
    runs: rows.length,
    done: count(({ status }) => status === "done"),
    diverged: count(({ status }) => status === "diverged"),
    failed: count(({ run }) => failed.has(run))
  }
}

function lineOf(line: readonly ResultRow[], failed: ReadonlySet<string>): SummaryRow {
  const [first] = line
  const best = bestRows(line)
  const over = (value: (row: ResultRow) => number | null) => estimate(best.map(value).filter((found) => found !== null))
  return {
    dataSet: first?.data_set ?? "",
    aggregator: first?.label ?? "",
    optimizer: first?.optimizer ?? "",
    batchSize: first?.batch_size ?? 0,
    best: best.map(({ seed, run, learning_rate, area }) => ({
      seed,
      run,
      learningRate: learning_rate,
      area: area ?? Number.POSITIVE_INFINITY
    })),
    area: over(({ area }) => area),
    finalLoss: over(({ final_loss }) => final_loss),
    similarity: over(({ similarity }) => similarity),
    testLoss: over(({ test_loss }) => test_loss),
    testAccuracy: over(({ test_accuracy }) => test_accuracy),
    ...countsOf(line, failed)
  }
}
