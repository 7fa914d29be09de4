import { describe, expect, test } from "bun:test"
import { restoreState, saveState } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import { dbMtl, dbMtlMethod } from "../src/methods/db-mtl.ts"
import { combineRows, planCombination } from "./combine.ts"
import { planOf, weigh } from "./plan.ts"
import { heavyTailedRows, normalRows, type Rows } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const close = (seen: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-13) =>
  expect(relativeDistance(seen, expected)).toBeLessThan(tolerance)

/** Σ b_i max_j ‖b_j‖ / ‖b_i‖ of averages taken over the calls, written down as the paper does. */
function reference(calls: readonly { rows: Rows; losses: readonly number[] }[], beta: number, sigma: number) {
  const shape = calls[0]?.rows ?? []
  let averages = shape.map((row) => row.map(() => 0))
  calls.forEach(({ rows, losses }, index) => {
    const past = beta / (index + 1) ** sigma
    averages = averages.map((average, i) =>
      average.map((entry, k) => past * entry + (1 - past) * ((rows[i]?.[k] ?? 0) / ((losses[i] ?? 0) + 1e-8)))
    )
  })
  const longest = Math.max(...averages.map(length))
  return (shape[0] ?? []).map((_, k) =>
    averages.reduce((sum, average) => sum + (longest / length(average)) * (average[k] ?? 0), 0)
  )
}

describe("with averages", () => {
  for (const [beta, sigma] of [
    [0.9, 0.5],
    [0.9, 0],
    [0.3, 2]
  ] as const) {
    test(`beta ${beta}, sigma ${sigma}: follows the recurrence`, () => {
      using combination = planCombination(dbMtlMethod, dbMtl({ beta, sigma }), 3, 5)
      const calls: { rows: Rows; losses: readonly number[] }[] = []
      for (let seed = 0; seed < 8; seed++) {
        const call = { rows: heavyTailedRows(3, 5, seed), losses: [0.1 + seed, 1, 1 / (1 + seed)] }
        calls.push(call)
        close(combineRows(combination, call.rows, call.losses), reference(calls, beta, sigma))
      }
    })
  }

  test("all averages come at the length of the longest", () => {
    using combination = planCombination(dbMtlMethod, dbMtl({ beta: 0.5, sigma: 0 }), 2, 2)
    // b = ½ g / L = (1.5, 0), (0, .05)
    close(
      combineRows(
        combination,
        [
          [3, 0],
          [0, 1]
        ],
        [1, 10]
      ),
      [1.5, 1.5],
      1e-7
    )
  })

  test("the unit of a loss does not matter", () => {
    const rows = normalRows(2, 4, 1)
    using one = planCombination(dbMtlMethod, dbMtl(), 2, 4)
    using other = planCombination(dbMtlMethod, dbMtl(), 2, 4)
    const scaled = [rows[0] ?? [], (rows[1] ?? []).map((entry) => 1000 * entry)]
    close(combineRows(other, scaled, [1, 1000]), combineRows(one, rows, [1, 1]), 1e-7)
  })

  test("a restored state goes on with the same bits", () => {
    for (const calls of [0, 1, 5]) {
      using first = planCombination(dbMtlMethod, dbMtl(), 3, 4)
      for (let seed = 0; seed < calls; seed++) combineRows(first, normalRows(3, 4, seed), [1, 2, 3])
      using second = planCombination(dbMtlMethod, dbMtl(), 3, 4)
      restoreState(second.state, saveState(first.state))
      for (let seed = calls; seed < calls + 5; seed++) {
        const rows = normalRows(3, 4, seed)
        expect(Array.from(combineRows(second, rows, [3, 2, 1]))).toEqual(
          Array.from(combineRows(first, rows, [3, 2, 1]))
        )
      }
    }
  })

  test("gradients from 10⁻¹⁵⁰ to 10¹⁵⁰ and losses of zero have a finite direction", () => {
    using combination = planCombination(dbMtlMethod, dbMtl({ beta: 0.5, sigma: 0 }), 3, 2)
    const seen = combineRows(
      combination,
      [
        [1e-150, 0],
        [0, 1e150],
        [0, 0]
      ],
      [1e20, 0, 1]
    )
    close(
      seen.map((entry) => entry / 1e158),
      [0.5, 0.5],
      1e-12
    )
  })

  test("refuses what it cannot take, and does not remember it", () => {
    using combination = planCombination(dbMtlMethod, dbMtl(), 2, 2)
    const rows = normalRows(2, 2, 1)
    combineRows(combination, rows, [1, 1])
    const kept = saveState(combination.state)
    expect(() => combineRows(combination, rows, [1, -1])).toThrow("value 1 of the objectives is -1")
    expect(() => combineRows(combination, rows)).toThrow(InputError)
    expect(() =>
      combineRows(
        combination,
        [
          [1e290, 0],
          [0, 1]
        ],
        [1, 1]
      )
    ).toThrow("row 0, column 0 of the Jacobian")
    expect(saveState(combination.state)).toEqual(kept)
  })
})

