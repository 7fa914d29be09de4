/**
 * Figures and tables between those who make them and those who write them.
 *
 * @module
 */
import type { Chart } from "./chart/index.ts"
import type { Table } from "./table.ts"

/** Charts and tables as plain data. */
export interface Figures {
  readonly charts: readonly Chart[]
  readonly tables: readonly Table[]
}

/** A file to write. */
export interface FigureFile<Content extends string | Uint8Array = string | Uint8Array> {
  /** Its name, with the ending `svg`, `png`, `md` or `csv`. */
  readonly name: string
  readonly kind: "figure" | "table"
  readonly title: string
  readonly content: Content
}
