/**
 * Which pairs of a batch disagree, and how much: read off the Gramian G = J Jᵀ, m × m.
 *
 * @module
 */

/** A pair of examples, row before column, and how their gradients stand to each other. */
export interface Disagreement {
  readonly row: number
  readonly column: number
  /** G_ij / √(G_ii G_jj); 0 where one of the two gradients is zero. */
  readonly cosine: number
}

/**
 * What counts as settled: an inner product below one percent of the mean squared gradient, tr G / m, of the first batch.
 * Examples that are learnt have all but no gradient; whatever the sign of what is left, nobody is hurt by it.
 */
export function settledBelow(firstGramian: ArrayLike<number>): number {
  const m = Math.round(Math.sqrt(firstGramian.length))
  let trace = 0
  for (let i = 0; i < m; i++) trace += firstGramian[i * (m + 1)] ?? 0
  return (trace / m) * 0.01
}

/** Pairs i < j with G_ij < -settled. */
export function disagreements(gramian: ArrayLike<number>, settled: number): number {
  let pairs = 0
  for (const { value } of pairsOf(gramian)) if (value < -settled) pairs++
  return pairs
}

/** The cosine of two gradients of a batch. */
export function cosineOf(gramian: ArrayLike<number>, row: number, column: number): number {
  const m = Math.round(Math.sqrt(gramian.length))
  const at = (i: number, j: number) => gramian[i * m + j] ?? 0
  const lengths = Math.sqrt(at(row, row)) * Math.sqrt(at(column, column))
  return lengths > 0 ? Math.min(1, Math.max(-1, at(row, column) / lengths)) : 0
}

/** The pairs whose gradients point apart most, among those not settled: at most so many, each example in one alone. */
export function worstPairs(gramian: ArrayLike<number>, settled: number, most: number): readonly Disagreement[] {
  const pairs = [...pairsOf(gramian)]
    .filter(({ value }) => value < -settled)
    .map(({ row, column }) => ({ row, column, cosine: cosineOf(gramian, row, column) }))
    .sort((a, b) => a.cosine - b.cosine)
  const taken = new Set<number>()
  const found: Disagreement[] = []
  for (const pair of pairs) {
    if (found.length === most) break
    if (taken.has(pair.row) || taken.has(pair.column)) continue
    taken.add(pair.row).add(pair.column)
    found.push(pair)
  }
  return found
}

function* pairsOf(gramian: ArrayLike<number>) {
  const m = Math.round(Math.sqrt(gramian.length))
  for (let column = 1; column < m; column++) {
    for (let row = 0; row < column; row++) yield { row, column, value: gramian[row * m + column] ?? 0 }
  }
}
