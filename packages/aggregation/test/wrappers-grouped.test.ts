import { describe, expect, test } from "bun:test"
import {
  type Aggregator,
  aggregate,
  dualproj,
  grouped,
  linearizeJacobian,
  mean,
  modo,
  parseAggregator,
  pcgrad,
  planAggregator,
  strict,
  upgrad
} from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { normalRows, type Rows } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const wasm = await loadWasm()
const at = (aggregator: Aggregator, rows: Rows) => aggregate(wasm, aggregator, linearizeJacobian(rows))
const columns = (rows: Rows, start: number, end: number) => rows.map((row) => row.slice(start, end))

describe("groups of columns", () => {
  const rows = normalRows(5, 12, 20)
  const groups = [4, 1, 7]

  test("are aggregated each by itself", () => {
    for (const weighting of [upgrad(), dualproj(), pcgrad({ seed: 3 })]) {
      const expected = [
        ...at(weighting, columns(rows, 0, 4)).direction,
        ...at(weighting, columns(rows, 4, 5)).direction,
        ...at(weighting, columns(rows, 5, 12)).direction
      ]
      expect(relativeDistance(at(grouped({ weighting, groups }), rows).direction, expected)).toBeLessThan(1e-12)
    }
  })

  test("one group of all columns is the wrapped method, to rounding", () => {
    const { direction, weights } = at(grouped({ weighting: upgrad(), groups: [12] }), rows)
    expect(relativeDistance(direction, at(upgrad(), rows).direction)).toBeLessThan(1e-14)
    expect(weights).toBeNull()
  })

  test("with the mean change nothing", () => {
    const { direction } = at(grouped({ weighting: mean(), groups: "columns" }), rows)
    expect(Array.from(direction)).toEqual(Array.from(at(mean(), rows).direction))
  })

  test("of one column each conflict in no coordinate", () => {
    // In one dimension the dual cone of rows of both signs is {0}, of rows of one sign the half line of that sign.
    const { direction } = at(grouped({ weighting: upgrad({ ridge: strict }), groups: "columns" }), [
      [1, -1, 2, 0],
      [2, 1, 4, -1]
    ])
    expect(relativeDistance(direction, [1.5, 0, 3, -0.5])).toBeLessThan(1e-6)
  })

  test("conflict with no row where the wrapped method does not", () => {
    const { direction } = at(grouped({ weighting: upgrad({ ridge: strict }), groups }), rows)
    for (const row of rows) expect(dot(row, direction)).toBeGreaterThan(-1e-6 * length(row) * length(direction))
  })

  test("have the certificate of the worst group", () => {
    const { certificate } = at(grouped({ weighting: upgrad(), groups }), rows)
    const alone = [columns(rows, 0, 4), columns(rows, 4, 5), columns(rows, 5, 12)].map(
      (part) => at(upgrad(), part).certificate?.residual ?? Number.NaN
    )
    expect(certificate?.status).toBe("certified")
    expect(certificate?.residual).toBe(Math.max(...alone))
  })

  test("have a memory each", () => {
    const calls = [21, 22, 23].map((seed) => normalRows(3, 6, seed))
    using together = planAggregator(wasm, grouped({ weighting: modo(), groups: [2, 4] }), {
      objectives: 3,
      parameters: 6
    })
    using first = planAggregator(wasm, modo(), { objectives: 3, parameters: 2 })
    using second = planAggregator(wasm, modo(), { objectives: 3, parameters: 4 })
    for (const call of calls) {
      const expected = [
        ...first.aggregate(linearizeJacobian(columns(call, 0, 2))).direction,
        ...second.aggregate(linearizeJacobian(columns(call, 2, 6))).direction
      ]
      expect(relativeDistance(together.aggregate(linearizeJacobian(call)).direction, expected)).toBeLessThan(1e-13)
    }
  })

  test("may be given as text", () => {
    expect(parseAggregator({ name: "grouped", weighting: "mean", groups: "4,1,7" })).toEqual(
      grouped({ weighting: mean(), groups })
    )
    expect(parseAggregator({ name: "grouped", weighting: "mean", groups: "columns" })).toEqual(
      grouped({ weighting: mean(), groups: "columns" })
    )
  })

  test("must be lengths that add up to the number of columns", () => {
    expect(() => at(grouped({ weighting: mean(), groups: [4, 4] }), rows)).toThrow("sum of the groups is 8")
    expect(() => grouped({ weighting: mean(), groups: [4, 0] })).toThrow("grouped.groups[1] is 0")
    expect(() => grouped({ weighting: mean(), groups: [] })).toThrow("grouped.groups is []")
    expect(() => parseAggregator({ name: "grouped", weighting: "mean", groups: "tensors" })).toThrow("groups[0] is NaN")
    expect(() => at(grouped({ weighting: mean(), groups: "layers" }), rows)).toThrow("only the columns of a network")
    expect(() => parseAggregator({ name: "grouped", weighting: "graddrop", groups: [1] })).toThrow("weighting.name")
  })
})
