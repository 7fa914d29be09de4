/**
 * The database of the suite as a service.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite"
import { bytesOf, experimentDatabase, rowsDigest, type StoreError, valuesOf } from "@dualcone/experiments"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { PathCurves } from "../protocol/path-measures.ts"
import type { SearchScore } from "../protocol/search.ts"
import type { PlannedSearch } from "./plan.ts"
import { databaseFault, TABLES } from "./tables.ts"

/** The name of the database in the folder of a suite. */
export const CONFLICT_DATABASE = "conflict.sqlite"

const nullable = Schema.NullOr(Schema.Number)

/** A search that has ended. */
export const SearchRow = Schema.Struct({
  id: Schema.String,
  problem: Schema.String,
  method: Schema.String,
  best_rate: nullable,
  good_decades: Schema.Number,
  ms: Schema.Number
})

/** A decoded search. */
export type SearchRow = typeof SearchRow.Type

/** A rate of a search, and how many of its runs diverged. */
export const RateRow = Schema.Struct({
  search: Schema.String,
  learning_rate: Schema.Number,
  criterion: Schema.Number,
  hypervolume: nullable,
  runs: Schema.Number,
  diverged: Schema.Number
})

/** A decoded rate. */
export type RateRow = typeof RateRow.Type

/** A run at the best rate of its search. */
export const BestRunRow = Schema.Struct({
  search: Schema.String,
  trial: Schema.Number,
  worst_area: Schema.Number,
  mean_area: Schema.Number,
  main_area: nullable,
  distance_area: nullable,
  worst_end: nullable,
  mean_end: nullable,
  distance_end: nullable,
  increases: nullable,
  conflict_share: nullable,
  worst_cosine: nullable,
  similarity: nullable,
  uncertified: nullable,
  held_out: nullable,
  ms: Schema.Number
})

/** A decoded run. */
export type BestRunRow = typeof BestRunRow.Type

/** A search that could not be made. */
export const FailedSearchRow = Schema.Struct({
  search: Schema.String,
  problem: Schema.String,
  method: Schema.String,
  tag: Schema.String,
  message: Schema.String
})

/** A decoded failure. */
export type FailedSearchRow = typeof FailedSearchRow.Type

/** Why a search could not be made. */
export interface SearchFailure {
  readonly tag: string
  readonly message: string
}

/** Where a suite keeps its searches. What a writing effect has returned from is kept, whatever becomes of the process. */
export class ConflictStore extends Context.Service<
  ConflictStore,
  {
    /** Keeps a search, all of it or nothing, and forgets that it failed before. */
    record(search: PlannedSearch, score: SearchScore, milliseconds: number): Effect.Effect<void, StoreError>
    fail(search: PlannedSearch, failure: SearchFailure): Effect.Effect<void, StoreError>
    /** All searches that have ended. */
    readonly searches: Effect.Effect<readonly SearchRow[], StoreError>
    readonly rates: Effect.Effect<readonly RateRow[], StoreError>
    /** Runs at best rates. */
    readonly bestRuns: Effect.Effect<readonly BestRunRow[], StoreError>
    readonly failures: Effect.Effect<readonly FailedSearchRow[], StoreError>
    /** Of a search's best rate, in the order of the trials. */
    curves(search: string): Effect.Effect<readonly PathCurves[], StoreError>
    /**
     * SHA-256 over all that these searches found, without times: the same whether or not the suite was interrupted, and
     * whatever else the database holds.
     */
    digest(searches: readonly PlannedSearch[]): Effect.Effect<string, StoreError>
  }
>()("@dualcone/conflict/ConflictStore") {
  /** The store in `folder/conflict.sqlite`, made where there is none. */
  static layer(folder: string, options: { readonly readOnly?: boolean } = {}): Layer.Layer<ConflictStore, StoreError> {
    return Layer.effect(ConflictStore, makeStore(`${folder}/${CONFLICT_DATABASE}`, options.readOnly ?? false))
  }
}

const RATES = `
select rates.search, rates.learning_rate, criterion, hypervolume, count(trial) as runs, count(diverged_at) as diverged
from rates join runs using (search, learning_rate) group by rates.search, rates.learning_rate
order by rates.search, rates.learning_rate`

