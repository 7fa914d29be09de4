import { describe, expect, test } from "bun:test"
import { mgda, mgdaMethod } from "../src/methods/mgda.ts"
import { type PCDOptions, pcd, pcdMethod } from "../src/methods/pcd.ts"
import { plan, weigh, weighRows } from "./plan.ts"
import { heavyTailedRows, normalRows, type Rows, samples } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const pcdOf = (rows: Rows, options: PCDOptions = {}) => weigh(pcdMethod, pcd(options), rows)
const times = (row: readonly number[], factor: number) => row.map((entry) => entry * factor)
const plus = (a: readonly number[], b: readonly number[]) => a.map((entry, k) => entry + (b[k] ?? 0))
const close = (seen: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-12) =>
  expect(relativeDistance(seen, expected)).toBeLessThan(tolerance)

/** The closed form for one secondary: h_0 + max(0, τ − h_0 · h_1 / ‖h_1‖²) h_1, as long as g_0. */
function ofTwo(rows: Rows, scales: readonly number[], tau: number) {
  const [h0 = [], h1 = []] = rows.map((row, i) => times(row, scales[i] ?? 1))
  const d = plus(h0, times(h1, Math.max(0, tau - dot(h0, h1) / dot(h1, h1))))
  return times(d, length(rows[0] ?? []) / length(d))
}

