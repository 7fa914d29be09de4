import { describe, expect, test } from "bun:test"
import {
  aggregate,
  constant,
  crMogm,
  type GramianAggregator,
  linearizeJacobian,
  mean,
  parseAggregator,
  pcgrad,
  planAggregator,
  type Smoothing,
  saveState,
  upgrad
} from "@dualcone/aggregation"
import { InputError, loadWasm } from "@dualcone/wasm"
import { normalRows, uniform } from "./samplers.ts"
import { relativeDistance } from "./vectors.ts"

const wasm = await loadWasm()
const base = linearizeJacobian([
  [-4, 1, 1],
  [6, 1, 1]
])
const exact = upgrad({ ridge: { kind: "none" } })
/** The weights of `exact` at `base`. */
const upgradWeights = [10 / 9, 15 / 19]

/** The weights of k calls at the same point. */
function calls(aggregator: GramianAggregator, count: number): readonly (readonly number[])[] {
  using planned = planAggregator(wasm, aggregator, { objectives: 2, parameters: 3 })
  return Array.from({ length: count }, () => Array.from(planned.aggregate(base).weights ?? []))
}

const close = (seen: readonly number[] | undefined, expected: readonly number[]) =>
  expect(relativeDistance(seen ?? [], expected)).toBeLessThan(1e-12)

describe("constant smoothing", () => {
  test("keeps α of the weights before", () => {
    const smoothing: Smoothing = { kind: "constant", alpha: 0.75 }
    const [first, second] = calls(crMogm({ weighting: exact, smoothing, initialWeights: [0.5, 0.5] }), 2)
    const [a, b] = [0.75 * 0.5 + 0.25 * (10 / 9), 0.75 * 0.5 + 0.25 * (15 / 19)]
    close(first, [a, b])
    close(second, [0.75 * a + 0.25 * (10 / 9), 0.75 * b + 0.25 * (15 / 19)])
  })

  test("begins with the weights of the first call", () => {
    for (const smoothing of [{ kind: "constant", alpha: 0.9 }, { kind: "corollary-1" }] as const) {
      const [first, second] = calls(crMogm({ weighting: exact, smoothing }), 2)
      close(first, upgradWeights)
      close(second, upgradWeights)
    }
  })

  test("of α = 0 is the wrapped method", () => {
    const smoothing: Smoothing = { kind: "constant", alpha: 0 }
    const seen = calls(crMogm({ weighting: exact, smoothing, initialWeights: [7, -3] }), 1)
    close(seen[0], upgradWeights)
  })

  test("approaches the wrapped weights like α^k", () => {
    const smoothing: Smoothing = { kind: "constant", alpha: 0.5 }
    const seen = calls(crMogm({ weighting: constant({ weights: [1, 0] }), smoothing, initialWeights: [0, 1] }), 5)
    seen.forEach((weights, k) => {
      close(weights, [1 - 0.5 ** (k + 1), 0.5 ** (k + 1)])
    })
  })
})

describe("the schedule of corollary 1", () => {
  const smoothing: Smoothing = { kind: "corollary-1" }

  test("forgets the initial weights at the first call when the gap is at most 1", () => {
    // ‖(.75, .25) − (.5, .5)‖₁ = .5, so that 1 − α_1 = min{1, 1/.5} = 1.
    const [first] = calls(crMogm({ weighting: mean(), smoothing, initialWeights: [0.75, 0.25] }), 1)
    close(first, [0.5, 0.5])
  })

  test("takes 1/gap of the way at the first call when the gap is larger", () => {
    // The gap is 2 and 1 − α_1 = 1/2.
    const weighting = constant({ weights: [1, 0] })
    const [first] = calls(crMogm({ weighting, smoothing, initialWeights: [0, 1] }), 1)
    close(first, [0.5, 0.5])
  })

  test("is its formula at every call", () => {
    const next = uniform(5)
    const weighting = pcgrad()
    using planned = planAggregator(wasm, crMogm({ weighting, smoothing, initialWeights: [1, 0, 0, 0] }), {
      objectives: 4,
      parameters: 6
    })
    let before = [1, 0, 0, 0]
    for (let k = 1; k <= 40; k++) {
      // Rows that agree have PCGrad weights 1 each; scaled ones make no difference, conflicting ones do.
      const linearization = linearizeJacobian(normalRows(4, 6, Math.floor(1e6 * next())))
      using alone = planAggregator(wasm, weighting, { objectives: 4, parameters: 6 })
      // The draws of call k belong to the count of calls.
      alone.state.get("calls")?.fill(k - 1)
      const present = Array.from(alone.aggregate(linearization).weights ?? [])
      const gap = present.reduce((sum, weight, i) => sum + Math.abs(weight - (before[i] ?? 0)), 0)
      const alpha = Math.max(1 - 1 / Math.sqrt(k), 1 - 1 / (Math.sqrt(k) * k * gap))
      before = before.map((weight, i) => alpha * weight + (1 - alpha) * (present[i] ?? 0))
      close(Array.from(planned.aggregate(linearization).weights ?? []), before)
    }
  })

  test("moves by at most 1/(k√k) in the sum of absolute differences", () => {
    const weighting = constant({ weights: [30, -20] })
    const seen = calls(crMogm({ weighting, smoothing, initialWeights: [0, 0] }), 30)
    seen.forEach((weights, i) => {
      const before = seen[i - 1] ?? [0, 0]
      const step = weights.reduce((sum, weight, j) => sum + Math.abs(weight - (before[j] ?? 0)), 0)
      expect(step).toBeLessThanOrEqual((1 + 1e-12) / (i + 1) ** 1.5)
    })
  })
})