const BEST_RUNS = `
select search, trial, worst_area, mean_area, main_area, distance_area, worst_end, mean_end, distance_end, increases,
  conflict_share, worst_cosine, similarity, uncertified, held_out, runs.ms
from runs join searches on searches.id = search and searches.best_rate = learning_rate order by search, trial`

/** What the digest covers, of the searches with these ids. */
const contentsOf = (ids: readonly string[]) => `
select search, problem, method, best_rate, good_decades, learning_rate, stage, criterion, hypervolume, trial, diverged_at,
  worst_area, mean_area, main_area, distance_area, increases, conflict_share, worst_cosine, similarity, uncertified,
  held_out, final_values
from searches join rates on rates.search = searches.id join runs using (search, learning_rate)
where search in (${ids.map((id) => `'${id}'`).join(", ")}) order by search, learning_rate, trial`

const makeStore = Effect.fnUntraced(function* (file: string, readOnly: boolean) {
  const { database, read, write, rowsOf } = yield* experimentDatabase({
    ...{ file, readOnly, tables: TABLES, fault: databaseFault }
  })
  return ConflictStore.of({
    record: (search, score, milliseconds) => write(() => insertSearch(database, search, score, milliseconds)),
    fail: ({ id, problem, method }, { tag, message }) =>
      write(() => {
        database
          .prepare("insert or replace into failures (search, problem, method, tag, message) values (?, ?, ?, ?, ?)")
          .run(id, problem.name, method.name, tag, message)
      }),
    searches: rowsOf(SearchRow, "select id, problem, method, best_rate, good_decades, ms from searches order by id"),
    rates: rowsOf(RateRow, RATES),
    bestRuns: rowsOf(BestRunRow, BEST_RUNS),
    failures: rowsOf(FailedSearchRow, "select search, problem, method, tag, message from failures order by search"),
    curves: (search) =>
      read(() =>
        database
          .prepare("select iterations, worst, mean, distance from curves where search = ? order by trial")
          .all(search)
          .map(({ iterations, worst, mean, distance }) => ({
            iterations: valuesOf(iterations),
            worst: valuesOf(worst),
            mean: valuesOf(mean),
            distance: valuesOf(distance)
          }))
      ),
    digest: (searches) => read(() => rowsDigest(database, contentsOf(searches.map(({ id }) => id))))
  })
})

function insertSearch(
  database: DatabaseSync,
  { id, problem, method, profile }: PlannedSearch,
  { rates, best, goodDecades }: SearchScore,
  milliseconds: number
): void {
  const bestRate = best === null ? null : (rates[best]?.learningRate ?? null)
  database
    .prepare(
      "insert into searches (id, problem, method, profile, best_rate, good_decades, ms) values (?, ?, ?, ?, ?, ?, ?)"
    )
    .run(id, problem.name, method.name, profile, bestRate, goodDecades, milliseconds)
  const insertRate = database.prepare(
    "insert into rates (search, learning_rate, stage, criterion, hypervolume) values (?, ?, ?, ?, ?)"
  )
  const insertRun = database.prepare(`
insert into runs (search, learning_rate, trial, diverged_at, worst_area, mean_area, main_area, distance_area, worst_end,
  mean_end, distance_end, increases, conflict_share, worst_cosine, similarity, uncertified, held_out, final_values, ms)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  for (const { learningRate, stage, criterion, hypervolume, runs } of rates) {
    insertRate.run(id, learningRate, stage, criterion, hypervolume)
    runs.forEach((run, trial) => {
      insertRun.run(
        ...[id, learningRate, trial, run.divergedAt, run.worstArea, run.meanArea, run.mainArea, run.distanceArea],
        ...[run.worstEnd, run.meanEnd, run.distanceEnd, run.increases, run.conflictShare, run.worstCosine],
        ...[run.similarity, run.uncertified, run.heldOut, bytesOf(run.end), run.milliseconds]
      )
    })
  }
  const insertCurves = database.prepare(
    "insert into curves (search, trial, iterations, worst, mean, distance) values (?, ?, ?, ?, ?, ?)"
  )
  const paths = best === null ? [] : (rates[best]?.runs ?? [])
  paths.forEach(({ curves: { iterations, worst, mean, distance } }, trial) => {
    insertCurves.run(id, trial, bytesOf(iterations), bytesOf(worst), bytesOf(mean), bytesOf(distance))
  })
  database.prepare("delete from failures where search = ?").run(id)
}
