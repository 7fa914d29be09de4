import { describe, expect, test } from "bun:test"
import { linearizeJacobian, meanOfRows, restoreState, saveState } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import { pcgrad, pcgradMethod } from "../src/methods/pcgrad.ts"
import { aGem, aGemMethod } from "../src/priority/a-gem.ts"
import { bloop, bloopMethod } from "../src/priority/bloop.ts"
import { cosine, cosineMethod } from "../src/priority/cosine.ts"
import { dynamicBarrier, dynamicBarrierMethod } from "../src/priority/dynamic-barrier.ts"
import { metaBalance, metaBalanceMethod } from "../src/priority/meta-balance.ts"
import { mixed, mixedMethod } from "../src/priority/mixed.ts"
import { mtlMoo, mtlMooMethod } from "../src/priority/mtl-moo.ts"
import { priorityGradvac, priorityGradvacMethod } from "../src/priority/priority-gradvac.ts"
import { priorityPcgrad, priorityPcgradMethod } from "../src/priority/priority-pcgrad.ts"
import { plan, weigh, weighRows } from "./plan.ts"
import { heavyTailedRows, normalRows, type Rows } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const pair: Rows = [
  [-4, 1, 1],
  [6, 1, 1]
]
const close = (seen: ArrayLike<number>, expected: readonly number[], tolerance = 1e-14) =>
  expect(relativeDistance(seen, expected)).toBeLessThan(tolerance)

/** Every two-task method, as the direction of its first call. */
const twoTasks = {
  "a-gem": (rows: Rows) => weigh(aGemMethod, aGem(), rows).direction,
  "dynamic-barrier": (rows: Rows) => weigh(dynamicBarrierMethod, dynamicBarrier({ lambda: 0.5 }), rows).direction,
  "mtl-moo": (rows: Rows) => weigh(mtlMooMethod, mtlMoo(), rows).direction,
  "priority-gradvac": (rows: Rows) => weigh(priorityGradvacMethod, priorityGradvac(), rows).direction,
  "priority-pcgrad": (rows: Rows) => weigh(priorityPcgradMethod, priorityPcgrad({ lambda: 0.5 }), rows).direction
}
const anyNumber = {
  mixed: (rows: Rows) => weigh(mixedMethod, mixed({ lambda: 0.5 }), rows).direction,
  cosine: (rows: Rows) => weigh(cosineMethod, cosine(), rows).direction,
  "meta-balance": (rows: Rows) => weigh(metaBalanceMethod, metaBalance(), rows).direction
}
const directions = { ...twoTasks, ...anyNumber }

/** Two rows each, of lengths over some decades, in conflict or not. */
const pairs = Array.from({ length: 20 }, (_, seed) => heavyTailedRows(2, 2 + (seed % 5), 40 + seed))

describe("the table of Bloop's baselines, at g_m = (-4, 1, 1), g_a = (6, 1, 1)", () => {
  for (const [name, expected] of [
    ["mixed", [-1, 1.5, 1.5]],
    ["a-gem", [-10 / 19, 30 / 19, 30 / 19]],
    ["dynamic-barrier", [-31 / 9, 19 / 9, 19 / 9]],
    ["mtl-moo", [0, 1, 1]],
    ["cosine", [-4, 1, 1]],
    ["priority-pcgrad", [0.02924, 2.690058, 2.690058]],
    ["meta-balance", [0.129483, 1.688247, 1.688247]]
  ] as const) {
    test(name, () => close(directions[name](pair), expected, 5e-6))
  }

  test("priority-gradvac with a target of .2", () => {
    using planned = plan(priorityGradvacMethod, priorityGradvac(), 2)
    planned.state.get("target")?.set([0.2])
    const { weights, direction } = weighRows(planned, pair)
    close(direction, [-0.070513, 1.654915, 1.654915], 1e-6)
    expect(weights[1]).toBeCloseTo(0.654915, 6)
  })

  test("mtl-moo: theta is .6", () => close(weigh(mtlMooMethod, mtlMoo(), pair).weights, [0.6, 0.4]))
})

