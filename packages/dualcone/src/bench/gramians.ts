/**
 * Gramians to time weightings on. How long UPGrad takes depends on how many rows are active in each program, so that
 * three kinds stand for what training meets:
 *
 * - `gaussian`: rows of 50,000 independent normal entries, nearly orthogonal; half of the pairs conflict slightly.
 * - `heavy-tailed`: a common mean plus noise of falling spectrum, norms log-normal over some four decades, as the
 *   gradients of single examples are. Few rows are active.
 * - `low-rank`: rows that sum to about zero in some twenty effective dimensions, norms log-normal over two decades:
 *   many conflicts and an ill-conditioned matrix.
 *
 * @module
 */
import type { Gramian } from "@dualcone/aggregation"
import { normals } from "./normal.ts"

/** The kinds, in the order of the tables. */
export const gramianKinds = ["gaussian", "heavy-tailed", "low-rank"] as const

/** One of {@link gramianKinds}. */
export type GramianKind = (typeof gramianKinds)[number]

/** The Gramian of this kind and size; equal arguments give equal Gramians. */
export function benchGramian(kind: GramianKind, objectives: number, seed = 1): Gramian {
  const normal = normals(seed, gramianKinds.indexOf(kind), objectives)
  switch (kind) {
    case "gaussian":
      return gramianOfRows(wishartRoot(objectives, 50_000, normal), objectives)
    case "heavy-tailed":
      return gramianOfRows(heavyTailed(objectives, normal), objectives)
    case "low-rank":
      return gramianOfRows(lowRank(objectives, normal), objectives)
  }
}

/**
 * The triangular root of a Wishart matrix of `degrees` degrees of freedom (Bartlett, 1933), m × m. Its diagonal is the
 * root of a chi-square, here in the approximation of Wilson and Hilferty (1931).
 */
function wishartRoot(m: number, degrees: number, normal: () => number): Float64Array {
  const root = new Float64Array(m * m)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < i; j++) root[i * m + j] = normal()
    const k = degrees - i
    root[i * m + i] = Math.sqrt(k * (1 - 2 / (9 * k) + normal() * Math.sqrt(2 / (9 * k))) ** 3)
  }
  return root
}

function heavyTailed(m: number, normal: () => number): Float64Array {
  const columns = 2 * m
  const mean = Float64Array.from({ length: columns }, normal)
  const rows = new Float64Array(m * columns)
  for (let i = 0; i < m; i++) {
    const norm = Math.exp(1.6 * normal())
    for (let k = 0; k < columns; k++) {
      rows[i * columns + k] = (norm * ((mean[k] ?? 0) + 2 * normal())) / Math.sqrt(k + 1)
    }
  }
  return rows
}

function lowRank(m: number, normal: () => number): Float64Array {
  const columns = 2 * m
  const rows = Float64Array.from({ length: m * columns }, (_, at) => normal() * Math.exp(-(at % columns) / 20))
  for (let k = 0; k < columns; k++) {
    let sum = 0
    for (let i = 0; i < m; i++) sum += rows[i * columns + k] ?? 0
    for (let i = 0; i < m; i++) rows[i * columns + k] = (rows[i * columns + k] ?? 0) - sum / m
  }
  for (let i = 0; i < m; i++) {
    const norm = Math.exp(0.8 * normal())
    for (let k = 0; k < columns; k++) rows[i * columns + k] = (rows[i * columns + k] ?? 0) * norm
  }
  return rows
}

function gramianOfRows(rows: Float64Array, m: number): Gramian {
  const columns = rows.length / m
  const values = new Float64Array(m * m)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      let dot = 0
      for (let k = 0; k < columns; k++) dot += (rows[i * columns + k] ?? 0) * (rows[j * columns + k] ?? 0)
      values[i * m + j] = dot
      values[j * m + i] = dot
    }
  }
  return { objectives: m, values }
}
