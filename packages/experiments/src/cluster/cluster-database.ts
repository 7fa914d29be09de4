/**
 * The tables of a cluster in PostgreSQL, beside those of the workflow engine.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { decodeOutcome, encodeOutcome, type Outcome } from "./outcome.ts"

/** The outcome of a run and the attempt, counted from 0, that it is of. */
export interface SettledRun {
  readonly run: string
  readonly attempt: number
  readonly outcome: Outcome
}

/** How far a run is that some runner trains. */
export interface RunProgress {
  readonly run: string
  readonly iteration: number
}

/**
 * Outcomes, progress and checkpoints of the runs of a cluster. Checkpoints are kept here and not in a shared folder: the
 * database is then all that machines must share, a checkpoint is replaced whole or not at all, and what is written rarely
 * (a file of some megabytes at most, once in seconds) does not weigh on it.
 */
export class ClusterDatabase extends Context.Service<
  ClusterDatabase,
  {
    /** Keeps an outcome; the first result of a run stays, whatever comes later. Give it the transaction of an activity. */
    record(settled: SettledRun): Effect.Effect<void, SqlError>
    /** The outcomes of these runs, as far as they have one. */
    outcomes(runs: Iterable<string>): Effect.Effect<readonly SettledRun[], SqlError>
    /** How often each run has failed that has no result. */
    readonly failedAttempts: Effect.Effect<ReadonlyMap<string, number>, SqlError>
    /** Notes that a runner begins to train a run, and says which time that is; a run that was let go does not count. */
    begin(run: string, runner: string): Effect.Effect<number, SqlError>
    /** Notes how far a run is. */
    report(progress: RunProgress): Effect.Effect<void, SqlError>
    /** Notes that a runner leaves a run to others. */
    letGo(run: string): Effect.Effect<void, SqlError>
    /** How far all runs are that are being trained. */
    readonly progress: Effect.Effect<readonly RunProgress[], SqlError>
    /** Keeps the checkpoint of a run in place of the one before, unless the run has a result. */
    keep(run: string, checkpoint: Uint8Array): Effect.Effect<void, SqlError>
    /** The last checkpoint of a run; null where there is none. */
    checkpoint(run: string): Effect.Effect<Uint8Array | null, SqlError>
  }
>()("@dualcone/experiments/ClusterDatabase") {
  /** The tables, made where they are not there yet. */
  static readonly layer: Layer.Layer<ClusterDatabase, SqlError, SqlClient.SqlClient> = Layer.effect(
    ClusterDatabase,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`
        create table if not exists dualcone_results (
          run text primary key,
          attempt integer not null,
          outcome text not null,
          recorded timestamptz not null default now()
        )`
      yield* sql`
        create table if not exists dualcone_failures (
          run text primary key,
          attempt integer not null,
          outcome text not null
        )`
      yield* sql`
        create table if not exists dualcone_progress (
          run text primary key,
          runner text not null,
          begun integer not null,
          iteration integer not null
        )`
      yield* sql`
        create table if not exists dualcone_checkpoints (
          run text primary key,
          checkpoint bytea not null
        )`
    })
  )
  const settled = ({ run, attempt, outcome }: OutcomeRow): SettledRun => ({
    run,
    attempt,
    outcome: decodeOutcome(outcome)
  })
  return ClusterDatabase.of({
    record: Effect.fn("ClusterDatabase.record")(function* ({ run, attempt, outcome }: SettledRun) {
      const text = encodeOutcome(outcome)
      if (outcome.kind === "failure") {
        yield* sql`
          insert into dualcone_failures (run, attempt, outcome) values (${run}, ${attempt}, ${text})
          on conflict (run) do update set attempt = excluded.attempt, outcome = excluded.outcome`
      } else {
        yield* sql`
          insert into dualcone_results (run, attempt, outcome) values (${run}, ${attempt}, ${text})
          on conflict (run) do nothing`
        yield* sql`delete from dualcone_failures where run = ${run}`
        yield* sql`delete from dualcone_checkpoints where run = ${run}`
      }
      yield* sql`delete from dualcone_progress where run = ${run}`
    }),
    outcomes: (runs) => {
      const ids = JSON.stringify([...runs])
      return sql<OutcomeRow>`
        with wanted as (select json_array_elements_text(${ids}::text::json) as run)
        select run, attempt, outcome from dualcone_results join wanted using (run)
        union all
        select run, attempt, outcome from dualcone_failures join wanted using (run)`.pipe(
        Effect.map((rows) => rows.map(settled))
      )
    },
    failedAttempts: sql<Omit<OutcomeRow, "outcome">>`select run, attempt from dualcone_failures`.pipe(
      Effect.map((rows) => new Map(rows.map(({ run, attempt }) => [run, attempt + 1])))
    ),
    begin: (run, runner) =>
      sql<{ readonly begun: number }>`
        insert into dualcone_progress (run, runner, begun, iteration) values (${run}, ${runner}, 1, 0)
        on conflict (run) do update set runner = excluded.runner, begun = dualcone_progress.begun + 1
        returning begun`.pipe(Effect.map(([row]) => row?.begun ?? 1)),
    report: ({ run, iteration }) => sql`update dualcone_progress set iteration = ${iteration} where run = ${run}`,
    letGo: (run) => sql`update dualcone_progress set begun = begun - 1 where run = ${run}`,
    progress: sql<RunProgress>`select run, iteration from dualcone_progress`,
    keep: (run, checkpoint) => sql`
      insert into dualcone_checkpoints (run, checkpoint)
      select ${run}::text, ${checkpoint}::bytea where not exists (select from dualcone_results where run = ${run})
      on conflict (run) do update set checkpoint = excluded.checkpoint`,
    checkpoint: (run) =>
      sql<{ readonly checkpoint: Uint8Array }>`select checkpoint from dualcone_checkpoints where run = ${run}`.pipe(
        Effect.map(([row]) => row?.checkpoint ?? null)
      )
  })
})

interface OutcomeRow {
  readonly run: string
  readonly attempt: number
  readonly outcome: string
}
