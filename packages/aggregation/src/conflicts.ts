/**
 * How much the rows of a Jacobian conflict with one another.
 *
 * @module
 */
import type { Gramian } from "./linearization.ts"

/** Conflicts among the m(m−1)/2 pairs of rows. */
export interface Conflicts {
  /** Pairs i < j with G_ij < 0. */
  readonly pairs: number
  /** Their share of all pairs; 0 when there is one row. */
  readonly share: number
  /** The least G_ij / √(G_ii G_jj) over pairs of rows that are not zero; 1 when there is no such pair. */
  readonly worstCosine: number
}

/** Counts the conflicts of a Gramian. */
export function conflicts({ objectives: m, values }: Gramian): Conflicts {
  let pairs = 0
  let worstCosine = 1
  for (let i = 0; i < m; i++) {
    const length = Math.sqrt(values[i * m + i] ?? 0)
    for (let j = 0; j < i; j++) {
      const product = values[i * m + j] ?? 0
      if (product < 0) pairs++
      const lengths = length * Math.sqrt(values[j * m + j] ?? 0)
      if (lengths > 0) worstCosine = Math.min(worstCosine, Math.max(-1, product / lengths))
    }
  }
  return { pairs, share: m > 1 ? pairs / ((m * (m - 1)) / 2) : 0, worstCosine }
}