describe("what the formulas promise", () => {
  test("a-gem conflicts with neither row, and is the main gradient where they agree", () => {
    for (const rows of pairs) {
      const [main = [], auxiliary = []] = rows
      const d = directions["a-gem"](rows)
      const product = dot(main, auxiliary)
      const scale = length(main) * length(auxiliary)
      expect(Math.abs(dot(auxiliary, d) - Math.max(0, product))).toBeLessThan(1e-14 * scale)
      expect(dot(main, d)).toBeGreaterThan(-1e-14 * dot(main, main))
      if (product > 0) expect(Array.from(d)).toEqual([...main])
    }
  })

  test("dynamic-barrier: the main objective falls at least as fast as by its own gradient", () => {
    for (const rows of pairs) {
      const [main = [], auxiliary = []] = rows
      for (const lambda of [0.1, 1, 30]) {
        const { direction } = weigh(dynamicBarrierMethod, dynamicBarrier({ lambda }), rows)
        const square = dot(main, main)
        const scale = square + lambda * length(main) * length(auxiliary)
        expect(dot(main, direction)).toBeGreaterThan(square - 1e-14 * scale)
        // The published form, g_a + max(0, (ψ − g_m·g_a) / ‖g_m‖²) g_m, with ψ = ‖g_m‖² / λ, times λ.
        const factor = Math.max(0, (square / lambda - dot(main, auxiliary)) / square)
        close(
          direction,
          main.map((entry, k) => lambda * ((auxiliary[k] ?? 0) + factor * entry)),
          1e-12
        )
      }
    }
  })

  test("dynamic-barrier is Bloop unless the auxiliary gradient alone does more", () => {
    for (const rows of pairs) {
      const [main = [], auxiliary = []] = rows
      const seen = weigh(dynamicBarrierMethod, dynamicBarrier({ lambda: 0.5 }), rows).direction
      const other = weigh(bloopMethod, bloop({ lambda: 0.5 }), rows).direction
      if (0.5 * dot(main, auxiliary) < dot(main, main)) close(seen, Array.from(other), 1e-13)
      else
        close(
          seen,
          auxiliary.map((entry) => entry / 2)
        )
    }
  })

  test("mtl-moo is the shortest vector between the rows", () => {
    for (const rows of pairs) {
      const d = directions["mtl-moo"](rows)
      const square = dot(d, d)
      // Optimal over the segment: g·d ≥ ‖d‖² at both ends.
      for (const row of rows) expect(dot(row, d)).toBeGreaterThan(square - 1e-13 * length(row) * length(d))
    }
  })

  test("priority-gradvac brings the cosine to its target", () => {
    for (const target of [-0.7, -0.1, 0, 0.2, 0.9, 0.999]) {
      for (const rows of pairs) {
        using planned = plan(priorityGradvacMethod, priorityGradvac({ beta: 0.25 }), 2)
        planned.state.get("target")?.set([target])
        const [main = [], auxiliary = []] = rows
        const cos = dot(main, auxiliary) / length(main) / length(auxiliary)
        const { direction } = weighRows(planned, rows)
        const reached = dot(direction, auxiliary) / length(direction) / length(auxiliary)
        expect(reached).toBeCloseTo(Math.max(cos, target), 9)
        expect(planned.state.get("target")?.[0]).toBeCloseTo(0.75 * target + 0.25 * cos, 14)
      }
    }
  })

  test("priority-gradvac starts as a-gem", () => {
    for (const rows of pairs) close(directions["priority-gradvac"](rows), Array.from(directions["a-gem"](rows)), 1e-12)
  })

  test("priority-gradvac: rows that were parallel and no longer are have a finite step", () => {
    using planned = plan(priorityGradvacMethod, priorityGradvac({ beta: 0.5 }), 2)
    for (let call = 0; call < 60; call++) weighRows(planned, [[1], [1]])
    const { weights } = weighRows(planned, [
      [1, 0],
      [0, 1]
    ])
    expect(weights[0]).toBe(1)
    expect(weights[1]).toBeGreaterThan(1e6)
    expect(weights[1]).toBeLessThanOrEqual(1e8)
  })

  test("priority-pcgrad conflicts with neither row; at lambda = 1 it is pcgrad", () => {
    for (const rows of pairs) {
      for (const lambda of [0, 0.1, 1, 7]) {
        const { direction } = weigh(priorityPcgradMethod, priorityPcgrad({ lambda }), rows)
        for (const row of rows) {
          expect(dot(row, direction)).toBeGreaterThan(
            -1e-13 * length(row) * Math.max(...rows.map(length)) * (1 + lambda)
          )
        }
        if (lambda === 1) close(direction, Array.from(weigh(pcgradMethod, pcgrad(), rows).direction), 1e-12)
      }
    }
  })

  test("cosine never conflicts with the main row", () => {
    for (let seed = 0; seed < 10; seed++) {
      const rows = normalRows(6, 9, seed)
      const [main = []] = rows
      expect(dot(main, directions.cosine(rows))).toBeGreaterThanOrEqual(dot(main, main) * (1 - 1e-14))
    }
  })

  test("meta-balance brings every auxiliary gradient to the length of the main one", () => {
    const rows = heavyTailedRows(5, 8, 3)
    const { weights } = weigh(metaBalanceMethod, metaBalance(), rows)
    const [main = []] = rows
    rows.forEach((row, k) => {
      expect((weights[k] ?? 0) * length(row)).toBeCloseTo(length(main), 12)
    })
    const relaxed = weigh(metaBalanceMethod, metaBalance({ relax: 0.7 }), rows).weights
    rows.forEach((row, k) => {
      expect((relaxed[k] ?? 0) * length(row)).toBeCloseTo(0.7 * length(main) + 0.3 * length(row), 12)
    })
    close(weigh(metaBalanceMethod, metaBalance({ relax: 0 }), rows).weights, [1, 1, 1, 1, 1])
  })

  test("meta-balance averages lengths over the calls", () => {
    using planned = plan(metaBalanceMethod, metaBalance({ beta: 0.9 }), 2)
    // Lengths 2, 4, then 6, 2: averages .2, .4, then .78, .56.
    close(weighRows(planned, [[2], [4]]).weights, [1, 0.5])
    close(weighRows(planned, [[6], [2]]).weights, [1, 0.78 / 0.56])
  })

  test("mixed takes one lambda for all, or one for each", () => {
    expect(Array.from(mixedMethod.knownWeights(mixed(), 3) ?? [])).toEqual([1, 0.1, 0.1])
    expect(Array.from(mixedMethod.knownWeights(mixed({ lambda: [0.5, 0] }), 3) ?? [])).toEqual([1, 0.5, 0])
    expect(mixed({ lambda: [0.5] })).toEqual(mixed({ lambda: 0.5 }))
  })
})

