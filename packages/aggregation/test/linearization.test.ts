import { describe, expect, test } from "bun:test"
import { linearizeJacobian } from "@dualcone/aggregation"
import { normalRows } from "./samplers.ts"

describe("a linearization with its Jacobian at hand", () => {
  const linearization = linearizeJacobian(
    [
      [-4, 1, 1],
      [6, 1, 1]
    ],
    [7, 8]
  )

  test("knows its sizes, values and Jacobian", () => {
    expect(linearization.objectives).toBe(2)
    expect(linearization.parameters).toBe(3)
    expect(linearization.values).toEqual(Float64Array.of(7, 8))
    expect(linearization.jacobian()).toEqual(Float64Array.of(-4, 1, 1, 6, 1, 1))
  })

  test("answers J Jᵀ and Jᵀ w", () => {
    expect(linearization.gramian().values).toEqual(Float64Array.of(18, -22, -22, 38))
    expect(linearization.pullback(Float64Array.of(1, 2))).toEqual(Float64Array.of(8, 3, 3))
  })

  test("answers each pullback in an array of its own", () => {
    const first = linearization.pullback(Float64Array.of(1, 0))
    linearization.pullback(Float64Array.of(0, 1))
    expect(first).toEqual(Float64Array.of(-4, 1, 1))
  })

  test("says NaN for values that nobody gave", () => {
    expect(linearizeJacobian([[1]]).values[0]).toBeNaN()
  })

  test("takes rows of typed arrays and one flat array alike", () => {
    const rows = normalRows(3, 5, 1)
    const expected = linearizeJacobian(rows).gramian().values
    const typed = linearizeJacobian(rows.map((row) => Float64Array.from(row)))
    const flat = linearizeJacobian({ values: Float64Array.from(rows.flat()), objectives: 3, parameters: 5 })
    expect(typed.gramian().values).toEqual(expected)
    expect(flat.gramian().values).toEqual(expected)
  })

  test("answers in float32 where the Jacobian is, with the arithmetic of float64", () => {
    // 1 + 2⁻³⁰ is lost in float32, so 2⁻³⁰ survives only where the sum is not rounded before its end.
    const small = 2 ** -30
    const single = linearizeJacobian({ values: Float32Array.of(1, small, -1), objectives: 3, parameters: 1 })
    expect(single.pullback(Float64Array.of(1, 1, 1))).toEqual(Float32Array.of(small))
    expect(single.gramian().values).toEqual(Float64Array.of(1, small, -1, small, small ** 2, -small, -1, -small, 1))
    expect(single.jacobian()).toBeInstanceOf(Float32Array)
  })
})

describe("the Gramian of long rows", () => {
  // Entries are whole numbers below 2^10, so that every product and sum is exact and each order of summation gives
  // the same bits.
  test("is exact for whole numbers, whatever the blocks", () => {
    for (const n of [511, 512, 513, 2000]) {
      const rows = normalRows(3, n, n).map((row) => row.map((entry) => Math.round(100 * entry)))
      const { values } = linearizeJacobian(rows).gramian()
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) {
          const expected = rows[i]?.reduce((sum, entry, k) => sum + entry * (rows[j]?.[k] ?? 0), 0)
          expect(values[i * 3 + j]).toBe(expected ?? Number.NaN)
        }
      }
    }
  })

  test("loses less than a running sum", () => {
    // n equal entries a: the squared norm is n a² with one rounding each way.
    const n = 1_000_000
    const entry = 0.1
    const expected = n * entry * entry
    const { values } = linearizeJacobian({
      values: new Float64Array(n).fill(entry),
      objectives: 1,
      parameters: n
    }).gramian()
    let running = 0
    for (let k = 0; k < n; k++) running += entry * entry
    expect(Math.abs((values[0] ?? 0) - expected)).toBeLessThan(Math.abs(running - expected) / 10)
  })
})
