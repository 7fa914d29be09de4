import { describe, expect, test } from "bun:test"
import { linearizeJacobian, restoreState, saveState } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import { type BloopAveraged, bloop, bloopMethod } from "../src/priority/bloop.ts"
import { combineRows, planCombination } from "./combine.ts"
import { weigh } from "./plan.ts"
import { normal, normalRows, type Rows } from "./samplers.ts"
import { dot, relativeDistance } from "./vectors.ts"

const close = (seen: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-13) =>
  expect(relativeDistance(seen, expected)).toBeLessThan(tolerance)
const planned = (specification: BloopAveraged, m: number, n: number) =>
  planCombination(bloopMethod, specification, m, n)
const pair: Rows = [
  [-4, 1, 1],
  [6, 1, 1]
]

describe("with the average (-2, 1, 0)", () => {
  const primed = (specification: BloopAveraged) => {
    const combination = planned(specification, 2, 3)
    combination.state.get("averages")?.set([-2, 1, 0])
    combination.state.get("calls")?.set([1])
    return combination
  }

  test("after: projects, then takes the gradient in", () => {
    using combination = primed(bloop({ average: "after", lambda: 0.5, rho: 0.1 }))
    close(combineRows(combination, pair), [-3.2, 2.6, 1.5])
    close(combination.state.get("averages") ?? [], [-2.2, 1, 0.1])
  })

  test("before: takes the gradient in, then projects", () => {
    using combination = primed(bloop({ average: "before", lambda: 0.5, rho: 0.1 }))
    // g_a · (−2.2, 1, .1) = −12.1; ‖(−2.2, 1, .1)‖² = 5.85.
    const factor = 12.1 / 5.85
    close(combineRows(combination, pair), [
      -4 + 0.5 * (6 - 2.2 * factor),
      1 + 0.5 * (1 + factor),
      1 + 0.5 * (1 + 0.1 * factor)
    ])
    close(combination.state.get("averages") ?? [], [-2.2, 1, 0.1])
  })
})

