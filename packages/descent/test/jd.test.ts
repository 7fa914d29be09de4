/** Pipelines on functions: Jacobian descent, its stochastic forms, resuming, and what their types refuse. */
import { describe, expect, test } from "bun:test"
import { constant, drawsOf, mean, shards, upgrad } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import {
  type DescentError,
  type DescentStep,
  functionDescent,
  type JacobianObjective,
  jd,
  linearize,
  type RowsObjective,
  sejd,
  sgd,
  sjd,
  ssjd
} from "../src/index.ts"

const wasm = await loadWasm()
const at = (x: ArrayLike<number>, i: number) => x[i] ?? Number.NaN
const collect = (stream: Stream.Stream<DescentStep, DescentError>) => Effect.runPromise(Stream.runCollect(stream))

/** f(x) = (x₁², x₂²). */
const squares: JacobianObjective = {
  values: (x) => [at(x, 0) * at(x, 0), at(x, 1) * at(x, 1)],
  jacobian: (x) => [
    [2 * at(x, 0), 0],
    [0, 2 * at(x, 1)]
  ]
}

/** f(x) = (½‖x − a‖², ½‖x − b‖²) with a = (1, 0), b = (−1, 0): the Pareto set is the segment between them. */
const centres = [
  [1, 0],
  [-1, 0]
]
const bowls: JacobianObjective = {
  values: (x) => centres.map((c) => ((at(x, 0) - at(c, 0)) ** 2 + (at(x, 1) - at(c, 1)) ** 2) / 2),
  jacobian: (x) => centres.map((c) => [at(x, 0) - at(c, 0), at(x, 1) - at(c, 1)])
}

const run = { start: [3, -2], optimizer: sgd({ learningRate: 0.05 }), steps: 30 }

describe("jd", () => {
  test("with the mean is gradient descent on the average: on squares x₀ (1 − η)ᵀ", async () => {
    const steps = await collect(jd({ objective: squares, aggregator: mean(), ...run }))
    expect(steps).toHaveLength(30)
    const last = steps[29]?.next ?? []
    expect(at(last, 0)).toBeCloseTo(3 * 0.95 ** 30, 12)
    expect(at(last, 1)).toBeCloseTo(-2 * 0.95 ** 30, 12)
  })

  test("each step holds x before and after, f(x), weights, similarity and conflicts", async () => {
    const [first, second] = await collect(jd({ objective: bowls, aggregator: upgrad(), ...run, start: [0, 2] }))
    expect([...(first?.parameters ?? [])]).toEqual([0, 2])
    expect([...(first?.values ?? [])]).toEqual([2.5, 2.5])
    expect([...(second?.parameters ?? [])]).toEqual([...(first?.next ?? [])])
    // The two gradients (∓1, 2) do not conflict, so UPGrad is the mean.
    expect(first?.similarity).toBeCloseTo(1, 12)
    expect(first?.conflicts?.pairs).toBe(0)
    expect([...(first?.weights ?? [])]).toEqual([0.5, 0.5])
  })

  test("UPGrad at Theorem 1's step never increases an objective, and ends on the Pareto set", async () => {
    // The bowls are 1-smooth and m = 2: η = 1 / √2.
    const optimizer = sgd({ learningRate: Math.SQRT1_2 })
    const aggregator = upgrad({ ridge: { kind: "diagonal", epsilon: 1e-12 } })
    const steps = await collect(jd({ objective: bowls, aggregator, start: [3, 5], optimizer, steps: 60 }))
    steps.slice(1).forEach((step, k) => {
      step.values.forEach((value, i) => {
        expect(value).toBeLessThanOrEqual((steps[k]?.values[i] ?? 0) + 1e-12)
      })
    })
    const end = steps.at(-1)?.next ?? []
    expect(Math.abs(at(end, 1))).toBeLessThan(1e-9)
    expect(Math.abs(at(end, 0))).toBeLessThanOrEqual(1 + 1e-9)
  })

  test("products alone give the same steps as the Jacobian", async () => {
    const { values } = bowls
    const pullback = (x: Float64Array, w: Float64Array) =>
      [0, 1].map((k) => centres.reduce((sum, c, i) => sum + at(w, i) * (at(x, k) - at(c, k)), 0))
    const gramian = (x: Float64Array) => [...linearize(bowls, x).gramian().values]
    const aggregator = upgrad()
    const expected = await collect(jd({ objective: bowls, aggregator, ...run }))
    const byProducts = await collect(jd({ objective: { values, pullback }, aggregator, ...run }))
    const objective = { values, pullback, gramian: (x: Float64Array) => Float64Array.from(gramian(x)) }
    const byGramian = await collect(jd({ objective, aggregator, ...run }))
    for (const seen of [byProducts, byGramian]) {
      seen.forEach((step, i) => {
        expect([...step.next]).toEqual([...(expected[i]?.next ?? [])])
      })
    }
  })

  test("a projection keeps x in the feasible set", async () => {
    const project = (x: Float64Array) => {
      x[1] = Math.max(1, at(x, 1))
    }
    const steps = await collect(
      jd({ objective: bowls, aggregator: mean(), ...run, start: [0, 2], steps: 200, project })
    )
    expect([...(steps.at(-1)?.next ?? [])]).toEqual([0, 1])
  })

  test("goes on from a saved state to the same bits, momentum included", async () => {
    const options = { start: [0.5, 3], optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }), steps: 20 }
    const objective = (x: Float64Array) => linearize(bowls, x)
    using whole = functionDescent(wasm, upgrad(), objective, options)
    using half = functionDescent(wasm, upgrad(), objective, { ...options, steps: 7 })
    for (let k = 0; k < 6; k++) half.step()
    const resume = half.step()?.save()
    if (resume === undefined) throw new Error("there is a seventh step")
    using rest = functionDescent(wasm, upgrad(), objective, { ...options, resume })
    let end: DescentStep | null = null
    for (let k = 0; k < 20; k++) end = whole.step()
    let resumed: DescentStep | null = null
    for (let step = rest.step(); step !== null; step = rest.step()) resumed = step
    expect([...(resumed?.next ?? [])]).toEqual([...(end?.next ?? [1])])
    expect(resumed?.iteration).toBe(20)
  })

  test("a value that is not finite is a divergence that names objective and iteration", async () => {
    const objective = { ...squares, values: () => [1, Number.NaN] }
    const exit = await Effect.runPromise(Effect.exit(Stream.runDrain(jd({ objective, aggregator: mean(), ...run }))))
    expect(Exit.isFailure(exit)).toBe(true)
    expect(String(exit)).toContain("objective 1 is NaN")
    expect(String(exit)).toContain("iteration 1")
  })

  test("a Jacobian of another shape is refused", async () => {
    const objective = { ...squares, jacobian: () => [[1, 2]] }
    const failing = collect(jd({ objective, aggregator: mean(), ...run }))
    expect(failing).rejects.toThrow("the number of rows of the Jacobian of the objective")
  })
})

