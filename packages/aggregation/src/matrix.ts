/**
 * Matrices from data: rows of numbers, or one array of floats, checked entry by entry.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { isNumberList } from "./check.ts"
import type { Direction } from "./linearization.ts"

/** A row-major matrix of finite numbers with at least one entry. */
export interface Matrix<D extends Direction = Float64Array> {
  readonly rows: number
  readonly columns: number
  readonly values: D
}

/**
 * A matrix from a list of rows of equal length.
 *
 * @throws InputError for no rows, no columns, ragged rows, and entries that are not finite numbers, with row and
 * column counted from zero.
 */
export function matrixFromRows(rows: unknown, name: string): Matrix {
  if (!Array.isArray(rows))
    throw new InputError({ rule: "it must be a list of rows", place: `the ${name}`, value: rows })
  const list: readonly unknown[] = rows
  const columns = isNumberList(list[0]) ? list[0].length : 0
  checkShape(list.length, columns, name)
  const values = new Float64Array(list.length * columns)
  list.forEach((row, i) => {
    if (!isNumberList(row)) {
      throw new InputError({ rule: "a row must be a list of numbers", place: `row ${i} of the ${name}`, value: row })
    }
    if (row.length !== columns) {
      const rule = `every row must be as long as row 0, ${columns}`
      throw new InputError({ rule, place: `the length of row ${i} of the ${name}`, value: row.length })
    }
    for (let k = 0; k < columns; k++) {
      const entry = row[k]
      if (typeof entry !== "number" || !Number.isFinite(entry)) throw notFinite(entry, i, k, name)
      values[i * columns + k] = entry
    }
  })
  return { rows: list.length, columns, values }
}

/** A matrix over `values`, which are checked and not copied. @throws InputError as {@link matrixFromRows} does. */
export function matrixOver<D extends Direction>(values: D, rows: number, columns: number, name: string): Matrix<D> {
  checkShape(rows, columns, name)
  if (values.length !== rows * columns) {
    const rule = `it must be ${rows * columns} for ${rows} rows of ${columns}`
    throw new InputError({ rule, place: `the number of entries of the ${name}`, value: values.length })
  }
  const wrong = values.findIndex((entry) => !Number.isFinite(entry))
  if (wrong >= 0) throw notFinite(values[wrong], Math.floor(wrong / columns), wrong % columns, name)
  return { rows, columns, values }
}

function checkShape(rows: number, columns: number, name: string): void {
  for (const [count, what] of [
    [rows, "rows"],
    [columns, "columns"]
  ] as const) {
    if (Number.isInteger(count) && count >= 1) continue
    throw new InputError({
      rule: "there must be at least one",
      place: `the number of ${what} of the ${name}`,
      value: count
    })
  }
}

function notFinite(value: unknown, row: number, column: number, name: string): InputError {
  const rule = typeof value === "number" ? "every entry must be finite" : "every entry must be a finite number"
  return new InputError({ rule, place: `row ${row}, column ${column} of the ${name}`, value })
}
