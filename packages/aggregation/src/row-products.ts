/**
 * Products of the rows of a Jacobian, for methods that look at its coordinates. Entries may be float32 or float64;
 * the arithmetic is float64, in a fixed order.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Size } from "./combination.ts"
import type { Direction, JacobianLinearization } from "./linearization.ts"

/** Columns whose products are summed before they join the total: the error grows with n/512 instead of n. */
const BLOCK = 512

/** Columns from `start` up to, but not including, `end`. */
export interface Columns {
  readonly start: number
  readonly end: number
}

/**
 * The Jacobian of a linearization, m × n, row-major, for a method that was planned for `size`.
 *
 * @throws InputError for another size, and for an entry that is not finite, with row and column counted from zero.
 */
export function jacobianOf(linearization: JacobianLinearization, { objectives: m, parameters: n }: Size): Direction {
  if (linearization.objectives !== m) {
    const rule = `the method was planned for ${m}`
    throw new InputError({ rule, place: "the number of rows of the Jacobian", value: linearization.objectives })
  }
  const rows = linearization.jacobian()
  if (rows.length !== m * n) {
    const rule = `it must be ${m * n} for ${m} rows of ${n}`
    throw new InputError({ rule, place: "the number of entries of the Jacobian", value: rows.length })
  }
  const wrong = rows.findIndex((entry) => !Number.isFinite(entry))
  if (wrong < 0) return rows
  const place = `row ${Math.floor(wrong / n)}, column ${wrong % n} of the Jacobian`
  throw new InputError({ rule: "every entry must be finite", place, value: rows[wrong] })
}

/** Writes the Gramian of some columns of m rows of n entries, m × m, block of columns by block of columns. */
export function writeGramian(
  into: Float64Array,
  rows: Direction,
  { objectives: m, parameters: n }: Size,
  { start, end }: Columns = { start: 0, end: n }
): void {
  into.fill(0)
  for (let from = start; from < end; from += BLOCK) {
    const to = Math.min(from + BLOCK, end)
    for (let i = 0; i < m; i++) {
      for (let j = 0; j <= i; j++) {
        const product = rowProduct(rows, i * n + from, j * n + from, to - from)
        into[i * m + j] = (into[i * m + j] ?? 0) + product
      }
    }
  }
  for (let i = 0; i < m; i++) for (let j = 0; j < i; j++) into[j * m + i] = into[i * m + j] ?? 0
}

/** The inner product of `length` entries from `first` and from `second` on. */
function rowProduct(rows: Direction, first: number, second: number, length: number): number {
  let sum = 0
  for (let k = 0; k < length; k++) sum += (rows[first + k] ?? 0) * (rows[second + k] ?? 0)
  return sum
}

/** Writes Jᵀ w for some columns of m rows of n entries; leaves the other entries of `into`. */
export function writePullback(
  into: Float64Array,
  rows: Direction,
  weights: Float64Array,
  { objectives: m, parameters: n }: Size,
  { start, end }: Columns = { start: 0, end: n }
): void {
  into.fill(0, start, end)
  for (let i = 0; i < m; i++) {
    const weight = weights[i] ?? 0
    for (let k = start; k < end; k++) into[k] = (into[k] ?? 0) + weight * (rows[i * n + k] ?? 0)
  }
}
