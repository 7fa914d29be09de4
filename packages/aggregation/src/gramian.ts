/**
 * Linearizations of which only the Gramian is known.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Gramian } from "./linearization.ts"
import { matrixFromRows, matrixOver } from "./matrix.ts"

/** A Gramian without its Jacobian: weights can be computed, a direction cannot. */
export interface GramianLinearization {
  readonly objectives: number
  gramian(): Gramian
}

/**
 * The linearization with this Gramian: rows of m lists of m numbers, or m·m float64 values, which are not copied.
 *
 * @throws InputError for a matrix that is not square or has entries that are not finite numbers (row and column
 * counted from zero). That it is symmetric is checked by the weightings that solve programs over it.
 */
export function linearizeGramian(gramian: Gramian | readonly ArrayLike<number>[]): GramianLinearization {
  const { rows, columns, values } =
    "objectives" in gramian
      ? matrixOver(gramian.values, gramian.objectives, gramian.objectives, "Gramian")
      : matrixFromRows(gramian, "Gramian")
  if (rows !== columns) {
    throw new InputError({
      rule: `it must be ${rows}, as many as rows`,
      place: "the number of columns of the Gramian",
      value: columns
    })
  }
  return { objectives: rows, gramian: () => ({ objectives: rows, values }) }
}
