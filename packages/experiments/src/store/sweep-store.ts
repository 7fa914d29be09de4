/**
 * The database of a sweep as a service.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import { iterationsOf, type Run } from "../sweep/run.ts"
import { contentsDigest } from "./contents-digest.ts"
import { OtherSweep, type StoreError } from "./errors.ts"
import { experimentDatabase } from "./experiment-database.ts"
import {
  bytesOf,
  type Curves,
  FailureRow,
  RESULT_ROWS,
  ResultRow,
  RUN_CURVES,
  type RunResult,
  valuesOf
} from "./rows.ts"
import { databaseFault, TABLES } from "./tables.ts"

/** The name of the database in the folder of a sweep. */
export const SWEEP_DATABASE = "sweep.sqlite"

/**
 * Where a sweep keeps its runs and their results. What a writing effect has returned from is kept, whatever becomes of
 * the process; a run has one result.
 */
export class SweepStore extends Context.Service<
  SweepStore,
  {
    /** Says which sweep this is, once; fails when the database holds another. */
    begin(json: string): Effect.Effect<void, StoreError | OtherSweep>
    /** Adds runs; those that are there already stay as they are. */
    plan(runs: readonly Run[]): Effect.Effect<void, StoreError>
    /** Keeps the result of a run, all of it or nothing, and forgets that the run failed before. */
    record(run: string, result: RunResult): Effect.Effect<void, StoreError>
    /** Notes that a run could not be made. */
    fail(run: string, failure: { readonly tag: string; readonly message: string }): Effect.Effect<void, StoreError>
    /** All runs in the order of planning, with their results. */
    readonly rows: Effect.Effect<readonly ResultRow[], StoreError>
    /** Runs that could not be made. */
    readonly failures: Effect.Effect<readonly FailureRow[], StoreError>
    /** The curves of a run; empty ones when it has no result. */
    curves(run: string): Effect.Effect<Curves, StoreError>
    /** The sweep's own JSON; null before `begin`. */
    readonly json: Effect.Effect<string | null, StoreError>
    /** {@link contentsDigest}. */
    readonly digest: Effect.Effect<string, StoreError>
  }
>()("@dualcone/experiments/SweepStore") {
  /** The store in `folder/sweep.sqlite`, made where there is none; `readOnly` reads beside a sweep that runs. */
  static layer(folder: string, options: { readonly readOnly?: boolean } = {}): Layer.Layer<SweepStore, StoreError> {
    return Layer.effect(SweepStore, makeStore(`${folder}/${SWEEP_DATABASE}`, folder, options.readOnly ?? false))
  }
}

/** What tells this database from others. */
const SCHEMA = { tables: TABLES, fault: databaseFault }

const makeStore = Effect.fnUntraced(function* (file: string, folder: string, readOnly: boolean) {
  const { database, read, write, rowsOf } = yield* experimentDatabase({ ...SCHEMA, file, readOnly })
  const storedJson = () => {
    const row = database.prepare("select json from sweep").get()
    return row === undefined ? null : String(row.json)
  }

  return SweepStore.of({
    begin: Effect.fn("SweepStore.begin")(function* (json: string) {
      const stored = yield* read(storedJson)
      if (stored === null) {
        return yield* write(() => database.prepare("insert into sweep (id, json) values (1, ?)").run(json))
      }
      const key = differingKey(stored, json)
      if (key !== null) return yield* new OtherSweep({ folder, key })
    }),
    plan: (runs) => (runs.length === 0 ? Effect.void : write(() => insertRuns(database, runs))),
    record: (run, result) => write(() => insertResult(database, run, result)),
    fail: (run, { tag, message }) =>
      write(() => {
        database.prepare("insert or replace into failures (run, tag, message) values (?, ?, ?)").run(run, tag, message)
      }),
    rows: rowsOf(ResultRow, RESULT_ROWS),
    failures: rowsOf(FailureRow, "select run, tag, message from failures join runs on runs.id = run order by ordinal"),
    curves: (run) =>
      read(() => {
        const row = database.prepare(RUN_CURVES).get(run)
        return { losses: valuesOf(row?.losses), similarities: valuesOf(row?.similarities) }
      }),
    json: read(storedJson),
    digest: read(() => contentsDigest(database))
  })
})

function insertRuns(database: DatabaseSync, runs: readonly Run[]): void {
  const insert = database.prepare(`
insert or ignore into runs (id, ordinal, rate_group, data_set, subset, examples, seed, aggregator, label, optimizer,
  batch_size, epochs, iterations_per_epoch, learning_rate, stage)
values (?, (select coalesce(max(ordinal) + 1, 0) from runs), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  for (const { id, group, learningRate, stage } of runs) {
    const { dataSet, subset, range, seed, aggregator, label, optimizer, batchSize, epochs } = group
    const texts = { aggregator: JSON.stringify(aggregator), optimizer: JSON.stringify(optimizer) }
    const settings = [dataSet, subset, range.examples, seed, texts.aggregator, label, texts.optimizer] as const
    insert.run(id, group.id, ...settings, batchSize, epochs, iterationsOf(group) / epochs, learningRate, stage)
  }
}

function insertResult(database: DatabaseSync, run: string, result: RunResult): void {
  const { status, divergedAt, area, finalLoss, similarity, certified, testLoss, testAccuracy, digest } = result
  database
    .prepare(`
insert into results (run, status, diverged_at, area, final_loss, similarity, certified, test_loss, test_accuracy,
  digest, ms)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(
      ...[run, status, divergedAt, area, finalLoss, similarity],
      ...[certified, testLoss, testAccuracy, digest, result.milliseconds]
    )
  database
    .prepare("insert into curves (run, losses, similarities) values (?, ?, ?)")
    .run(run, bytesOf(result.losses), bytesOf(result.similarities))
  database.prepare("delete from failures where run = ?").run(run)
}

/** The first key by which two sweeps differ. */
function differingKey(before: string, now: string): string | null {
  if (before === now) return null
  const [a, b]: readonly unknown[] = [JSON.parse(before), JSON.parse(now)]
  const keys = [a, b].flatMap((value) => (Predicate.isObject(value) ? Object.keys(value) : []))
  const part = (value: unknown, key: string) => (Predicate.hasProperty(value, key) ? JSON.stringify(value[key]) : "")
  return keys.find((key) => part(a, key) !== part(b, key)) ?? "text"
}