describe("linear under scaling", () => {
  const scaled = (rows: Rows, a: number, b: number): Rows => [
    (rows[0] ?? []).map((entry) => a * entry),
    (rows[1] ?? []).map((entry) => b * entry)
  ]
  const gap = (direction: (rows: Rows) => Float64Array, rows: Rows) => {
    const [first, second] = [direction(scaled(rows, 1, 0.1)), direction(scaled(rows, 0.2, 2))]
    return relativeDistance(
      direction(scaled(rows, 1.2, 2.1)),
      first.map((entry, k) => entry + (second[k] ?? 0))
    )
  }
  for (const name of ["mixed", "a-gem", "cosine", "priority-gradvac", "priority-pcgrad", "meta-balance"] as const) {
    test(name, () => {
      for (const rows of pairs) expect(gap(directions[name], rows)).toBeLessThan(1e-12)
    })
  }
  test("not mtl-moo, and not dynamic-barrier where it is the auxiliary gradient alone", () => {
    expect(gap(directions["mtl-moo"], pair)).toBeGreaterThan(0.01)
    expect(
      gap(directions["dynamic-barrier"], [
        [1, 0],
        [1, 1]
      ])
    ).toBeGreaterThan(0.01)
  })
})

describe("conflicts of those that allow them", () => {
  const worst = (direction: Float64Array, rows: Rows) => Math.min(...rows.map((row) => dot(row, direction)))
  for (const name of ["mixed", "dynamic-barrier", "cosine"] as const) {
    test(name, () => {
      const rows = [
        [2, 0],
        [-6, 0.5]
      ]
      expect(worst(directions[name](rows), rows)).toBeLessThan(-0.1)
    })
  }
  test("priority-gradvac with a negative target", () => {
    using planned = plan(priorityGradvacMethod, priorityGradvac(), 2)
    planned.state.get("target")?.set([-0.5])
    const rows = [
      [2, 0],
      [-4, 0.5]
    ]
    expect(worst(weighRows(planned, rows).direction, rows)).toBeLessThan(-0.1)
  })
  test("meta-balance of three rows", () => {
    const rows = [[1], [-1], [-1]]
    expect(worst(directions["meta-balance"](rows), rows)).toBeCloseTo(-1, 14)
  })
})

