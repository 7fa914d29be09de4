import { describe, expect, test } from "bun:test"
import {
  aggregate,
  constant,
  dualproj,
  type GramianAggregator,
  linearizeJacobian,
  mean,
  sum,
  upgrad
} from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { type Rows, stronglyStationaryRows } from "./samplers.ts"
import { length, relativeDistance } from "./vectors.ts"

const wasm = await loadWasm()
const exact = { ridge: { kind: "none" } } as const

const aggregation = (aggregator: GramianAggregator, rows: Rows) => aggregate(wasm, aggregator, linearizeJacobian(rows))
const close = (seen: ArrayLike<number>, expected: readonly number[], tolerance = 1e-10) =>
  expect(relativeDistance(seen, expected)).toBeLessThan(tolerance)

describe("UPGrad", () => {
  test("of one row is that row", () => {
    close(aggregation(upgrad(), [[3, -4]]).direction, [3, -4])
  })

  test("of rows that agree is their mean, with weights 1/m exactly", () => {
    const { weights, direction } = aggregation(upgrad(), [
      [1, 0, 1],
      [1, 1, 0]
    ])
    expect(Array.from(weights)).toEqual([0.5, 0.5])
    expect(Array.from(direction)).toEqual([1, 0.5, 0.5])
  })

  test("of two rows that conflict takes from each its component along the other", () => {
    // (1 + 22/18) / 2 and (1 + 22/38) / 2.
    const { weights, direction } = aggregation(upgrad(exact), [
      [-4, 1, 1],
      [6, 1, 1]
    ])
    close(weights, [10 / 9, 15 / 19])
    close(direction, [-40 / 9 + 90 / 19, 10 / 9 + 15 / 19, 10 / 9 + 15 / 19])
  })

  test("of opposite rows is zero", () => {
    expect(length(aggregation(upgrad(exact), [[-2], [4]]).direction)).toBeLessThan(1e-9)
  })

  test("of a zero row beside another is half of the other", () => {
    const { weights, direction } = aggregation(upgrad(), [
      [0, 0],
      [2, 6]
    ])
    close(direction, [1, 3], 1e-15)
    expect(weights[0]).toBe(0.5)
  })

  test("of strongly stationary rows is zero", () => {
    for (const m of [3, 8, 20]) {
      const rows = stronglyStationaryRows(m, 2 * m, m)
      const longest = Math.max(...rows.map(length))
      expect(length(aggregation(upgrad(exact), rows).direction)).toBeLessThan(1e-5 * longest)
    }
  })

  test("with a preference weighs each projection by it", () => {
    // The projections of the two rows are g1 + 22/38 g2 and g2 + 22/18 g1.
    const rows = [
      [-4, 1, 1],
      [6, 1, 1]
    ]
    const { weights } = aggregation(upgrad({ ...exact, preference: [0.2, 0.8] }), rows)
    close(weights, [0.2 + (0.8 * 22) / 18, 0.8 + (0.2 * 22) / 38])
  })
})

describe("DualProj", () => {
  test("is the mean where the mean conflicts with no row", () => {
    const rows = [
      [1, 2, -1, 0],
      [-2, 1, 1, 0.5],
      [0.5, -1.5, 0.5, 2]
    ]
    close(aggregation(dualproj(), rows).direction, Array.from(aggregation(mean(), rows).direction))
  })

  test("is the nearest point of the cone to the mean elsewhere", () => {
    // The mean of [2, 0] and [-2a, 2a] is [1 - a, a]; for a > 1 it leaves the cone at x = 0, for a < 1/2 along the
    // boundary y = x ("Jacobian Descent", appendix C).
    for (const [a, expected] of [
      [0.75, [0.25, 0.75]],
      [1.5, [0, 1.5]],
      [0.25, [0.5, 0.5]]
    ] as const) {
      const rows = [
        [2, 0],
        [-2 * a, 2 * a]
      ]
      close(aggregation(dualproj(exact), rows).direction, [...expected])
    }
  })
})

describe("methods with known weights", () => {
  const rows = [
    [-4, 1, 1],
    [6, 1, 1]
  ]
  test("mean", () => expect(Array.from(aggregation(mean(), rows).direction)).toEqual([1, 1, 1]))
  test("sum", () => expect(Array.from(aggregation(sum(), rows).direction)).toEqual([2, 2, 2]))
  test("constant", () => {
    const { direction, weights, certificate } = aggregation(constant({ weights: [1, 2] }), rows)
    expect(Array.from(direction)).toEqual([8, 3, 3])
    expect(Array.from(weights)).toEqual([1, 2])
    expect(certificate).toBeNull()
  })
})

test("the first figure of the paper: UPGrad and DualProj of two rows at 130°", () => {
  const at = (radius: number, angle: number) => [radius * Math.cos(angle), radius * Math.sin(angle)]
  const rows = [at(0.9, 2.6), at(2.8, 0.3277)]
  close(aggregation(upgrad(exact), rows).direction, [0.4407, 1.2418], 1e-4)
  close(aggregation(dualproj(exact), rows).direction, [0.5513, 0.9164], 1e-4)
})