describe("weights without bound", () => {
  // The first row is all but zero and conflicts with the second: PCGrad weighs it with 1 + 10⁶ cos 45°.
  const learnt = linearizeJacobian([
    [1e-6, 0],
    [-1, 1]
  ])
  const unlearnt = linearizeJacobian([
    [1, 0],
    [0, 1]
  ])
  /** The largest weight of the calls, the first of which sees the row that is learnt. */
  const largest = (options: Omit<Parameters<typeof crMogm>[0], "weighting">) => {
    const aggregator = crMogm({ weighting: pcgrad(), initialWeights: [1, 1], ...options })
    using planned = planAggregator(wasm, aggregator, { objectives: 2, parameters: 2 })
    return [learnt, unlearnt, unlearnt].map((call) => Math.max(...(planned.aggregate(call).weights ?? [])))
  }

  test("are carried on by a constant smoothing", () => {
    const [first = 0, second = 0, third = 0] = largest({})
    expect(first).toBeCloseTo(0.9 + 0.1 * (1 + 1e6), 3)
    expect(second).toBeCloseTo(0.9 * first + 0.1, 3)
    expect(third).toBeCloseTo(0.9 * second + 0.1, 3)
  })

  test("and not with a bound, nor by the schedule of corollary 1", () => {
    const [bounded = 0] = largest({ largestWeight: 2 })
    expect(bounded).toBeCloseTo(0.9 + 0.1 * 2, 12)
    for (const weight of largest({ smoothing: { kind: "corollary-1" } })) expect(weight).toBeLessThanOrEqual(2)
  })

  test("a bound cuts negative weights too, and leaves smaller ones as they are", () => {
    const smoothing: Smoothing = { kind: "constant", alpha: 0 }
    const weighting = constant({ weights: [-7, 0.5] })
    const [weights] = calls(crMogm({ weighting, smoothing, largestWeight: 3 }), 1)
    expect(weights).toEqual([-3, 0.5])
  })
})

describe("the counterexample of the paper's equation 4", () => {
  // f1 is (x + 1)² + (y − 2)² or (x + 5)² + (y + 2)², f2 (x − 1)² + (y − 2)² or (x − 5)² + (y + 2)², drawn
  // independently: their means are (x ± 3)² + y² + 8, whose Pareto set is y = 0, |x| ≤ 1. From (0, .4) UPGrad goes up
  // in expectation, and its moving average down.
  function height(aggregator: GramianAggregator, seed: number, steps: number): number {
    const next = uniform(seed)
    using planned = planAggregator(wasm, aggregator, { objectives: 2, parameters: 2 })
    let [x, y] = [0, 0.4]
    for (let k = 1; k <= steps; k++) {
      const [a, b] = [next() < 0.5, next() < 0.5]
      const rows = [
        a ? [2 * (x + 1), 2 * (y - 2)] : [2 * (x + 5), 2 * (y + 2)],
        b ? [2 * (x - 1), 2 * (y - 2)] : [2 * (x - 5), 2 * (y + 2)]
      ]
      const { direction } = planned.aggregate(linearizeJacobian(rows))
      const rate = 0.006 / Math.sqrt(k)
      x = Math.max(-1, Math.min(1, x - rate * (direction[0] ?? 0)))
      y = Math.max(0, y - rate * (direction[1] ?? 0))
    }
    return y
  }
  const meanHeight = (aggregator: GramianAggregator, steps: number) =>
    Array.from({ length: 24 }, (_, seed) => height(aggregator, 1000 + seed, steps)).reduce((sum, y) => sum + y / 24, 0)

  test("UPGrad stays above where it began, and CR-MOGM brings it down", () => {
    // Measured over 64 seeds at 10³ steps: .417 and .110.
    expect(meanHeight(exact, 1000)).toBeGreaterThan(0.37)
    expect(meanHeight(crMogm({ weighting: exact, smoothing: { kind: "corollary-1" } }), 1000)).toBeLessThan(0.2)
  })
})

