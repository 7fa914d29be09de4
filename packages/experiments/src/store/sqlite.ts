/**
 * SQLite as the runtime brings it.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite"

/** How a database is opened. */
export interface OpenOptions {
  readonly readOnly?: boolean
  /** How long a statement waits for another process, in milliseconds. */
  readonly timeout: number
}

/**
 * Opens or makes a database file. The module is asked for here and not imported, so that older runtimes can run all the
 * rest of the command line.
 *
 * @throws {Error} when the runtime has no `node:sqlite`, or the file cannot be opened
 */
export function openDatabase(file: string, options: OpenOptions): DatabaseSync {
  // Older runtimes give undefined, whatever the types say of this one.
  const sqlite: typeof import("node:sqlite") | undefined = process.getBuiltinModule("node:sqlite")
  if (sqlite === undefined) throw new Error("this runtime has no node:sqlite; Bun, Deno and Node from 22.13 on have it")
  return new sqlite.DatabaseSync(file, options)
}
