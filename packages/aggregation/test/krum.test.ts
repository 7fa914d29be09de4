import { describe, expect, test } from "bun:test"
import { type KrumOptions, krum, krumMethod } from "../src/methods/krum.ts"
import { plan, weigh } from "./plan.ts"
import { normalRows, type Rows } from "./samplers.ts"

const krumOf = (rows: Rows, options: KrumOptions) => weigh(krumMethod, krum(options), rows)

/** The last row but two is an adversary's. */
const attacked: Rows = [
  [1, 1, 1],
  [1, 0, 1],
  [75, -666, 23],
  [1, 2, 3],
  [2, 0, 1]
]

/** Krum in coordinates. */
function selectedRows(rows: Rows, { byzantine, selected = 1, distance = "squared" }: KrumOptions) {
  const scores = rows.map((row, i) => {
    const distances = rows
      .filter((_, j) => j !== i)
      .map((other) => row.reduce((sum, entry, k) => sum + (entry - (other[k] ?? 0)) ** 2, 0))
      .map((square) => (distance === "squared" ? square : Math.sqrt(square)))
      .sort((a, b) => a - b)
    return distances.slice(0, rows.length - byzantine - 2).reduce((sum, each) => sum + each, 0)
  })
  const order = rows.map((_, i) => i).sort((i, j) => (scores[i] ?? 0) - (scores[j] ?? 0))
  return new Set(order.slice(0, selected))
}

describe("Krum", () => {
  for (const distance of ["squared", "euclidean"] as const) {
    test(`${distance}: averages the four rows that are no adversary's, as TorchJD`, () => {
      const { weights, direction } = krumOf(attacked, { byzantine: 1, selected: 4, distance })
      expect(Array.from(weights)).toEqual([0.25, 0.25, 0, 0.25, 0.25])
      expect(Array.from(direction)).toEqual([1.25, 0.75, 1.5])
    })

    test(`${distance}: selects what the definition in coordinates selects`, () => {
      for (let seed = 0; seed < 20; seed++) {
        const rows = normalRows(9, 4, seed)
        for (const byzantine of [0, 2, 6]) {
          for (const selected of [1, 3, 9]) {
            const { weights } = krumOf(rows, { byzantine, selected, distance })
            const expected = selectedRows(rows, { byzantine, selected, distance })
            expect(Array.from(weights)).toEqual(rows.map((_, i) => (expected.has(i) ? 1 / selected : 0)))
          }
        }
      }
    })
  }

  test("with squared distances, as in the paper, can select another row than with distances", () => {
    // The two nearest of 1 are 1 and 5 away, of 9 they are 3 and 4: 6 < 7, but 26 > 25.
    const rows = [[0], [1], [6], [9], [13]]
    expect(Array.from(krumOf(rows, { byzantine: 1, distance: "euclidean" }).weights)).toEqual([0, 1, 0, 0, 0])
    expect(Array.from(krumOf(rows, { byzantine: 1, distance: "squared" }).weights)).toEqual([0, 0, 0, 1, 0])
  })

  test("gives ties to the lower index", () => {
    const rows = [[1], [1], [1], [1], [9]]
    expect(Array.from(krumOf(rows, { byzantine: 1 }).weights)).toEqual([1, 0, 0, 0, 0])
    expect(Array.from(krumOf(rows, { byzantine: 1, selected: 2 }).weights)).toEqual([0.5, 0.5, 0, 0, 0])
  })

  test("takes a squared distance that rounding made negative for zero", () => {
    using weighting = plan(krumMethod, krum({ byzantine: 0, distance: "euclidean" }), 3)
    const values = Float64Array.of(1, 1.0000000001, 0, 1.0000000001, 1, 0, 0, 0, 4)
    expect(Array.from(weighting.weigh({ objectives: 3, values }).weights)).toEqual([1, 0, 0])
  })

  test("can conflict with a row that it leaves out, and is not linear under scaling", () => {
    const rows = [[1], [1.1], [-2]]
    const { direction } = krumOf(rows, { byzantine: 0 })
    expect((direction[0] ?? 0) * -2).toBeLessThan(-1)
    const at = (factor: number) => krumOf([[factor], [1.1], [-2]], { byzantine: 0 }).direction[0] ?? 0
    // A linear function of the factor would be at 100 the mean of those at 1 and 199.
    expect([at(1), at(100), at(199)]).toEqual([1, 1.1, 1.1])
  })

  test("keeps lengths up to 1e150", () => {
    const rows = normalRows(7, 5, 3)
    const expected = krumOf(rows, { byzantine: 1, selected: 3 }).weights
    for (const factor of [1e-150, 1e150]) {
      const scaled = rows.map((row) => row.map((entry) => entry * factor))
      expect(krumOf(scaled, { byzantine: 1, selected: 3 }).weights).toEqual(expected)
    }
    const largest = rows.map((row) => row.map((entry) => entry * 1e152))
    expect(krumOf(largest, { byzantine: 1, selected: 3 }).weights).toEqual(expected)
  })
})