describe("in general", () => {
  test("the average starts as the first gradient: the first direction is that without averages", () => {
    for (const rows of [pair, normalRows(4, 7, 1), normalRows(5, 3, 2), normalRows(1, 3, 3)]) {
      const expected = weigh(bloopMethod, bloop({ lambda: 0.3 }), rows).direction
      for (const average of ["after", "before"] as const) {
        using combination = planned(bloop({ average, lambda: 0.3 }), rows.length, rows[0]?.length ?? 0)
        close(combineRows(combination, rows), expected, 1e-12)
        expect(Array.from(combination.state.get("averages") ?? [])).toEqual(rows.slice(0, -1).flat())
      }
    }
  })

  test("rho = 1, before: no average at all; after: the gradients of the call before", () => {
    using before = planned(bloop({ average: "before", rho: 1 }), 3, 5)
    using after = planned(bloop({ average: "after", rho: 1, lambda: [0.5, 0.25] }), 3, 5)
    combineRows(before, normalRows(3, 5, 0))
    combineRows(after, normalRows(3, 5, 0))
    const [old, rows] = [normalRows(3, 5, 0), normalRows(3, 5, 1)]
    close(combineRows(before, rows), weigh(bloopMethod, bloop(), rows).direction, 1e-12)

    // Level by level: the first auxiliary off the old main gradient, the second off both old gradients.
    const [g0 = [], g1 = [], g2 = []] = rows
    const [e0 = [], e1 = []] = old
    const off = (a: readonly number[], b: readonly number[]) =>
      a.map((entry, k) => entry - (dot(a, b) / dot(b, b)) * (b[k] ?? 0))
    const p1 = off(g1, e0)
    const p2 = off(off(g2, e0), off(e1, e0))
    close(
      combineRows(after, rows),
      g0.map((entry, k) => entry + 0.5 * (p1[k] ?? 0) + 0.25 * (p2[k] ?? 0)),
      1e-12
    )
  })

  test("every level has its average", () => {
    using combination = planned(bloop({ average: "after", rho: 0.25 }), 3, 4)
    const calls = Array.from({ length: 6 }, (_, seed) => normalRows(3, 4, seed))
    for (const rows of calls) combineRows(combination, rows)
    const expected = calls
      .map((rows) => rows.slice(0, 2).flat())
      .reduce((ema, entries) => ema.map((entry, k) => 0.75 * entry + 0.25 * (entries[k] ?? 0)))
    close(combination.state.get("averages") ?? [], expected, 1e-14)
  })

  test("has no weights, and leaves the Jacobian as it is", () => {
    using combination = planned(bloop({ average: "after" }), 2, 3)
    const linearization = linearizeJacobian(pair)
    const into = new Float64Array(3).fill(Number.NaN)
    expect(combination.combine(linearization, into)).toEqual({ weights: null, certificate: null })
    expect(Array.from(linearization.jacobian())).toEqual(pair.flat())
  })

  test("float32 in, float32 out", () => {
    using combination = planned(bloop({ average: "after", lambda: 0.5 }), 2, 3)
    const rows = Float32Array.from(pair.flat())
    const linearization = { ...linearizeJacobian(pair), pullback: () => new Float32Array(3), jacobian: () => rows }
    const into = new Float32Array(3)
    combination.combine(linearization, into)
    close(into, [-31 / 9, 19 / 9, 19 / 9], 1e-7)
  })

  test("zero gradients, also on average", () => {
    using combination = planned(bloop({ average: "after", lambda: 0.5 }), 2, 2)
    const auxiliary = [3, -1]
    close(combineRows(combination, [[0, 0], auxiliary]), [1.5, -0.5])
    close(combineRows(combination, [[1, 1], auxiliary]), [2.5, 0.5])
    // Now the average is (.01, .01), along which the auxiliary gradient has 1.
    close(combineRows(combination, [[0, 0], auxiliary]), [1, -1])
  })

  test("gradients scaled by 10¹⁵⁰", () => {
    const expected = (() => {
      using combination = planned(bloop({ average: "after", rho: 0.5 }), 3, 6)
      combineRows(combination, normalRows(3, 6, 1))
      return combineRows(combination, normalRows(3, 6, 2))
    })()
    for (const factor of [1e-145, 1e150]) {
      using combination = planned(bloop({ average: "after", rho: 0.5 }), 3, 6)
      const at = (seed: number) => normalRows(3, 6, seed).map((row) => row.map((entry) => entry * factor))
      combineRows(combination, at(1))
      close(
        combineRows(combination, at(2)).map((entry) => entry / factor),
        expected,
        1e-12
      )
    }
  })

  test("refuses a Jacobian of another size, or with NaN, and does not remember it", () => {
    using combination = planned(bloop({ average: "before" }), 2, 3)
    combineRows(combination, pair)
    const kept = saveState(combination.state)
    expect(() => combineRows(combination, normalRows(3, 3, 1))).toThrow(InputError)
    expect(() => combineRows(combination, normalRows(2, 4, 1))).toThrow(InputError)
    const broken = { ...linearizeJacobian(pair), jacobian: () => Float64Array.of(1, 2, 3, 4, Number.NaN, 6) }
    expect(() => combination.combine(broken, new Float64Array(3))).toThrow("row 1, column 1 of the Jacobian")
    expect(saveState(combination.state)).toEqual(kept)
  })

  test("a restored state goes on with the same bits", () => {
    for (const average of ["after", "before"] as const) {
      const specification = bloop({ average, lambda: [0.5, 0.2], rho: 0.1 })
      for (const calls of [0, 1, 4]) {
        using first = planned(specification, 3, 5)
        for (let seed = 0; seed < calls; seed++) combineRows(first, normalRows(3, 5, seed))
        using second = planned(specification, 3, 5)
        restoreState(second.state, saveState(first.state))
        for (let seed = calls; seed < calls + 5; seed++) {
          const rows = normalRows(3, 5, seed)
          expect(Array.from(combineRows(second, rows))).toEqual(Array.from(combineRows(first, rows)))
        }
      }
    }
  })
})

test("on noisy main gradients the average keeps to Bloop where the batch's own gradient gives the mixed direction", () => {
  // Figure 2 of the paper: p = 100, fixed g_m and g_a, batches g_m + σ N(0, I) with σ = 3. The mean direction lies on the
  // segment from Bloop's to the mixed one, at 0.91 when the batch's own gradient is projected on.
  const n = 100
  const draws = 4000
  const next = normal(1)
  const [main, auxiliary] = [Array.from({ length: n }, next), Array.from({ length: n }, next)]
  const exact = weigh(bloopMethod, bloop({ lambda: 1 }), [main, auxiliary]).direction

  using averaged = planned(bloop({ average: "after", lambda: 1, rho: 0.002 }), 2, n)
  // The part of d along g_m beyond Bloop's and beyond the noise of the batch, over that of the mixed direction.
  const position = (d: Float64Array, [batch = []]: Rows) => {
    const noise = batch.map((entry, k) => entry - (main[k] ?? 0))
    const beyond = d.map((entry, k) => entry - (exact[k] ?? 0) - (noise[k] ?? 0))
    return dot(beyond, main) / dot(auxiliary, main)
  }
  let [own, smooth] = [0, 0]
  for (let call = -draws / 2; call < draws; call++) {
    const rows = [main.map((entry) => entry + 3 * next()), auxiliary]
    const d = combineRows(averaged, rows)
    if (call < 0) continue
    smooth += position(d, rows) / draws
    own += position(weigh(bloopMethod, bloop({ lambda: 1 }), rows).direction, rows) / draws
  }
  expect(Math.abs(own - 0.91)).toBeLessThan(0.02)
  // The noise left in the average, σ √(ρ / 2) a coordinate, moves the position by some .12 for 1 / ρ calls.
  expect(Math.abs(smooth)).toBeLessThan(0.2)
})
