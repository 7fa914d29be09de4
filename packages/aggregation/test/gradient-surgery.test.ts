/** PCGrad and GradVac: methods that bend one gradient after another, in random order. */
import { describe, expect, test } from "bun:test"
import { upgrad } from "@dualcone/aggregation"
import { type GradVac, gradvac, gradvacMethod } from "../src/methods/gradvac.ts"
import { type PCGrad, pcgrad, pcgradMethod } from "../src/methods/pcgrad.ts"
import { upgradMethod } from "../src/methods/upgrad.ts"
import { plan, weigh, weighRows } from "./plan.ts"
import { heavyTailedRows, normalRows, type Rows, samples, uniform } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const base: Rows = [
  [-4, 1, 1],
  [6, 1, 1]
]
/** "Jacobian Descent", appendix C: only zero conflicts with none of these rows. */
const three: Rows = [
  [1, 0],
  [0, 1],
  [-0.5, -1]
]
const scaled = (rows: Rows, factors: readonly number[]) =>
  rows.map((row, i) => row.map((entry) => entry * (factors[i] ?? 1)))
const close = (seen: ArrayLike<number>, expected: readonly number[], tolerance = 1e-12) =>
  expect(relativeDistance(seen, expected)).toBeLessThan(tolerance)
const least = (distances: readonly number[]) => Math.min(...distances)

const pcgradOf = (rows: Rows, options: PCGrad = pcgrad()) => weigh(pcgradMethod, options, rows)
const gradvacOf = (rows: Rows, options: GradVac = gradvac()) => weigh(gradvacMethod, options, rows)

/** g bent by `others` in their order, in coordinates: what the methods compute from the Gramian. */
function bent(g: readonly number[], others: readonly (readonly number[])[], targets: readonly number[]) {
  const seen: number[] = []
  const result = others.reduce<readonly number[]>((held, other, k) => {
    const target = targets[k] ?? 0
    const cosine = dot(held, other) / length(held) / length(other)
    seen.push(cosine)
    if (cosine >= target) return held
    const step =
      (length(held) * (target * Math.sqrt(1 - cosine ** 2) - cosine * Math.sqrt(1 - target ** 2))) /
      (length(other) * Math.sqrt(1 - target ** 2))
    return held.map((entry, at) => entry + step * (other[at] ?? 0))
  }, g)
  return { result, seen }
}

/** What every choice of orders gives for three rows and targets, with the cosines seen. */
function everyOrder(rows: Rows, targets: readonly (readonly number[])[]) {
  return [0, 1, 2, 3, 4, 5, 6, 7].map((choice) => {
    const cosines = rows.map(() => [0, 0, 0])
    const parts = rows.map((row, i) => {
      const others = [0, 1, 2].filter((j) => j !== i)
      const order = (choice >> i) & 1 ? others : others.toReversed()
      const { result, seen } = bent(
        row,
        order.map((j) => rows[j] ?? []),
        order.map((j) => targets[i]?.[j] ?? 0)
      )
      order.forEach((j, k) => {
        const list = cosines[i]
        if (list !== undefined) list[j] = seen[k] ?? 0
      })
      return result
    })
    const direction = (rows[0] ?? []).map((_, at) => parts.reduce((sum, part) => sum + (part[at] ?? 0), 0))
    return { direction, cosines }
  })
}
const noTargets = [
  [0, 0, 0],
  [0, 0, 0],
  [0, 0, 0]
]

