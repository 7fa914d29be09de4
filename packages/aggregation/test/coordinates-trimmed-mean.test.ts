import { describe, expect, test } from "bun:test"
import { aggregate, linearizeJacobian, mean, trimmedMean } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { normalRows, type Rows } from "./samplers.ts"
import { dot, relativeDistance } from "./vectors.ts"

const wasm = await loadWasm()
const direction = (trim: number, rows: Rows) => {
  return Array.from(aggregate(wasm, trimmedMean({ trim }), linearizeJacobian(rows)).direction)
}

describe("TrimmedMean", () => {
  test("of TorchJD's test", () => {
    const rows = [
      [1e11, 3],
      [1, -1e11],
      [-1e10, 1e10],
      [2, 2]
    ]
    expect(direction(1, rows)).toEqual([1.5, 2.5])
  })

  test("without trimming is the mean, and trimmed to the middle the median", () => {
    const rows = normalRows(7, 11, 3)
    const average = aggregate(wasm, mean(), linearizeJacobian(rows)).direction
    expect(relativeDistance(direction(0, rows), average)).toBeLessThan(1e-15)
    const median = Array.from({ length: 11 }, (_, k) => rows.map((row) => row[k] ?? 0).sort((a, b) => a - b)[3] ?? 0)
    expect(direction(3, rows)).toEqual(median)
  })

  test("does not depend on the order of the rows", () => {
    const rows = normalRows(6, 5, 4)
    expect(direction(2, [...rows].reverse())).toEqual(direction(2, rows))
  })

  test("stays between the honest rows, whatever `trim` rows say", () => {
    // With at most `trim` bad entries in a column, `trim` of either end leave numbers between honest ones.
    const honest = normalRows(5, 8, 5)
    for (const bad of [1e300, -1e300, 0]) {
      const seen = direction(2, [new Array<number>(8).fill(bad), ...honest, new Array<number>(8).fill(-bad)])
      seen.forEach((entry, k) => {
        const column = honest.map((row) => row[k] ?? 0)
        expect(entry).toBeGreaterThanOrEqual(Math.min(...column))
        expect(entry).toBeLessThanOrEqual(Math.max(...column))
      })
    }
  })

  test("can conflict with a row", () => {
    const rows = [[1], [1], [1], [-1], [-9]]
    expect(dot(direction(1, rows), [-9])).toBeLessThan(0)
  })

  test("has no weights, and one row is itself", () => {
    expect(aggregate(wasm, trimmedMean({ trim: 0 }), linearizeJacobian([[3, -4]]))).toMatchObject({
      direction: Float64Array.of(3, -4),
      weights: null
    })
  })

  test("refuses to trim half of the rows, and what is no count", () => {
    expect(() => direction(1, [[1], [2]])).toThrow("number of trimmed entries is 1")
    expect(() => trimmedMean({ trim: 0.5 })).toThrow("trimmed-mean.trim is 0.5")
    expect(() => trimmedMean({ trim: -1 })).toThrow("trimmed-mean.trim is -1")
  })
})
