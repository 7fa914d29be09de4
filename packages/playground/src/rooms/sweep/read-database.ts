/**
 * The database of a sweep, read in the page.
 *
 * @module
 */
import { databaseFault, RESULT_ROWS, RUN_CURVES, valuesOf } from "@dualcone/experiments/charts"
import initSqlJs, { type Database, type SqlValue } from "sql.js"
import { checkedRows, NotASweep, oneLine, type SweepFile } from "./sweep-file.ts"

/** Where the header says how the file is written and read: 1 for a journal, 2 for a write-ahead log. */
const VERSIONS = [18, 19] as const

/** Whether bytes begin as every SQLite database does. */
export function isDatabase(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 16)) === "SQLite format 3\0"
}

/**
 * Reads a database. Of a sweep that is running it has what was written back from its log, `sweep.sqlite-wal`.
 *
 * @param module address of SQLite's WebAssembly module
 * @throws {NotASweep} for a damaged file, and for any other database
 */
export async function readDatabase(bytes: Uint8Array, file: string, module: string): Promise<SweepFile> {
  const { Database: Opened } = await initSqlJs({ locateFile: () => module })
  const own = bytes.slice()
  // There is no log in memory; SQLite would look for one.
  for (const at of VERSIONS) if (own[at] === 2) own[at] = 1
  const database = new Opened(own)
  const close = () => database.close()
  try {
    const number = (query: string) => Number(Object.values(first(database, query))[0] ?? 0)
    const fault = databaseFault(number("pragma application_id"), number("pragma user_version"))
    if (fault !== null) throw new NotASweep(file, fault)
    // A view of that name could be anything.
    const tables = number(
      "select count(*) from sqlite_schema where type = 'table' and name in ('runs','results','curves')"
    )
    if (tables !== 3) throw new NotASweep(file, "it lacks one of the tables runs, results and curves")
    const rows = checkedRows(all(database, RESULT_ROWS), file)
    return {
      rows,
      curves(run) {
        const { losses, similarities } = reading(file, () => first(database, RUN_CURVES, [run]))
        return { losses: valuesOf(losses), similarities: valuesOf(similarities) }
      },
      [Symbol.dispose]: close
    }
  } catch (error) {
    close()
    throw error instanceof NotASweep ? error : damaged(file, error)
  }
}

type Row = Readonly<Record<string, SqlValue>>

function all(database: Database, query: string): readonly Row[] {
  const statement = database.prepare(query)
  const rows: Row[] = []
  while (statement.step()) rows.push(statement.getAsObject())
  statement.free()
  return rows
}

function first(database: Database, query: string, values: readonly SqlValue[] = []): Row {
  const statement = database.prepare(query)
  statement.bind(values)
  const row = statement.step() ? statement.getAsObject() : {}
  statement.free()
  return row
}

function reading<A>(file: string, work: () => A): A {
  try {
    return work()
  } catch (error) {
    throw damaged(file, error)
  }
}

function damaged(file: string, error: unknown): NotASweep {
  return new NotASweep(file, `SQLite says: ${oneLine(error instanceof Error ? error.message : String(error))}`)
}
