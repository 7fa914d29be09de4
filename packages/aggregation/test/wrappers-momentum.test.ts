import { describe, expect, test } from "bun:test"
import {
  aggregate,
  crMogm,
  famo,
  gradientAndMomentum,
  grouped,
  linearizeJacobian,
  mean,
  momentum,
  parseAggregator,
  planAggregator,
  strict,
  trimmedMean,
  unitNorm,
  upgrad
} from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { normalRows, type Rows } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const wasm = await loadWasm()
const calls = Array.from({ length: 6 }, (_, k) => normalRows(3, 5, 60 + k))
const size = { objectives: 3, parameters: 5 }

/** Σ_t (1 − β) β^(k−t) J_t, divided by 1 − β^k with bias correction: the definition, without recurrence. */
function averages(beta: number, biasCorrection: boolean): readonly Rows[] {
  return calls.map((_, k) =>
    (calls[0] ?? []).map((row, i) =>
      row.map((_, c) => {
        const sum = calls
          .slice(0, k + 1)
          .reduce((total, rows, t) => total + (1 - beta) * beta ** (k - t) * (rows[i]?.[c] ?? 0), 0)
        return biasCorrection ? sum / (1 - beta ** (k + 1)) : sum
      })
    )
  )
}

describe("momentum of the Jacobian", () => {
  for (const biasCorrection of [true, false]) {
    for (const aggregator of [upgrad(), trimmedMean({ trim: 1 }), unitNorm({ weighting: mean() })]) {
      test(`${aggregator.name} ${biasCorrection ? "with" : "without"} bias correction`, () => {
        using planned = planAggregator(wasm, momentum({ aggregator, beta: 0.7, biasCorrection }), size)
        averages(0.7, biasCorrection).forEach((average, k) => {
          const seen = planned.aggregate(linearizeJacobian(calls[k] ?? []))
          const expected = aggregate(wasm, aggregator, linearizeJacobian(average))
          expect(relativeDistance(seen.direction, expected.direction)).toBeLessThan(1e-9)
          expect(seen.weights).toBeNull()
          expect(seen.certificate?.status).toBe(expected.certificate?.status)
        })
      })
    }
  }

  test("is the wrapped method, to rounding, at the first call and with β = 0", () => {
    const expected = Array.from(aggregate(wasm, upgrad(), linearizeJacobian(calls[0] ?? [])).direction)
    const first = aggregate(wasm, momentum({ aggregator: upgrad() }), linearizeJacobian(calls[0] ?? []))
    expect(relativeDistance(first.direction, expected)).toBeLessThan(1e-15)
    using planned = planAggregator(wasm, momentum({ aggregator: upgrad(), beta: 0 }), size)
    for (const rows of calls) {
      const alone = aggregate(wasm, upgrad(), linearizeJacobian(rows)).direction
      expect(relativeDistance(planned.aggregate(linearizeJacobian(rows)).direction, alone)).toBeLessThan(1e-12)
    }
  })

  test("a method that is refused leaves the average as it was", () => {
    using planned = planAggregator(wasm, momentum({ aggregator: mean() }), { objectives: 1, parameters: 1 })
    planned.aggregate(linearizeJacobian([[2]]))
    const broken = { ...linearizeJacobian([[1]]), jacobian: () => Float64Array.of(Number.NaN) }
    expect(() => planned.aggregate(broken)).toThrow("row 0, column 0 of the Jacobian is NaN")
    expect(planned.aggregate(linearizeJacobian([[2]])).direction[0]).toBe(2)
  })

  test("wraps itself", () => {
    const twice = momentum({ aggregator: momentum({ aggregator: mean(), beta: 0.5 }), beta: 0.5 })
    expect(parseAggregator(JSON.parse(JSON.stringify(twice)))).toEqual(twice)
    using planned = planAggregator(wasm, twice, { objectives: 1, parameters: 1 })
    const seen = [1, 0].map((entry) => planned.aggregate(linearizeJacobian([[entry]])).direction[0])
    // Averages of 1, 0: M = 1, 1/3; of those: 1, (1/3 + 1/2) / (3/2) … = 5/9.
    expect(seen[0]).toBe(1)
    expect(Math.abs((seen[1] ?? 0) - 5 / 9)).toBeLessThan(1e-15)
  })

  test("refuses a β of 1 and a correction that is no truth value", () => {
    expect(() => momentum({ aggregator: mean(), beta: 1 })).toThrow("momentum.beta is 1")
    const wrong = { name: "momentum", aggregator: "mean", biasCorrection: "yes" }
    expect(() => parseAggregator(wrong)).toThrow('aggregator.biasCorrection is "yes"')
  })
})

