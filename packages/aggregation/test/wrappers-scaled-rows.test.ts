import { describe, expect, test } from "bun:test"
import {
  aggregate,
  type GramianAggregator,
  linearizeGramian,
  linearizeJacobian,
  lossScaled,
  mean,
  strict,
  sum,
  unitNorm,
  upgrad
} from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { heavyTailedRows, normalRows, type Rows } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const wasm = await loadWasm()
const at = (aggregator: GramianAggregator, rows: Rows, values?: readonly number[]) =>
  aggregate(wasm, aggregator, linearizeJacobian(rows, values))
const scaled = (rows: Rows, factors: readonly number[]) =>
  rows.map((row, i) => row.map((entry) => entry * (factors[i] ?? 1)))

describe("unit rows", () => {
  test("the mean of unit rows is along the bisector of two", () => {
    const { direction, weights } = at(unitNorm({ weighting: mean() }), [
      [3, 0],
      [0, 8]
    ])
    expect(Array.from(direction)).toEqual([0.5, 0.5])
    expect(Array.from(weights)).toEqual([0.5 / 3, 0.5 / 8])
  })

  test("are what the wrapped method weighs", () => {
    const rows = heavyTailedRows(6, 10, 7)
    const lengths = rows.map(length)
    const alone = at(
      upgrad(),
      rows.map((row, i) => row.map((entry) => entry / (lengths[i] ?? 1)))
    )
    const seen = at(unitNorm({ weighting: upgrad() }), rows)
    expect(relativeDistance(seen.direction, alone.direction)).toBeLessThan(1e-10)
    expect(
      relativeDistance(
        seen.weights,
        Array.from(alone.weights, (w, i) => w / (lengths[i] ?? 1))
      )
    ).toBeLessThan(1e-10)
    expect(seen.certificate?.status).toBe("certified")
  })

  test("make the direction independent of the lengths of the rows", () => {
    const rows = normalRows(4, 9, 8)
    const expected = at(unitNorm({ weighting: upgrad() }), rows).direction
    for (const factors of [
      [1e-3, 1, 20, 7],
      [1e-150, 1e-149, 1e-150, 1e-150],
      [1e150, 1e150, 1e149, 1e150],
      [1e-150, 1, 1e150, 1]
    ]) {
      const seen = at(unitNorm({ weighting: upgrad() }), scaled(rows, factors))
      expect(relativeDistance(seen.direction, expected)).toBeLessThan(1e-8)
    }
  })

  test("conflict with no row where the wrapped method does not", () => {
    const rows = heavyTailedRows(8, 12, 9)
    const { direction } = at(unitNorm({ weighting: upgrad({ ridge: strict }) }), rows)
    for (const row of rows) expect(dot(row, direction)).toBeGreaterThan(-1e-6 * length(row) * length(direction))
  })

  test("a row of zeros has weight 0", () => {
    const { weights, direction } = at(unitNorm({ weighting: sum() }), [
      [0, 0],
      [0, 2]
    ])
    expect(Array.from(weights)).toEqual([0, 0.5])
    expect(Array.from(direction)).toEqual([0, 1])
  })
})

describe("rows divided by their values", () => {
  test("are the gradients of the logarithms", () => {
    const rows = normalRows(3, 5, 10)
    const values = [0.5, 2, 40]
    const divided = scaled(
      rows,
      values.map((value) => 1 / value)
    )
    for (const weighting of [mean(), upgrad()]) {
      const seen = at(lossScaled({ weighting }), rows, values)
      const alone = at(weighting, divided)
      expect(relativeDistance(seen.direction, alone.direction)).toBeLessThan(1e-12)
      expect(
        relativeDistance(
          seen.weights,
          Array.from(alone.weights, (w, i) => w / (values[i] ?? 1))
        )
      ).toBeLessThan(1e-12)
    }
  })

  test("make the unit of an objective immaterial", () => {
    const [rows, values, units] = [normalRows(3, 5, 11), [1, 2, 3], [1e-3, 1, 1e4]]
    const aggregator = lossScaled({ weighting: upgrad() })
    const expected = at(aggregator, rows, values).direction
    const inUnits = values.map((value, i) => value * (units[i] ?? 1))
    expect(relativeDistance(at(aggregator, scaled(rows, units), inUnits).direction, expected)).toBeLessThan(1e-10)
  })

  test("need values that are there, positive and not too small", () => {
    const aggregator = lossScaled({ weighting: mean() })
    const rows = [[1], [2]]
    expect(() => at(aggregator, rows)).toThrow("value 0 of the objectives is NaN")
    expect(() => at(aggregator, rows, [1, 0])).toThrow("value 1 of the objectives is 0; it must be positive")
    expect(() => at(aggregator, rows, [-1, 2])).toThrow("value 0 of the objectives is -1; it must be positive")
    expect(() => at(aggregator, rows, [1, 1e-200])).toThrow("value 1 of the objectives is 1e-200; it is too small")
    expect(() => aggregate(wasm, aggregator, linearizeGramian([[1]]))).toThrow("number of values of the objectives")
  })
})
