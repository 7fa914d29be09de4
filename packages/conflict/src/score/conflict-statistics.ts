/**
 * How much the rows of one step conflict, with each other and with the direction.
 *
 * @module
 */
import { conflicts, type JacobianLinearization } from "@dualcone/aggregation"

/** Of one step. */
export interface ConflictStatistics {
  /** Share of the pairs of rows with a negative product. */
  readonly share: number
  /** The least cosine of a row and the direction, over rows that are not zero; 1 where there is none. */
  readonly worstCosine: number
}

/**
 * The statistics of a direction d: Jᵀ w, from the Gramian alone, where it has weights, and from the Jacobian where it has
 * none.
 */
export function conflictStatistics(
  linearization: JacobianLinearization<Float64Array>,
  direction: Float64Array,
  weights: Float64Array | null
): ConflictStatistics {
  const m = linearization.objectives
  const gramian = linearization.gramian()
  const products = new Float64Array(m)
  let length = 0
  if (weights === null) {
    const rows = linearization.jacobian()
    const n = direction.length
    for (let i = 0; i < m; i++) {
      let product = 0
      for (let c = 0; c < n; c++) product += (rows[i * n + c] ?? 0) * (direction[c] ?? 0)
      products[i] = product
    }
    for (const entry of direction) length += entry * entry
  } else {
    for (let i = 0; i < m; i++) {
      let product = 0
      for (let j = 0; j < m; j++) product += (gramian.values[i * m + j] ?? 0) * (weights[j] ?? 0)
      products[i] = product
      length += product * (weights[i] ?? 0)
    }
  }
  let worstCosine = 1
  for (let i = 0; i < m; i++) {
    const lengths = Math.sqrt(gramian.values[i * m + i] ?? 0) * Math.sqrt(Math.max(0, length))
    if (lengths > 0) worstCosine = Math.min(worstCosine, Math.max(-1, (products[i] ?? 0) / lengths))
  }
  return { share: conflicts(gramian).share, worstCosine }
}