describe("PCGrad", () => {
  test("given a least share of the trace, shorter rows count as zero", () => {
    const rows = [
      [-1e-8, 0],
      [1, 1]
    ]
    expect(pcgradOf(rows, pcgrad({ leastShare: 1e-17 })).weights[0]).toBeGreaterThan(1e7)
    expect(Array.from(pcgradOf(rows, pcgrad({ leastShare: 1e-14 })).weights)).toEqual([1, 1])
  })

  test("of two rows that conflict takes from each its component along the other", () => {
    close(pcgradOf(base).weights, [20 / 9, 30 / 19])
    close(pcgradOf(base).direction, [-80 / 9 + 180 / 19, 20 / 9 + 30 / 19, 20 / 9 + 30 / 19])
  })

  test("of one row is that row, of rows that agree their sum, exactly", () => {
    expect(Array.from(pcgradOf([[3, -4]]).weights)).toEqual([1])
    const agreeing = [
      [1, 0, 1],
      [1, 1, 0],
      [2, 1, 1]
    ]
    expect(Array.from(pcgradOf(agreeing).weights)).toEqual([1, 1, 1])
  })

  test("of one or two rows is m times UPGrad without ridge", () => {
    for (let seed = 0; seed < 20; seed++) {
      const rows = heavyTailedRows(1 + (seed % 2), 5, seed)
      const expected = weigh(upgradMethod, upgrad({ ridge: { kind: "none" } }), rows)
      close(
        pcgradOf(rows).direction,
        Array.from(expected.direction, (entry) => entry * rows.length)
      )
    }
  })

  test("of three rows is one of the eight results of its random orders", () => {
    for (let seed = 0; seed < 30; seed++) {
      const rows = normalRows(3, 4, seed)
      const expected = everyOrder(rows, noTargets)
      const { direction } = pcgradOf(rows, pcgrad({ seed }))
      expect(least(expected.map((each) => relativeDistance(direction, each.direction)))).toBeLessThan(1e-12)
    }
  })

  test("conflicts with a row: four results with the same probability, where zero alone conflicts with none", () => {
    const expected = [
      [0.8, 0.2],
      [0.8, -0.2],
      [0.4, 0.2],
      [0.4, -0.2]
    ]
    const counts = expected.map(() => 0)
    using weighting = plan(pcgradMethod, pcgrad(), 3)
    const calls = 2000
    for (let call = 0; call < calls; call++) {
      const { direction } = weighRows(weighting, three)
      const which = expected.findIndex((each) => relativeDistance(direction, each) < 1e-12)
      expect(which).toBeGreaterThanOrEqual(0)
      counts[which] = (counts[which] ?? 0) + 1
      expect(least(three.map((row) => dot(row, direction)))).toBeLessThan(-0.1)
    }
    // Five standard deviations of a binomial count are .048.
    for (const count of counts) expect(Math.abs(count / calls - 0.25)).toBeLessThan(0.05)
  })

  test("of opposite rows is zero", () => {
    expect(length(pcgradOf([[-2], [4]]).direction)).toBeLessThan(1e-15)
  })
})

describe("GradVac", () => {
  test("is PCGrad at the first call, with the same orders", () => {
    for (const { rows } of samples) {
      const expected = pcgradOf(rows, pcgrad({ seed: 3 }))
      const seen = gradvacOf(rows, gradvac({ seed: 3 }))
      expect(relativeDistance(seen.direction, expected.direction)).toBeLessThan(1e-7)
    }
  })

  test("stays PCGrad where beta is 0", () => {
    using vaccinated = plan(gradvacMethod, gradvac({ beta: 0 }), 5)
    using projected = plan(pcgradMethod, pcgrad(), 5)
    for (let call = 0; call < 5; call++) {
      const rows = normalRows(5, 8, call)
      const expected = weighRows(projected, rows).direction
      expect(relativeDistance(weighRows(vaccinated, rows).direction, expected)).toBeLessThan(1e-7)
    }
  })

  test("of two rows gives each bent row its target cosine: 'Bloop', table 1, with a target of .2", () => {
    using weighting = plan(gradvacMethod, gradvac(), 2)
    weighting.state.get("targets")?.set([0, 0.2, 0.2, 0])
    const { weights } = weighRows(weighting, base)
    expect(weights[1]).toBeCloseTo(1.654915, 6)
    // cos(g_0 + b g_1, g_1) = .2
    const b = (weights[1] ?? 0) - 1
    const turned = [-4 + 6 * b, 1 + b, 1 + b]
    expect(dot(turned, base[1] ?? []) / length(turned) / Math.sqrt(38)).toBeCloseTo(0.2, 7)
  })

  test("moves its targets by beta towards the cosines that it sees", () => {
    const cosine = -22 / Math.sqrt(18 * 38)
    using weighting = plan(gradvacMethod, gradvac({ beta: 0.25 }), 2)
    weighRows(weighting, base)
    const first = 0.25 * cosine
    close(weighting.state.get("targets") ?? [], [0, first, first, 0])
    weighRows(weighting, base)
    const second = 0.75 * first + 0.25 * cosine
    close(weighting.state.get("targets") ?? [], [0, second, second, 0])
  })

  test("of three rows follows the algorithm in coordinates at the second call too", () => {
    for (let seed = 0; seed < 20; seed++) {
      const [before, after] = [normalRows(3, 4, seed), normalRows(3, 4, seed + 50)]
      using weighting = plan(gradvacMethod, gradvac({ seed, epsilon: 1e-14 }), 3)
      weighRows(weighting, before)
      const { direction } = weighRows(weighting, after)
      const distances = everyOrder(before, noTargets).flatMap(({ cosines }) =>
        everyOrder(
          after,
          cosines.map((list) => list.map((cosine) => cosine / 2))
        ).map((each) => relativeDistance(direction, each.direction))
      )
      expect(least(distances)).toBeLessThan(1e-11)
    }
  })

  test("conflicts with a row", () => {
    const { direction } = gradvacOf(three)
    expect(least(three.map((row) => dot(row, direction)))).toBeLessThan(-0.1)
  })

  test("bounds the step towards a cosine of 1, and refuses one beyond float64", () => {
    using pair = plan(gradvacMethod, gradvac({ beta: 0.9 }), 2)
    for (let call = 0; call < 40; call++) weighRows(pair, [base[0] ?? [], base[0] ?? []])
    expect(weighRows(pair, base).weights.every(Number.isFinite)).toBe(true)

    const m = 60
    using many = plan(gradvacMethod, gradvac({ beta: 0.9 }), m)
    for (let call = 0; call < 40; call++)
      weighRows(
        many,
        Array.from({ length: m }, () => [1, 2])
      )
    const saved = many.state.get("targets")?.slice()
    expect(() => weighRows(many, normalRows(m, 80, 1))).toThrow("beyond float64")
    expect(many.state.get("targets")).toEqual(saved)
  })
})

