import { describe, expect, test } from "bun:test"
import { InputError } from "@dualcone/wasm"
import { type BloopAveraged, type BloopNow, bloop, bloopMethod } from "../src/priority/bloop.ts"
import { plan, planOf, weigh } from "./plan.ts"
import { normalRows, type Rows, samples, uniform } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const close = (seen: ArrayLike<number>, expected: readonly number[], tolerance = 1e-14) =>
  expect(relativeDistance(seen, expected)).toBeLessThan(tolerance)
const direction = (rows: Rows, lambda: number | readonly number[] = 0.5) =>
  weigh(bloopMethod, bloop({ lambda }), rows).direction

/** The auxiliary rows less their projections, by Gram and Schmidt on the vectors themselves, twice. */
function residuals(rows: Rows): Rows {
  const basis: number[][] = []
  return rows.map((row) => {
    let rest = [...row]
    for (let pass = 0; pass < 2; pass++) {
      for (const unit of basis) {
        const part = dot(unit, rest)
        rest = rest.map((entry, k) => entry - part * (unit[k] ?? 0))
      }
    }
    const size = length(rest)
    if (size > 1e-6 * length(row)) basis.push(rest.map((entry) => entry / size))
    return rest
  })
}

describe("values", () => {
  const [main, first, second] = [
    [-4, 1, 1],
    [6, 1, 1],
    [1, 2, -1]
  ]

  test("two levels: (-31, 19, 19) / 9", () => {
    const { weights, direction: d } = weigh(bloopMethod, bloop({ lambda: 0.5 }), [main, first])
    close(d, [-31 / 9, 19 / 9, 19 / 9])
    // 1 + .5 · 22 / 18, .5
    close(weights, [29 / 18, 0.5])
  })

  test("three levels", () => {
    close(direction([main, first, second], [0.5, 0.25]), [-3.444444, 2.486111, 1.736111], 1e-6)
  })

  test("one row is itself", () => expect(Array.from(direction([main]))).toEqual(main))

  test("lambda is .1 by default, and may be zero", () => {
    expect(bloop()).toEqual({ name: "bloop", lambda: 0.1, average: "none" })
    close(direction([main, first], 0), main)
  })
})

describe("on samples", () => {
  for (const { name, rows } of samples) {
    const next = uniform(rows.length)
    const lambda = Array.from(rows.slice(1), () => 2 * next())
    const longest = Math.max(...rows.map(length))

    test(`${name}: is Gram and Schmidt's sum`, () => {
      const expected = (rows[0] ?? []).slice()
      residuals(rows).forEach((rest, k) => {
        if (k === 0) return
        rest.forEach((entry, c) => {
          expected[c] = (expected[c] ?? 0) + (lambda[k - 1] ?? 0) * entry
        })
      })
      const seen = rows.length === 1 ? direction(rows) : direction(rows, lambda)
      expect(length(seen.map((entry, c) => entry - (expected[c] ?? 0)))).toBeLessThan(1e-11 * longest * rows.length)
    })

    test(`${name}: the main objective falls as by its own gradient`, () => {
      const [main = []] = rows
      const seen = rows.length === 1 ? direction(rows) : direction(rows, lambda)
      expect(Math.abs(dot(main, seen) - dot(main, main))).toBeLessThan(1e-11 * length(main) * longest * rows.length)
    })

    test(`${name}: is linear under scaling`, () => {
      const at = (factors: readonly number[]) =>
        direction(
          rows.map((row, i) => row.map((entry) => entry * (factors[i] ?? 1))),
          0.7
        )
      const [a, b] = [rows.map(() => 0.1 + next()), rows.map(() => 0.1 + 9 * next())]
      const [atA, atB] = [at(a), at(b)]
      const together = at(a.map((factor, i) => factor + (b[i] ?? 0)))
      expect(
        relativeDistance(
          together,
          atA.map((entry, k) => entry + (atB[k] ?? 0))
        )
      ).toBeLessThan(1e-9)
    })
  }

  test("a level leaves all levels above it alone", () => {
    const rows = normalRows(4, 9, 5)
    const with3 = direction(rows, [0.3, 0.5, 0.7])
    const without3 = direction(rows, [0.3, 0.5, 0])
    for (const row of rows.slice(0, 3)) expect(dot(row, with3)).toBeCloseTo(dot(row, without3), 12)
  })
})