describe("zero rows, one row, more rows", () => {
  const [main, auxiliary, zero] = [
    [3, -4],
    [1, 2],
    [0, 0]
  ]
  for (const [name, alone, other] of [
    ["mixed", main, [0.5, 1]],
    ["a-gem", main, zero],
    ["dynamic-barrier", main, [0.5, 1]],
    ["mtl-moo", zero, zero],
    ["cosine", main, zero],
    ["priority-gradvac", main, zero],
    ["priority-pcgrad", main, [0.5, 1]],
    ["meta-balance", main, zero]
  ] as const) {
    test(`${name}: a zero auxiliary row, a zero main row, both`, () => {
      close(directions[name]([main, zero]), [...alone])
      close(directions[name]([zero, auxiliary]), [...other])
      expect(Array.from(directions[name]([zero, zero]), Math.abs)).toEqual([0, 0])
    })
    test(`${name}: one row`, () => expect(Array.from(directions[name]([main]))).toEqual(main))
  }

  for (const [name, direction] of Object.entries(twoTasks)) {
    test(`${name} refuses three rows, which may be merged`, () => {
      const rows = normalRows(3, 4, 1)
      expect(() => direction(rows)).toThrow(InputError)
      expect(() => direction(rows)).toThrow("the number of objectives is 3")
      const merged = meanOfRows(linearizeJacobian(rows), { groups: 2, groupOf: [0, 1, 1] }).jacobian()
      expect(direction([Array.from(merged.subarray(0, 4)), Array.from(merged.subarray(4))])).toHaveLength(4)
    })
  }

  test("priority-gradvac keeps its target where a row is zero", () => {
    using planned = plan(priorityGradvacMethod, priorityGradvac(), 2)
    planned.state.get("target")?.set([0.3])
    weighRows(planned, [main, zero])
    expect(planned.state.get("target")?.[0]).toBe(0.3)
  })
})

describe("rows of any length", () => {
  for (const [name, direction] of Object.entries(directions)) {
    test(`${name} of duplicates, opposites and rows scaled by 10¹⁵⁰ is finite`, () => {
      for (const a of [1e-150, 1e-75, 1, 1e150]) {
        for (const b of [1e-150, 1, 1e75, 1e150]) {
          for (const [p, q] of [
            [pair[0], pair[1]],
            [pair[0], pair[0]],
            [pair[0], pair[0]?.map((entry) => -entry)]
          ]) {
            const rows = [(p ?? []).map((entry) => a * entry), (q ?? []).map((entry) => b * entry)]
            for (const entry of direction(rows)) expect(entry).toBeFinite()
          }
        }
      }
    })

    test(`${name} follows a common factor`, () => {
      const expected = direction(pair)
      for (const factor of [1e-140, 1e-6, 1e130]) {
        const seen = direction(pair.map((row) => row.map((entry) => entry * factor)))
        close(
          seen.map((entry) => entry / factor),
          Array.from(expected),
          1e-13
        )
      }
    })
  }
})

describe("refusals", () => {
  for (const [name, call, place] of [
    ["a negative lambda", () => mixed({ lambda: -1 }), "mixed.lambda"],
    ["a negative lambda of several", () => mixed({ lambda: [1, -1] }), "mixed.lambda[1]"],
    ["a list of lambdas where one is due", () => dynamicBarrierMethod.parse({ lambda: [1] }, "x"), "x.lambda"],
    ["a lambda that is NaN", () => priorityPcgrad({ lambda: Number.NaN }), "priority-pcgrad.lambda"],
    ["a beta of one", () => priorityGradvac({ beta: 1 }), "priority-gradvac.beta"],
    ["a relax factor above one", () => metaBalance({ relax: 1.5 }), "meta-balance.relax"],
    ["a beta of one", () => metaBalance({ beta: 1 }), "meta-balance.beta"],
    ["too few lambdas", () => plan(mixedMethod, mixed({ lambda: [1, 2] }), 2), "the length of lambda"],
    ["an unknown key", () => aGemMethod.parse({ lambda: 1 }, "x"), "x.lambda"],
    [
      "a Gramian with NaN",
      () => plan(cosineMethod, cosine(), 1).weigh({ objectives: 1, values: Float64Array.of(Number.NaN) }),
      "row 0, column 0 of the Gramian"
    ]
  ] as const) {
    test(name, () => {
      let error: unknown
      try {
        call()
      } catch (thrown) {
        error = thrown
      }
      expect(error).toBeInstanceOf(InputError)
      expect(error).toMatchObject({ place })
    })
  }
})

test("a restored state goes on with the same bits", () => {
  for (const make of [
    () => plan(priorityGradvacMethod, priorityGradvac({ beta: 0.3 }), 2),
    () => plan(metaBalanceMethod, metaBalance({ beta: 0.9, relax: 0.7 }), 2)
  ]) {
    using first = make()
    for (let seed = 0; seed < 7; seed++) weighRows(first, normalRows(2, 3, seed))
    using second = make()
    restoreState(second.state, saveState(first.state))
    for (let seed = 7; seed < 14; seed++) {
      const rows = normalRows(2, 3, seed)
      expect(Array.from(weighRows(second, rows).weights)).toEqual(Array.from(weighRows(first, rows).weights))
    }
  }
})