for (const [name, directionOf] of [
  ["PCGrad", (rows: Rows) => pcgradOf(rows)],
  ["GradVac", (rows: Rows) => gradvacOf(rows)]
] as const) {
  describe(name, () => {
    test("is linear under scaling of the rows", () => {
      for (const { rows } of samples) {
        const next = uniform(rows.length)
        const a = Array.from(rows, () => 0.1 + next())
        const b = Array.from(rows, () => 0.01 + 10 * next())
        const [atA, atB] = [directionOf(scaled(rows, a)), directionOf(scaled(rows, b))]
        const together = directionOf(
          scaled(
            rows,
            a.map((entry, i) => entry + (b[i] ?? 0))
          )
        )
        const expected = Array.from(atA.direction, (entry, k) => entry + (atB.direction[k] ?? 0))
        expect(relativeDistance(together.direction, expected)).toBeLessThan(1e-9)
      }
    })

    test("leaves rows of zeros out, each with weight 1", () => {
      const { weights, direction } = directionOf([[0, 0, 0], ...base, [0, 0, 0]])
      expect([weights[0], weights[3]]).toEqual([1, 1])
      close(direction, [-80 / 9 + 180 / 19, 20 / 9 + 30 / 19, 20 / 9 + 30 / 19], 1e-7)
      expect(Array.from(directionOf([[0], [0]]).direction)).toEqual([0])
    })

    test("keeps lengths from 1e-150 to 1e150", () => {
      for (const [first, second] of [
        [1e-150, 1e150],
        [1e150, 1e150],
        [1e-150, 1e-150]
      ] as const) {
        const { weights } = directionOf(scaled(base, [first, second]))
        // 1 + 22/18 and 1 + 22/38 with the lengths in the second summands.
        expect((weights[0] ?? 0) / (1 + (22 / 18) * (second / first)) - 1).toBeCloseTo(0, 7)
        expect((weights[1] ?? 0) / (1 + (22 / 38) * (first / second)) - 1).toBeCloseTo(0, 7)
      }
    })

    test("takes a row whose squared length underflows, and whose products do not, for zero", () => {
      const rows = [
        [-1e-170, 0],
        [1e150, 1e150],
        [1, 1]
      ]
      const { weights, direction } = directionOf(rows)
      expect(weights[0]).toBe(1)
      close(direction, [1e150, 1e150])
    })
  })
}
