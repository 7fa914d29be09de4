/**
 * The part of sql.js that this room uses: SQLite compiled to WebAssembly, over a database in memory.
 *
 * @module
 */
declare module "sql.js" {
  /** What a column holds. */
  export type SqlValue = number | string | Uint8Array | null

  /** A prepared statement; freed with the database. */
  export interface Statement {
    bind(values: readonly SqlValue[]): boolean
    step(): boolean
    getAsObject(): Record<string, SqlValue>
    reset(): void
    free(): boolean
  }

  /** An open database. */
  export interface Database {
    prepare(query: string): Statement
    close(): void
  }

  /** The loaded library. */
  export interface SqlJs {
    readonly Database: new (bytes: Uint8Array) => Database
  }

  /** Loads the library; `locateFile` says where its module of this name is. */
  export default function initSqlJs(options: { readonly locateFile: (name: string) => string }): Promise<SqlJs>
}
