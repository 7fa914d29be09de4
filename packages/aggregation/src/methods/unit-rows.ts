/**
 * A Gramian as lengths and cosines: what methods that bend one gradient after another work on.
 *
 * They change the direction of row i by the directions of other rows alone, so that on unit rows nothing overflows,
 * however long or short the rows are, and linearity under scaling holds to rounding.
 *
 * @module
 */
import type { Gramian } from "../linearization.ts"
import { checkSymmetric } from "./symmetric.ts"

/** Below the smallest normal float64 a squared length has lost digits, while its inner products need not have. */
const LEAST_SQUARE = 2 ** -1022

/** The rows of the last Gramian that was read. */
export interface UnitRows {
  /** √G_ii; 0 for a row that counts as zero. */
  readonly lengths: Float64Array
  /** m × m, row-major, in [−1, 1]; 0 beside a row that counts as zero. */
  readonly cosines: Float64Array
  /** Reads a Gramian. @throws InputError for no Gramian. */
  read(gramian: Gramian): void
}

/**
 * Unit rows of Gramians of `objectives` rows. A row counts as zero when its squared length is below 2⁻¹⁰²², or at most
 * `leastShare` of the trace, which is 0 by default.
 */
export function planUnitRows(objectives: number, leastShare = 0): UnitRows {
  const lengths = new Float64Array(objectives)
  const cosines = new Float64Array(objectives * objectives)
  return {
    lengths,
    cosines,
    read(gramian) {
      checkSymmetric(gramian, objectives)
      const { values } = gramian
      let trace = 0
      for (let i = 0; i < objectives; i++) trace += values[i * objectives + i] ?? 0
      for (let i = 0; i < objectives; i++) {
        const square = values[i * objectives + i] ?? 0
        lengths[i] = square < LEAST_SQUARE || square <= leastShare * trace ? 0 : Math.sqrt(square)
      }
      for (let i = 0; i < objectives; i++) {
        const length = lengths[i] ?? 0
        cosines[i * objectives + i] = length > 0 ? 1 : 0
        for (let j = 0; j < i; j++) {
          const other = lengths[j] ?? 0
          // One division by each length: their product may leave the range of float64.
          const cosine = length > 0 && other > 0 ? (values[i * objectives + j] ?? 0) / length / other : 0
          const bounded = Math.min(1, Math.max(-1, cosine))
          cosines[i * objectives + j] = bounded
          cosines[j * objectives + i] = bounded
        }
      }
    }
  }
}

/**
 * Adds to `weights` the weights of row i after it was bent: c_k ‖g_i‖ / ‖g_k‖ for the coefficients c of the unit rows.
 * Rows that count as zero have no coefficient.
 */
export function addBentRow(
  weights: Float64Array,
  coefficients: Float64Array,
  lengths: Float64Array,
  row: number
): void {
  const length = lengths[row] ?? 0
  for (let k = 0; k < weights.length; k++) {
    const coefficient = coefficients[k] ?? 0
    if (coefficient !== 0) weights[k] = (weights[k] ?? 0) + coefficient * (length / (lengths[k] ?? 1))
  }
}