describe("a wrapper", () => {
  test("has the certificate of what it wraps", () => {
    const { certificate } = aggregate(wasm, crMogm({ weighting: exact }), base)
    expect(certificate?.status).toBe("certified")
    expect(aggregate(wasm, crMogm({ weighting: mean() }), base).certificate).toBeNull()
  })

  test("wraps a wrapper, and remembers what it remembers", () => {
    const inner = crMogm({ weighting: pcgrad() })
    using planned = planAggregator(wasm, crMogm({ weighting: inner }), { objectives: 2, parameters: 3 })
    planned.aggregate(base)
    expect([...saveState(planned.state).keys()].sort()).toEqual(
      ["calls", "weights", "wrapped.calls", "wrapped.weights", "wrapped.wrapped.calls"].sort()
    )
  })

  test("may wrap a method by its name, and knows a smoothing as text", () => {
    expect(parseAggregator({ name: "cr-mogm", weighting: "upgrad", smoothing: "constant:0.5" })).toEqual(
      crMogm({ weighting: upgrad(), smoothing: { kind: "constant", alpha: 0.5 } })
    )
    expect(parseAggregator({ name: "cr-mogm", weighting: "mean", smoothing: "corollary-1" })).toEqual(
      crMogm({ weighting: mean(), smoothing: { kind: "corollary-1" } })
    )
  })

  for (const [name, value, place] of [
    ["no weighting", {}, "aggregator.weighting"],
    ["an unknown method", { weighting: "upgrade" }, "aggregator.weighting.name"],
    ["a wrong option below", { weighting: { name: "upgrad", solver: "newton" } }, "aggregator.weighting.solver"],
    [
      "a wrong option two floors below",
      { weighting: { name: "cr-mogm", weighting: { name: "mean", ridge: "none" } } },
      "aggregator.weighting.weighting.ridge"
    ],
    ["a method that needs the Jacobian", { weighting: "graddrop" }, "aggregator.weighting.name"],
    ["a smoothing of 1", { weighting: "mean", smoothing: "constant:1" }, "aggregator.smoothing"],
    ["an α of 1", { weighting: "mean", smoothing: { kind: "constant", alpha: 1 } }, "aggregator.smoothing.alpha"],
    [
      "an α of the schedule",
      { weighting: "mean", smoothing: { kind: "corollary-1", alpha: 0.5 } },
      "aggregator.smoothing.alpha"
    ],
    ["a bound of 0", { weighting: "mean", largestWeight: 0 }, "aggregator.largestWeight"],
    [
      "initial weights that are not finite",
      { weighting: "mean", initialWeights: [1 / 0] },
      "aggregator.initialWeights[0]"
    ]
  ] as const) {
    test(`refuses ${name}`, () => {
      try {
        parseAggregator({ name: "cr-mogm", ...value })
        expect.unreachable()
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
        expect(error).toMatchObject({ place })
      }
    })
  }

  test("refuses initial weights of another length, and preferences below it", () => {
    const plan = (aggregator: GramianAggregator) => () => aggregate(wasm, aggregator, base)
    expect(plan(crMogm({ weighting: mean(), initialWeights: [1] }))).toThrow("initial weights is 1")
    expect(plan(crMogm({ weighting: upgrad({ preference: [1, 2, 3] }) }))).toThrow("preference is 3")
  })
})
