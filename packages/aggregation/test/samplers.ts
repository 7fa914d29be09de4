/** Seeded Jacobians for property tests. */

/** A Jacobian as rows. */
export type Rows = readonly (readonly number[])[]

/** Uniform numbers in [0, 1): a Weyl sequence mixed by MurmurHash3's finaliser. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }
}

/** Standard normal numbers, by Box and Muller. */
export function normal(seed: number): () => number {
  const next = uniform(seed)
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}

/** m × n rows with independent standard normal entries: linearly independent almost surely when m ≤ n. */
export function normalRows(m: number, n: number, seed: number): Rows {
  const next = normal(seed)
  return Array.from({ length: m }, () => Array.from({ length: n }, next))
}

/** Normal rows whose lengths span several decades, as per-example gradients do. */
export function heavyTailedRows(m: number, n: number, seed: number): Rows {
  const next = normal(seed + 1)
  return normalRows(m, n, seed).map((row) => {
    const length = Math.exp(1.6 * next())
    return row.map((entry) => entry * length)
  })
}

/**
 * Rows that are Pareto stationary with every objective in conflict: the last row is minus a positive combination of
 * the others, so positive weights with Jᵀ w = 0 exist, the dual cone is the orthogonal complement of the rows, and
 * every projection of a row onto it is zero.
 */
export function stronglyStationaryRows(m: number, n: number, seed: number): Rows {
  const others = normalRows(m - 1, n, seed)
  const next = uniform(seed + 1)
  const weights = others.map(() => 0.5 + next())
  const last = Array.from(
    { length: n },
    (_, k) => -others.reduce((sum, row, i) => sum + (weights[i] ?? 0) * (row[k] ?? 0), 0)
  )
  return [...others, last]
}

/** Rows all within a narrow cone about one direction: no two conflict. */
export function agreeingRows(m: number, n: number, seed: number): Rows {
  return normalRows(m, n, seed).map((row) => row.map((entry) => 1 + 0.2 * Math.tanh(entry)))
}

/** The shapes and kinds that property tests go through. */
export const samples: readonly { readonly name: string; readonly rows: Rows }[] = [
  [1, 1],
  [2, 3],
  [3, 2],
  [5, 8],
  [9, 30],
  [20, 12],
  [33, 70]
].flatMap(([m = 1, n = 1], seed) => [
  { name: `normal ${m} × ${n}`, rows: normalRows(m, n, 100 + seed) },
  { name: `heavy-tailed ${m} × ${n}`, rows: heavyTailedRows(m, n, 200 + seed) },
  { name: `agreeing ${m} × ${n}`, rows: agreeingRows(m, n, 300 + seed) }
])
