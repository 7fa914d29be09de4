import { describe, expect, test } from "bun:test"
import { rgw, rgwMethod } from "../src/methods/rgw.ts"
import { plan, weigh, weighRows } from "./plan.ts"

describe("RGW", () => {
  test("draws positive weights that sum to one, others at every call", () => {
    using weighting = plan(rgwMethod, rgw(), 5)
    const rows = Array.from({ length: 5 }, () => [1])
    const seen = Array.from({ length: 50 }, () => weighRows(weighting, rows).weights)
    for (const weights of seen) {
      expect(weights.every((weight) => weight > 0)).toBe(true)
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 14)
    }
    expect(new Set(seen.map(String)).size).toBe(50)
  })

  test("is the softmax of standard normals: of two weights, log(w_0/w_1) is normal with variance 2", () => {
    using weighting = plan(rgwMethod, rgw({ seed: 5 }), 2)
    const calls = 20_000
    let [sum, squares, fourths] = [0, 0, 0]
    for (let call = 0; call < calls; call++) {
      const { weights } = weighRows(weighting, [[1], [1]])
      const difference = Math.log((weights[0] ?? 0) / (weights[1] ?? 0))
      sum += difference
      squares += difference ** 2
      fourths += difference ** 4
    }
    // Within five standard deviations: √(2/N), √(8/N) and √(1536/N).
    expect(Math.abs(sum / calls)).toBeLessThan(0.05)
    expect(Math.abs(squares / calls - 2)).toBeLessThan(0.1)
    expect(Math.abs(fourths / calls - 12)).toBeLessThan(1.4)
  })

  test("always conflicts with one of two opposite rows, and follows their mean in expectation", () => {
    using weighting = plan(rgwMethod, rgw(), 2)
    const calls = 4000
    let sum = 0
    for (let call = 0; call < calls; call++) {
      const [direction = 0] = weighRows(weighting, [[1], [-2]]).direction
      expect(Math.min(direction, -2 * direction)).toBeLessThan(0)
      sum += direction
    }
    expect(Math.abs(sum / calls + 0.5)).toBeLessThan(0.06)
  })

  test("of one row is that row", () => {
    expect(Array.from(weigh(rgwMethod, rgw(), [[3, -4]]).direction)).toEqual([3, -4])
  })
})