describe("gradient and momentum", () => {
  test("are two rows for the wrapped method", () => {
    for (const biasCorrection of [true, false]) {
      const aggregator = gradientAndMomentum({ weighting: upgrad(), beta: 0.7, biasCorrection })
      using planned = planAggregator(wasm, aggregator, size)
      averages(0.7, biasCorrection).forEach((average, k) => {
        const meanOf = (rows: Rows) => aggregate(wasm, mean(), linearizeJacobian(rows)).direction
        const two = [meanOf(calls[k] ?? []), meanOf(average)]
        const expected = aggregate(wasm, upgrad(), linearizeJacobian(two)).direction
        const seen = planned.aggregate(linearizeJacobian(calls[k] ?? []))
        expect(relativeDistance(seen.direction, expected)).toBeLessThan(1e-9)
        expect(seen.weights).toBeNull()
      })
    }
  })

  test("a step conflicts with neither", () => {
    const aggregator = gradientAndMomentum({ weighting: upgrad({ ridge: strict }) })
    using planned = planAggregator(wasm, aggregator, { objectives: 1, parameters: 2 })
    for (let call = 0; call < 8; call++) planned.aggregate(linearizeJacobian([[1, 0]]))
    const turned = [-0.3, 1]
    const { direction } = planned.aggregate(linearizeJacobian([turned]))
    // 1 − .9⁹ of the average's weights; .1 of them on the last gradient.
    const share = 0.1 / (1 - 0.9 ** 9)
    const average = [1 - share + share * -0.3, share]
    expect(dot(turned, average)).toBeLessThan(0)
    for (const row of [turned, average]) expect(dot(row, direction)).toBeGreaterThan(-1e-6 * length(direction))
  })

  test("at the first call both are the mean gradient", () => {
    const linearization = linearizeJacobian(calls[0] ?? [])
    const seen = aggregate(wasm, gradientAndMomentum({ weighting: mean() }), linearization).direction
    const expected = aggregate(wasm, mean(), linearization).direction
    expect(relativeDistance(seen, expected)).toBeLessThan(1e-15)
  })

  test("asks for one pullback alone, and survives that its buffer is the direction's", () => {
    const buffer = new Float64Array(2)
    const linearization = {
      ...linearizeJacobian([
        [1, 2],
        [3, 4]
      ]),
      gramian: () => expect.unreachable(),
      jacobian: () => expect.unreachable(),
      pullback(weights: Float64Array) {
        const [a = 0, b = 0] = weights
        buffer.set([a + 3 * b, 2 * a + 4 * b])
        return buffer
      }
    }
    using planned = planAggregator(wasm, gradientAndMomentum({ weighting: mean() }), { objectives: 2, parameters: 2 })
    expect(Array.from(planned.aggregate(linearization).direction)).toEqual([2, 3])
    expect(Array.from(planned.aggregate(linearization).direction)).toEqual([2, 3])
  })

  test("a preference is one of two rows", () => {
    const weighting = upgrad({ preference: [1, 2, 3] })
    expect(() => aggregate(wasm, gradientAndMomentum({ weighting }), linearizeJacobian(calls[0] ?? []))).toThrow(
      "length of the preference is 3"
    )
  })
})

test("methods that learn from the values after an update are refused where these do not arrive", () => {
  const linearization = linearizeJacobian(calls[0] ?? [], [1, 1, 1])
  for (const aggregator of [
    momentum({ aggregator: famo() }),
    grouped({ weighting: famo(), groups: [5] }),
    gradientAndMomentum({ weighting: crMogm({ weighting: famo() }) })
  ]) {
    expect(() => aggregate(wasm, aggregator, linearization)).toThrow("it learns from the values after the update")
  }
})
