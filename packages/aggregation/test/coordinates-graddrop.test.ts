import { describe, expect, test } from "bun:test"
import { type GradDropOptions, graddrop, linearizeJacobian, planAggregator } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { normalRows, type Rows } from "./samplers.ts"

const wasm = await loadWasm()

/** The directions of `count` calls at the same point. */
function directions(rows: Rows, count: number, options: GradDropOptions = {}): readonly (readonly number[])[] {
  const linearization = linearizeJacobian(rows)
  using planned = planAggregator(wasm, graddrop(options), {
    objectives: rows.length,
    parameters: rows[0]?.length ?? 0
  })
  return Array.from({ length: count }, () => Array.from(planned.aggregate(linearization).direction))
}

/** How often each outcome came, by its JSON. */
function shares(outcomes: readonly (readonly number[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const outcome of outcomes) {
    const name = JSON.stringify(outcome)
    counts.set(name, (counts.get(name) ?? 0) + 1 / outcomes.length)
  }
  return counts
}

describe("GradDrop", () => {
  // With 6000 calls four standard deviations of a share are at most 4 √(1/4 / 6000) = .026.
  const CALLS = 6000

  test("of [1; −2] is 1 with probability 1/3, else −2", () => {
    // "Jacobian Descent for Multi-Objective Optimization", appendix C.
    const seen = shares(directions([[1], [-2]], CALLS))
    expect([...seen.keys()].sort()).toEqual(["[-2]", "[1]"])
    expect(Math.abs((seen.get("[1]") ?? 0) - 1 / 3)).toBeLessThan(0.026)
  })

  test("draws each column for itself", () => {
    const seen = shares(
      directions(
        [
          [1, -1],
          [-1, 1]
        ],
        CALLS
      )
    )
    expect(seen.size).toBe(4)
    for (const share of seen.values()) expect(Math.abs(share - 1 / 4)).toBeLessThan(0.026)
  })

  test("is not linear under scaling: (2, 1) makes P [2/3, 1/3]", () => {
    const seen = directions(
      [
        [2, -2],
        [-1, 1]
      ],
      CALLS
    )
    const positive = [0, 1].map((k) => seen.filter((direction) => (direction[k] ?? 0) > 0).length / CALLS)
    expect(Math.abs((positive[0] ?? 0) - 2 / 3)).toBeLessThan(0.026)
    expect(Math.abs((positive[1] ?? 0) - 1 / 3)).toBeLessThan(0.026)
  })

  test("leaks its share of a dropped row", () => {
    for (const direction of directions([[1], [-2]], 50, { leak: [0.25, 0.5] })) {
      // Either 1 with half of −2, or −2 with a quarter of 1.
      expect([0, -1.75]).toContain(direction[0] ?? Number.NaN)
    }
  })

  test("with leak 1 each is the sum, and of columns of one sign it is the sum too", () => {
    expect(directions(normalRows(4, 9, 1), 1, { leak: [1, 1, 1, 1] })[0]).toEqual(
      Array.from({ length: 9 }, (_, k) => normalRows(4, 9, 1).reduce((sum, row) => sum + (row[k] ?? 0), 0))
    )
    expect(
      directions(
        [
          [1, -2],
          [3, -0.5],
          [0, 0]
        ],
        20
      ).every(([a, b]) => a === 4 && b === -2.5)
    ).toBe(true)
  })

  test("of one row is that row, and of columns of zeros 0", () => {
    expect(directions([[3, -4, 0]], 1)[0]).toEqual([3, -4, 0])
    expect(
      directions(
        [
          [0, 1],
          [0, 1]
        ],
        1
      )[0]
    ).toEqual([0, 2])
  })

  test("draws other numbers at every call and for every seed, and the same for the same", () => {
    const rows = normalRows(3, 40, 2)
    const [first, second] = directions(rows, 2)
    expect(first).not.toEqual(second)
    expect(directions(rows, 2)).toEqual([first ?? [], second ?? []])
    expect(directions(rows, 1, { seed: 1 })[0]).not.toEqual(first)
  })

  test("takes float32 rows in double precision", () => {
    const rows = [Float32Array.of(16777216, -1), Float32Array.of(1, -1)]
    const linearization = linearizeJacobian(rows)
    using planned = planAggregator(wasm, graddrop(), { objectives: 2, parameters: 2 })
    const single = { ...linearization, jacobian: () => Float32Array.from(linearization.jacobian()) }
    expect(Array.from(planned.aggregate(single).direction)).toEqual([16777217, -2])
  })

  test("has no weights", () => {
    using planned = planAggregator(wasm, graddrop(), { objectives: 1, parameters: 1 })
    expect(planned.aggregate(linearizeJacobian([[1]]))).toMatchObject({ weights: null, certificate: null })
  })

  test("refuses a leak above 1, of another length, and a seed below 0", () => {
    expect(() => graddrop({ leak: [0.5, 1.5] })).toThrow("graddrop.leak[1] is 1.5")
    expect(() => graddrop({ seed: -1 })).toThrow("graddrop.seed is -1")
    expect(() => directions([[1], [2]], 1, { leak: [0.5] })).toThrow("length of the leak is 1")
  })
})