describe("without averages", () => {
  const settings = dbMtl({ beta: 0 })

  test("needs the Gramian alone, and has weights in terms of the rows", () => {
    expect(planOf(dbMtlMethod, settings, 2, 3).asks).toBe("gramian")
    const rows = heavyTailedRows(4, 6, 2)
    const losses = [0.1, 1, 2, 30]
    const { weights, direction } = weigh(dbMtlMethod, settings, rows, Float64Array.from(losses))
    close(direction, reference([{ rows, losses }], 0, 0.5))
    const longest = Math.max(...rows.map((row, i) => length(row) / ((losses[i] ?? 0) + 1e-8)))
    rows.forEach((row, i) => {
      expect(((weights[i] ?? 0) * length(row)) / longest).toBeCloseTo(1, 13)
    })
  })

  test("two rows: their bisector; three can conflict with it", () => {
    const rows = [
      [2, 0],
      [-4, 2]
    ]
    const { direction } = weigh(dbMtlMethod, settings, rows, Float64Array.of(1, 1))
    const [first, second] = rows.map((row) => dot(row, direction) / length(row))
    expect(first).toBeCloseTo(second ?? 0, 12)
    expect(first).toBeGreaterThan(0)
    const opposed = weigh(dbMtlMethod, settings, [[1], [-1], [-1]], Float64Array.of(1, 1, 1))
    expect(opposed.direction[0]).toBeCloseTo(-1, 7)
  })

  test("is not linear under scaling", () => {
    const at = (a: number, b: number) =>
      weigh(
        dbMtlMethod,
        settings,
        [
          [2 * a, 0],
          [0, b]
        ],
        Float64Array.of(1, 1)
      ).direction
    // (2, 2), then (1.9, 2) + (.2, .2) is not at (2.1, …) · 2.
    const sum = at(1, 0.1).map((entry, k) => entry + (at(0.1, 2)[k] ?? 0))
    expect(relativeDistance(at(1.1, 2.1), sum)).toBeGreaterThan(0.1)
  })

  test("a row of zeros is left out; one row is divided by its loss", () => {
    const { weights } = weigh(dbMtlMethod, settings, [[0], [2]], Float64Array.of(1, 4))
    close(weights, [0, 0.25], 1e-8)
    close(weigh(dbMtlMethod, settings, [[3]], Float64Array.of(2)).weights, [0.5], 1e-7)
    expect(Array.from(weigh(dbMtlMethod, settings, [[0]], Float64Array.of(2)).weights)).toEqual([0])
  })
})

test("options", () => {
  expect(dbMtl()).toEqual({ name: "db-mtl", beta: 0.9, sigma: 0.5 })
  expect(() => dbMtl({ beta: 1 })).toThrow("db-mtl.beta")
  expect(() => dbMtl({ sigma: -1 })).toThrow("db-mtl.sigma")
  expect(() => dbMtlMethod.parse({ decay: 1 }, "db-mtl")).toThrow("db-mtl.decay")
})