test("auxiliary rows can conflict with it", () => {
  const rows = [
    [2, 0],
    [-4, 0.5]
  ]
  expect(dot(rows[1] ?? [], direction(rows))).toBeLessThan(-1)
})

describe("degenerate rows", () => {
  const main = [1, 2, 3]
  const auxiliary = [3, -1, 1]

  test("a main gradient of zero leaves the auxiliary ones", () => {
    close(direction([[0, 0, 0], auxiliary], 0.5), [1.5, -0.5, 0.5])
  })

  test("an auxiliary gradient of zero adds nothing, whatever its level", () => {
    const expected = Array.from(direction([main, auxiliary], 0.5))
    close(direction([main, [0, 0, 0], auxiliary], [3, 0.5]), expected)
    close(direction([main, auxiliary, [0, 0, 0]], [0.5, 3]), expected)
    expect(
      Array.from(
        direction([
          [0, 0],
          [0, 0]
        ])
      )
    ).toEqual([0, 0])
  })

  test("a gradient in the span of those above adds nothing and takes nothing away", () => {
    const sum = main.map((entry, k) => 0.3 * entry - 7 * (auxiliary[k] ?? 0))
    const last = [5, 0, -2]
    const expected = Array.from(direction([main, auxiliary, last], [0.5, 0.25]))
    for (const dependent of [main, main.map((entry) => -1e-3 * entry), sum, auxiliary]) {
      close(direction([main, auxiliary, dependent, last], [0.5, 2, 0.25]), expected, 1e-13)
    }
    close(direction([main, main], 0.5), main)
  })

  test("more levels than dimensions", () => {
    const rows = normalRows(12, 3, 2)
    close(direction(rows, 5), Array.from(direction(rows.slice(0, 3), 5)), 1e-10)
  })

  test("rows of any length", () => {
    for (const a of [1e-150, 1, 1e150]) {
      for (const b of [1e-150, 1e-3, 1e150]) {
        const rows = [main.map((entry) => a * entry), auxiliary.map((entry) => b * entry)]
        const seen = direction(rows, 0.5)
        for (const entry of seen) expect(entry).toBeFinite()
        const longer = Math.max(a, b)
        // 4 / 14 of the main row goes.
        const expected = main.map((entry, k) => {
          const rest = (auxiliary[k] ?? 0) - (4 / 14) * entry
          return (a / longer) * entry + 0.5 * (b / longer) * rest
        })
        close(
          seen.map((entry) => entry / longer),
          expected,
          1e-12
        )
      }
    }
  })
})

describe("options", () => {
  test("the compiler knows which Bloop needs the Jacobian", () => {
    const now: BloopNow = bloop({ lambda: 1 })
    const averaged: BloopAveraged = bloop({ average: "after" })
    expect(planOf(bloopMethod, now, 2, 3).asks).toBe("gramian")
    expect(planOf(bloopMethod, averaged, 2, 3).asks).toBe("jacobian")
    expect(averaged).toEqual({ name: "bloop", lambda: 0.1, average: "after", rho: 0.01 })
  })

  for (const [name, call, place] of [
    ["a negative lambda", () => bloop({ lambda: -0.1 }), "bloop.lambda"],
    ["a rho without averages", () => bloopMethod.parse({ rho: 0.1 }, "bloop"), "bloop.rho"],
    ["a rho of zero", () => bloop({ average: "after", rho: 0 }), "bloop.rho"],
    ["a rho above one", () => bloop({ average: "before", rho: 1.1 }), "bloop.rho"],
    ["another average", () => bloopMethod.parse({ average: "during" }, "bloop"), "bloop.average"],
    ["an unknown key", () => bloopMethod.parse({ ema: 1 }, "bloop"), "bloop.ema"],
    ["too many lambdas", () => plan(bloopMethod, bloop({ lambda: [1, 2] }), 2), "the length of lambda"]
  ] as const) {
    test(`refuses ${name}`, () => {
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