describe("stochastic pipelines", () => {
  const shifted = (shift: number): JacobianObjective => ({
    values: bowls.values,
    jacobian: (x) => centres.map((c) => [at(x, 0) - at(c, 0) + shift, at(x, 1) - at(c, 1)])
  })

  test("sejd draws an estimate each iteration, the same for the same seed", async () => {
    const objective = { sample: (draws: { normal(): number }) => shifted(draws.normal()) }
    const descend = (seed: number) => collect(sejd({ objective, aggregator: upgrad(), ...run, seed }))
    const [first, again, other] = await Promise.all([descend(1), descend(1), descend(2)])
    const ends = [first, again, other].map((steps) => [...(steps?.at(-1)?.next ?? [])])
    expect(ends[0]).toEqual(ends[1] ?? [])
    expect(ends[0]).not.toEqual(ends[2] ?? [])
  })

  test("sjd is the general form: drawing as sejd does gives its steps", async () => {
    const objective = { sample: (draws: { normal(): number }) => shifted(draws.normal()) }
    const expected = await collect(sejd({ objective, aggregator: upgrad(), ...run, seed: 5 }))
    const draw = (x: Float64Array, draws: { normal(): number }) => linearize(shifted(draws.normal()), x)
    const seen = await collect(sjd({ draw, aggregator: upgrad(), ...run, seed: 5 }))
    expect(seen.map(({ next }) => [...next])).toEqual(expected.map(({ next }) => [...next]))
  })

  test("a linearization may reuse the buffer of its pullbacks", async () => {
    const draw = (x: Float64Array) => {
      const exact = linearize(bowls, x)
      const buffer = new Float64Array(2)
      const pullback = (weights: Float64Array) => {
        buffer.set(exact.pullback(weights))
        return buffer
      }
      return { ...exact, pullback }
    }
    const aggregator = constant({ weights: [0.9, 0.1] })
    const expected = await collect(jd({ objective: bowls, aggregator, ...run }))
    const seen = await collect(sjd({ draw, aggregator, ...run }))
    expect(seen.map(({ next }) => [...next])).toEqual(expected.map(({ next }) => [...next]))
  })

  test("ssjd takes rows without replacement; all rows with the mean are gradient descent", async () => {
    // Row i of M = 5 is ½ (x − i)²; the mean of all gradients is x − 2.
    const objective: RowsObjective = {
      objectives: 5,
      rows: (indices) => ({
        values: (x) => Array.from(indices, (i) => (at(x, 0) - i) ** 2 / 2),
        jacobian: (x) => Array.from(indices, (i) => [at(x, 0) - i])
      })
    }
    const options = { objective, aggregator: mean(), start: [10], optimizer: sgd({ learningRate: 0.5 }), steps: 4 }
    const all = await collect(ssjd({ ...options, rows: 5 }))
    expect(all.map(({ next }) => at(next, 0))).toEqual([6, 4, 3, 2.5])
    const some = await collect(ssjd({ ...options, rows: 2, steps: 50 }))
    for (const { values } of some) expect(values).toHaveLength(2)
    const distinct = new Set(some.map(({ values }) => values.join()))
    expect(distinct.size).toBeGreaterThan(10)
  })

  test("draws depend on seed and iteration alone", () => {
    const numbers = (call: number) => {
      const draws = drawsOf(wasm.functions, 3, call)
      return [draws.uniform(), draws.normal(), draws.below(100)]
    }
    expect(numbers(7)).toEqual(numbers(7))
    expect(numbers(7)).not.toEqual(numbers(8))
  })

  test("normal draws have mean 0 and variance 1, to three standard errors", () => {
    const draws = drawsOf(wasm.functions, 1, 1)
    const sample = Array.from({ length: 20_000 }, () => draws.normal())
    const average = sample.reduce((sum, z) => sum + z, 0) / sample.length
    const variance = sample.reduce((sum, z) => sum + (z - average) ** 2, 0) / sample.length
    expect(Math.abs(average)).toBeLessThan(3 / Math.sqrt(20_000))
    expect(Math.abs(variance - 1)).toBeLessThan(3 * Math.sqrt(2 / 20_000))
  })
})

test("shards are as equal as can be, the larger first", () => {
  expect([...Array.from(shards(7, 3).groupOf)]).toEqual([0, 0, 0, 1, 1, 2, 2])
})