describe("PCD", () => {
  test("of two rows is the closed form", () => {
    for (let seed = 0; seed < 20; seed++) {
      const rows = heavyTailedRows(2, 5, seed)
      for (const tau of [0, 0.02, 0.5, 1]) {
        const scales = rows.map((row) => 1 / length(row))
        close(pcdOf(rows, { tau, epsilon: 0 }).direction, ofTwo(rows, scales, tau), 1e-10)
        const offset = rows.map((row) => 1 / Math.sqrt(dot(row, row) + 3))
        close(pcdOf(rows, { tau, epsilon: 3 }).direction, ofTwo(rows, offset, tau), 1e-10)
      }
    }
  })

  test("scales by bias-corrected moving averages of the squared lengths", () => {
    const [beta, epsilon, tau] = [0.7, 1e-3, 0.3]
    using weighting = plan(pcdMethod, pcd({ beta, epsilon, tau }), 2)
    let averages = [0, 0]
    for (let call = 1; call < 8; call++) {
      const rows = heavyTailedRows(2, 4, call)
      averages = averages.map((held, i) => beta * held + (1 - beta) * dot(rows[i] ?? [], rows[i] ?? []))
      const scales = averages.map((held) => 1 / Math.sqrt(held / (1 - beta ** call) + epsilon))
      close(weighRows(weighting, rows).direction, ofTwo(rows, scales, tau), 1e-10)
    }
  })

  for (const { name, rows } of samples) {
    test(`${name}: as long as the primary, and the optimality conditions hold`, () => {
      const tau = 0.02
      const { weights, direction, certificate } = pcdOf(rows, { tau, epsilon: 0 })
      expect(length(direction) / length(rows[0] ?? [])).toBeCloseTo(1, 8)
      if (certificate?.status !== "certified") {
        // The constraints have no common point: they are dropped.
        close(direction, rows[0] ?? [], 1e-12)
        return
      }
      // At the first call h are the unit rows, and w_i ‖g_i‖ their multipliers, up to one factor: that of h_0 is 1.
      const lengths = rows.map(length)
      const factor = (weights[0] ?? 0) * (lengths[0] ?? 0)
      expect(factor).toBeGreaterThan(0)
      rows.forEach((row, i) => {
        if (i === 0) return
        const multiplier = ((weights[i] ?? 0) * (lengths[i] ?? 0)) / factor
        const progress = dot(row, direction) / (lengths[i] ?? 1) / factor
        expect(multiplier).toBeGreaterThanOrEqual(0)
        expect(progress).toBeGreaterThan(tau - 1e-7)
        if (multiplier > 0) expect(Math.abs(progress - tau)).toBeLessThan(1e-7)
      })
    })
  }

  test("drops the constraints only where they have no common point, also of dependent rows", () => {
    // By Gordan's theorem {x : Hx > 0} is empty where zero is in the convex hull of the rows of H, and only there.
    let feasible = 0
    for (let seed = 0; seed < 60; seed++) {
      const rows = heavyTailedRows(6 + (seed % 3) * 4, 4 + (seed % 3) * 2, seed)
      const secondaries = rows.slice(1).map((row) => times(row, 1 / length(row)))
      const shortest = length(weigh(mgdaMethod, mgda(), secondaries).direction)
      if (shortest > 1e-10 && shortest < 1e-6) continue
      const { certificate } = pcdOf(rows, { tau: 0.02, epsilon: 0 })
      expect(certificate?.status).toBe(shortest >= 1e-6 ? "certified" : "uncertified")
      if (shortest >= 1e-6) feasible++
    }
    expect(feasible).toBeGreaterThan(20)
  })

  test("takes one τ for each secondary", () => {
    const rows = [
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 5]
    ]
    // Orthogonal: h = e_0 + τ_1 e_1 + τ_2 e_2.
    const scale = 1 / Math.hypot(1, 0.5, 0.25)
    close(pcdOf(rows, { tau: [0.5, 0.25], epsilon: 0 }).direction, [scale, 0.5 * scale, 0.25 * scale])
    expect(() => pcdOf(rows, { tau: [0.5] })).toThrow("the length of tau")
  })

  test("follows the primary where opposite secondaries cannot both progress, and says so", () => {
    const rows = [
      [3, 1],
      [1, 0],
      [-1, 0]
    ]
    const { direction, certificate } = pcdOf(rows)
    close(direction, [3, 1])
    expect(certificate?.status).toBe("uncertified")
    // Without τ they agree on the direction across.
    close(pcdOf(rows, { tau: 0 }).direction, [0, Math.sqrt(10)], 1e-7)
  })

  test("is zero where the primary is, and where nothing is left of it", () => {
    expect(
      Array.from(
        pcdOf([
          [0, 0],
          [1, 2]
        ]).weights
      )
    ).toEqual([0, 0])
    expect(
      Array.from(
        pcdOf(
          [
            [1, 2],
            [-2, -4]
          ],
          { tau: 0 }
        ).weights
      )
    ).toEqual([0, 0])
  })

  test("is the primary alone where the others are zero, or there is none", () => {
    for (const rows of [
      [[3, 4]],
      [
        [3, 4],
        [0, 0]
      ]
    ]) {
      for (const epsilon of [0, 1e-8]) close(pcdOf(rows, { epsilon }).direction, [3, 4])
    }
  })

  test("of a secondary multiplied by one factor at every call is the same, up to epsilon", () => {
    using first = plan(pcdMethod, pcd({ epsilon: 0 }), 3)
    using second = plan(pcdMethod, pcd({ epsilon: 0 }), 3)
    for (let call = 0; call < 5; call++) {
      const rows = normalRows(3, 5, call)
      const scaled = rows.map((row, i) => times(row, i === 2 ? 1e6 : 1))
      close(weighRows(second, scaled).direction, weighRows(first, rows).direction, 1e-9)
    }
  })

  test("leaves its state alone when it refuses a Gramian", () => {
    using weighting = plan(pcdMethod, pcd(), 2)
    weighRows(weighting, [[1], [2]])
    const saved = [...weighting.state].map(([name, values]) => [name, values.slice()] as const)
    for (const values of [
      Float64Array.of(1, 0, 0, Number.NaN),
      Float64Array.of(1, 0.5, -0.5, 1),
      Float64Array.of(1, 0, 0, -1)
    ]) {
      expect(() => weighting.weigh({ objectives: 2, values })).toThrow("Gramian")
    }
    expect([...weighting.state]).toEqual(saved.map(([name, values]) => [name, values]))
  })
})
