import { describe, expect, test } from "bun:test"
import { aggregate, dualproj, linearizeGramian, linearizeJacobian, upgrad } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { heavyTailedRows, normalRows } from "./samplers.ts"
import { relativeDistance } from "./vectors.ts"

const wasm = await loadWasm()

/** The solution of A x = b by Gaussian elimination with pivoting; rows are [A | b]. */
function solution(system: readonly (readonly number[])[]): number[] {
  const rows = system.map((row) => [...row])
  const size = rows.length
  for (let k = 0; k < size; k++) {
    const rest = rows.slice(k).sort((a, b) => Math.abs(b[k] ?? 0) - Math.abs(a[k] ?? 0))
    rows.splice(k, size - k, ...rest)
    const pivot = rows[k] ?? []
    for (let i = 0; i < size; i++) {
      const row = rows[i] ?? []
      if (i === k) continue
      const factor = (row[k] ?? 0) / (pivot[k] ?? 1)
      for (let j = k; j <= size; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0)
    }
  }
  return rows.map((row, k) => (row[size] ?? 0) / (row[k] ?? 1))
}

/**
 * argmin vᵀGv over v ≥ u, by trying all 2^m sets of rows where v > u: on a set, Gv is zero there and v is u elsewhere.
 * The program is strictly convex for a positive definite G, so the feasible set with the least value is the solution.
 */
function exhaustive(gramian: readonly (readonly number[])[], u: readonly number[]): readonly number[] {
  const m = u.length
  const at = (i: number, j: number) => gramian[i]?.[j] ?? 0
  let best: { value: number; v: readonly number[] } = { value: Number.POSITIVE_INFINITY, v: u }
  for (let set = 0; set < 2 ** m; set++) {
    const inside = (i: number) => (set >> i) % 2 === 1
    const system = Array.from({ length: m }, (_, i) =>
      Array.from({ length: m + 1 }, (_, j) => {
        if (j === m) return inside(i) ? 0 : (u[i] ?? 0)
        return inside(i) ? at(i, j) : Number(i === j)
      })
    )
    const v = solution(system)
    if (v.some((entry, i) => entry < (u[i] ?? 0) - 1e-12)) continue
    const value = v.reduce((sum, vi, i) => sum + v.reduce((inner, vj, j) => inner + vi * at(i, j) * vj, 0), 0)
    if (value < best.value) best = { value, v }
  }
  return best.v
}

describe("weights equal those of an exhaustive search over active sets", () => {
  for (const m of [1, 2, 3, 5, 7]) {
    for (const [kind, rows] of [
      ["normal", normalRows(m, m + 3, 40 + m)],
      ["heavy-tailed", heavyTailedRows(m, m + 3, 50 + m)]
    ] as const) {
      const { values } = linearizeJacobian(rows).gramian()
      const trace = rows.reduce((sum, _, i) => sum + (values[i * m + i] ?? 0), 0)
      const gramian = rows.map((_, i) => Array.from(values.subarray(i * m, (i + 1) * m)))
      const regularised = gramian.map((row, i) => row.map((entry, j) => entry + (i === j ? 1e-4 * trace : 0)))
      const linearization = linearizeGramian(gramian)

      test(`dualproj, ${kind}, ${m} rows`, () => {
        const expected = exhaustive(
          regularised,
          Array.from(rows, () => 1 / m)
        )
        expect(relativeDistance(aggregate(wasm, dualproj(), linearization).weights, expected)).toBeLessThan(1e-9)
      })

      test(`upgrad, ${kind}, ${m} rows`, () => {
        const projections = rows.map((_, i) =>
          exhaustive(
            regularised,
            Array.from(rows, (_, j) => Number(i === j))
          )
        )
        const expected = rows.map((_, j) => projections.reduce((sum, v) => sum + (v[j] ?? 0) / m, 0))
        expect(relativeDistance(aggregate(wasm, upgrad(), linearization).weights, expected)).toBeLessThan(1e-9)
      })
    }
  }
})
