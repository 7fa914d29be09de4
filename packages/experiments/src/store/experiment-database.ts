/**
 * The SQLite file of an experiment: opened, known by its tables, read and written as effects.
 *
 * @module
 */
import { existsSync } from "node:fs"
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StoreError } from "./errors.ts"
import { openDatabase } from "./sqlite.ts"

/** Which file, and what has to be in it. */
export interface ExperimentSchema {
  readonly file: string
  /** A file that is only read has to be there. */
  readonly readOnly: boolean
  /** SQL that makes the tables of a new file, and sets `application_id` and `user_version`. */
  readonly tables: string
  /** Why a file with these two cannot be read, as a clause; null where it can. */
  fault(application: number, version: number): string | null
}

/** Opens the database for the scope; a new file gets its tables, and that of another kind or version is refused. */
export const experimentDatabase = Effect.fnUntraced(function* (schema: ExperimentSchema) {
  const { file } = schema
  const failed = (action: StoreError["action"]) => (cause: unknown) =>
    cause instanceof StoreError
      ? cause
      : new StoreError({ file, action, reason: cause instanceof Error ? cause.message : String(cause) })
  const database = yield* Effect.acquireRelease(
    Effect.try({ try: () => open(schema), catch: failed("open") }),
    (opened) => Effect.sync(() => opened.close())
  )
  const read = <A>(work: () => A) => Effect.try({ try: work, catch: failed("read") })
  return {
    database,
    read,
    /** All of the work or nothing of it. */
    write: (work: () => void) => Effect.try({ try: () => transaction(database, work), catch: failed("write") }),
    /** The decoded rows of a query. */
    rowsOf: <S extends Schema.ConstraintDecoder<unknown>>(row: S, query: string) => {
      const decode = Schema.decodeUnknownSync(Schema.Array(row))
      return read(() => decode(database.prepare(query).all()))
    }
  }
})

/** Opens the database, and makes its tables where it is new. */
function open({ file, readOnly, tables, fault }: ExperimentSchema): DatabaseSync {
  const refuse = (reason: string) => new StoreError({ file, action: "open", reason })
  if (readOnly && !existsSync(file)) throw refuse("there is no such file")
  const database = openDatabase(file, { readOnly, timeout: 5000 })
  try {
    if (!readOnly) database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on")
    const application = numberOf(database.prepare("pragma application_id").get())
    const version = numberOf(database.prepare("pragma user_version").get())
    const objects = numberOf(database.prepare("select count(*) from sqlite_schema").get())
    if (application === 0 && objects === 0 && !readOnly) transaction(database, () => database.exec(tables))
    else {
      const found = fault(application, version)
      if (found !== null) throw refuse(found)
    }
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

function numberOf(row: Record<string, SQLOutputValue> | undefined): number {
  return Number(Object.values(row ?? {})[0] ?? 0)
}

function transaction(database: DatabaseSync, work: () => void): void {
  database.exec("begin immediate")
  try {
    work()
    database.exec("commit")
  } catch (cause) {
    if (database.isTransaction) database.exec("rollback")
    throw cause
  }
}
