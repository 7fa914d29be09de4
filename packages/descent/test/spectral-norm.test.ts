/** Spectral norms of matrices whose singular values and vectors are known. */
import { describe, expect, test } from "bun:test"
import { generator } from "@dualcone/aggregation"
import { planSpectralNorm } from "../src/index.ts"

const uniform = (length: number, seed: number) => {
  const { next } = generator(seed, 77)
  return Float64Array.from({ length }, () => next() / 2 ** 31 - 1)
}
const unit = (vector: Float64Array) => vector.map((entry) => entry / Math.hypot(...vector))
const inner = (a: Float64Array, b: Float64Array) => a.reduce((sum, entry, i) => sum + entry * (b[i] ?? 0), 0)

/** Reflected unit vectors: column k of I - 2 h hᵀ. */
const reflected = (h: Float64Array, k: number) => h.map((entry, i) => (i === k ? 1 : 0) - 2 * entry * (h[k] ?? 0))

/** Σ_k σ_k l_k r_kᵀ with the columns of two reflections as singular vectors. */
function withSingularValues(rows: number, columns: number, values: readonly number[]) {
  const [h, g] = [unit(uniform(rows, 1)), unit(uniform(columns, 2))]
  const matrix = new Float64Array(rows * columns)
  values.forEach((value, k) => {
    const [left, right] = [reflected(h, k), reflected(g, k)]
    left.forEach((l, i) => {
      right.forEach((r, j) => {
        matrix[i * columns + j] = (matrix[i * columns + j] ?? 0) + value * l * r
      })
    })
  })
  return { matrix, left: reflected(h, 0), right: reflected(g, 0) }
}

const spread = (count: number, second: number) =>
  Array.from({ length: count }, (_, k) => (k === 0 ? 1 : second * 0.97 ** (k - 1)))

describe("the spectral norm", () => {
  const shapes = [
    [7, 7],
    [40, 25],
    [25, 40],
    [1, 9],
    [9, 1],
    [1, 1],
    [64, 200]
  ] as const
  for (const [rows, columns] of shapes) {
    test(`of ${rows} x ${columns} is the largest singular value, with its vectors`, () => {
      for (const scale of [1, 1e-12, 1e12]) {
        const values = spread(Math.min(rows, columns), 0.9).map((value) => scale * value)
        const { matrix, left, right } = withSingularValues(rows, columns, values)
        const found = planSpectralNorm(rows, columns, 1e-9)(matrix)
        expect(Math.abs(found.norm / scale - 1)).toBeLessThan(1e-13)
        expect(Math.abs(Math.abs(inner(found.left, left)) - 1)).toBeLessThan(1e-13)
        expect(Math.abs(Math.abs(inner(found.right, right)) - 1)).toBeLessThan(1e-13)
        // The signs belong together.
        expect(inner(found.left, left) * inner(found.right, right)).toBeGreaterThan(0)
      }
    })
  }

  test("of 2 x 2 is that of the closed form", () => {
    for (let seed = 0; seed < 20; seed++) {
      const [a = 0, b = 0, c = 0, d = 0] = uniform(4, seed)
      const squares = a * a + b * b + c * c + d * d
      const determinant = a * d - b * c
      const expected = Math.sqrt((squares + Math.sqrt(squares * squares - 4 * determinant * determinant)) / 2)
      expect(planSpectralNorm(2, 2, 1e-9)([a, b, c, d]).norm).toBeCloseTo(expected, 14)
    }
  })

  test("keeps its tolerance and takes few steps where the second value is close", () => {
    const { matrix, left } = withSingularValues(120, 200, spread(120, 0.99))
    const loose = planSpectralNorm(120, 200, 1e-4)(matrix)
    expect(loose.steps).toBeLessThan(40)
    expect(Math.abs(loose.norm - 1)).toBeLessThan(1e-6)
    expect(Math.abs(inner(loose.left, left))).toBeGreaterThan(1 - 1e-4)
  })

  test("of a matrix of rank one and of one of zeros", () => {
    const ofRankOne = withSingularValues(12, 8, [3])
    expect(planSpectralNorm(12, 8, 1e-6)(ofRankOne.matrix).norm).toBeCloseTo(3, 14)
    const zero = planSpectralNorm(3, 4, 1e-6)(new Float64Array(12))
    expect(zero.norm).toBe(0)
    expect([...zero.left, ...zero.right]).toEqual(new Array(7).fill(0))
  })

  test("with two equal largest values u vᵀ is still a subgradient: no matrix is below the plane that it makes", () => {
    const [rows, columns] = [9, 6]
    const { matrix } = withSingularValues(rows, columns, [2, 2, 2, 1])
    const { norm, left, right } = planSpectralNorm(rows, columns, 1e-3)(matrix)
    expect(norm).toBeCloseTo(2, 6)
    const plane = (other: Float64Array) => {
      let height = 0
      for (let i = 0; i < rows; i++) {
        height += (left[i] ?? 0) * inner(other.subarray(i * columns, (i + 1) * columns), right)
      }
      return height
    }
    expect(plane(matrix)).toBeCloseTo(norm, 12)
    const of = planSpectralNorm(rows, columns, 1e-9)
    for (let seed = 0; seed < 50; seed++) {
      const other = matrix.map((entry, k) => entry + 0.3 * (uniform(matrix.length, seed)[k] ?? 0))
      expect(of(other).norm).toBeGreaterThanOrEqual(plane(other) - 1e-12)
    }
  })

  test("is a function of the matrix alone", () => {
    const [first, second] = [uniform(30 * 20, 5), uniform(30 * 20, 6)]
    const of = planSpectralNorm(30, 20, 1e-6)
    const fresh = planSpectralNorm(30, 20, 1e-6)(second)
    of(first)
    const again = of(second)
    expect(again.norm).toBe(fresh.norm)
    expect([...again.left, ...again.right]).toEqual([...fresh.left, ...fresh.right])
  })
})
