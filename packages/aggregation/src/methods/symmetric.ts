/**
 * The check of Gramians whose weights are not computed in the module, which makes the same one.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Gramian } from "../linearization.ts"
import { checkGramian } from "../weighting.ts"

/** Largest |G_ij − G_ji| / √(G_ii G_jj) that counts as rounding, enough for Gramians summed in float32. */
const ASYMMETRY = 1e-5

/** How far |G_ij| / √(G_ii G_jj) may exceed 1 by rounding, for Gramians of long rows summed in float32. */
const BEYOND_THE_LENGTHS = 1e-3

/** A squared norm below this rounds to zero in float32 hardware, while its inner products need not. */
const LOST_IN_FLOAT32 = 2 ** -126

/**
 * A matrix that can be a Gramian of `objectives` rows.
 *
 * @throws InputError for another size, an entry that is not finite, a negative diagonal, asymmetry beyond
 * rounding, or an inner product beyond the lengths of its rows.
 */
export function checkSymmetric(gramian: Gramian, objectives: number): void {
  checkGramian(gramian, objectives)
  const entry = (row: number, column: number) => gramian.values[row * objectives + column] ?? 0
  for (let i = 0; i < objectives; i++) {
    if (entry(i, i) >= 0) continue
    const place = `row ${i}, column ${i} of the Gramian`
    throw new InputError({ rule: "a squared norm must not be negative", place, value: entry(i, i) })
  }
  for (let i = 0; i < objectives; i++) {
    for (let j = 0; j < i; j++) {
      const below = entry(i, j)
      const above = entry(j, i)
      if (below === above) continue
      if (Math.abs(below - above) <= ASYMMETRY * Math.sqrt(entry(i, i)) * Math.sqrt(entry(j, j))) continue
      const rule = `it must equal row ${j}, column ${i} (${above}) up to rounding`
      throw new InputError({ rule, place: `row ${i}, column ${j} of the Gramian`, value: below })
    }
  }
  const length = (row: number) => Math.sqrt(Math.max(entry(row, row), LOST_IN_FLOAT32))
  for (let i = 0; i < objectives; i++) {
    for (let j = 0; j < i; j++) {
      const largest = length(i) * length(j)
      if (Math.abs(entry(i, j)) <= (1 + BEYOND_THE_LENGTHS) * largest) continue
      const rule = `rows ${i} and ${j} have lengths whose product, ${largest}, it exceeds`
      throw new InputError({ rule, place: `row ${i}, column ${j} of the Gramian`, value: entry(i, j) })
    }
  }
}
