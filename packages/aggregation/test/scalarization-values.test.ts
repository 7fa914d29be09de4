import { describe, expect, test } from "bun:test"
import type { Method, Specification } from "../src/method.ts"
import { cosmos, cosmosMethod, cosmosValue } from "../src/scalarizations/cosmos.ts"
import { famo, famoMethod } from "../src/scalarizations/famo.ts"
import { geometricMean, geometricMeanMethod, geometricMeanValue } from "../src/scalarizations/geometric-mean.ts"
import { imtlL, imtlLMethod, imtlLValue } from "../src/scalarizations/imtl-l.ts"
import { pbi, pbiMethod, pbiValue } from "../src/scalarizations/pbi.ts"
import { stch, stchMethod, stchValue } from "../src/scalarizations/stch.ts"
import { tchebycheff, tchebycheffMethod, tchebycheffValue } from "../src/scalarizations/tchebycheff.ts"
import { uw, uwMethod, uwValue } from "../src/scalarizations/uw.ts"
import { planOf, wasm } from "./plan.ts"
import { uniform } from "./samplers.ts"
import { relativeDistance } from "./vectors.ts"

const { functions } = wasm
const of = (...losses: number[]) => Float64Array.from(losses)

function scalarization<A extends Specification>(method: Method<A>, specification: A, objectives: number) {
  const plan = planOf(method, specification, objectives)
  if (plan.asks !== "values") throw new Error(`${method.name} looks at more than the values`)
  return plan.scalarization
}

/** Of the first call. */
function weights<A extends Specification>(method: Method<A>, specification: A, losses: Float64Array): Float64Array {
  using planned = scalarization(method, specification, losses.length)
  return planned.weigh(losses).slice()
}

/** Central differences of a function of the losses; their error is of order (10⁻⁵)² + ε / 10⁻⁵. */
function slopes(value: (losses: Float64Array) => number, losses: Float64Array): Float64Array {
  return losses.map((loss, i) => {
    const step = 1e-5 * Math.abs(loss)
    const [above, below] = [losses.slice(), losses.slice()]
    above[i] = loss + step
    below[i] = loss - step
    return (value(above) - value(below)) / (2 * step)
  })
}

describe("values in closed form", () => {
  test("STCH of equal losses exceeds them by log m", () => {
    expect(stchValue(functions, stch(), of(0, 0))).toBeCloseTo(Math.LN2, 14)
    expect(stchValue(functions, stch({ preference: [1, 1] }), of(1, 1))).toBeCloseTo(1 + Math.LN2, 14)
    expect(stchValue(functions, stch({ preference: [1, 1], reference: [1, 1] }), of(1, 1))).toBeCloseTo(Math.LN2, 14)
  })

  test("STCH does not overflow: a third of the largest loss", () => {
    expect(stchValue(functions, stch({ mu: 1e-10 }), of(1e30, 2e30, 3e30))).toBeCloseTo(1e30, -15)
    expect(Array.from(weights(stchMethod, stch({ mu: 1e-10 }), of(1e30, 2e30, 3e30)))).toEqual([0, 0, 1 / 3])
  })

  test("STCH lies above the maximum by at most mu log m", () => {
    const losses = of(0.3, 1.7, 1.6, 0.2)
    const largest = tchebycheffValue(tchebycheff(), losses)
    for (const mu of [1, 0.1, 0.01, 0.001]) {
      const excess = stchValue(functions, stch({ mu }), losses) - largest
      expect(excess).toBeGreaterThanOrEqual(0)
      expect(excess).toBeLessThanOrEqual(mu * Math.log(4))
    }
    const sharp = weights(stchMethod, stch({ mu: 1e-6 }), losses)
    expect(Array.from(sharp)).toEqual(Array.from(weights(tchebycheffMethod, tchebycheff(), losses)))
  })

  test("Tchebycheff: the first of equal maxima", () => {
    const chosen = tchebycheff({ preference: [1, 2, 1], reference: [0, 1, 1] })
    expect(Array.from(weights(tchebycheffMethod, chosen, of(2, 2, 3)))).toEqual([1, 0, 0])
    expect(Array.from(weights(tchebycheffMethod, chosen, of(2, 2.5, 3)))).toEqual([0, 2, 0])
    expect(tchebycheffValue(chosen, of(2, 2.5, 3))).toBe(3)
  })

  test("the geometric mean of 1, 2, 4 is 2", () => {
    expect(geometricMeanValue(functions, of(1, 2, 4))).toBeCloseTo(2, 14)
    expect(
      relativeDistance(weights(geometricMeanMethod, geometricMean(), of(1, 2, 4)), [2 / 3, 1 / 3, 1 / 6])
    ).toBeLessThan(1e-14)
  })

  test("UW and IMTL-L of fresh scales are half of the sum and the sum", () => {
    expect(uwValue(functions, of(0, 0, 0), of(1, 2, 4))).toBe(3.5)
    expect(imtlLValue(functions, of(0, 0, 0), of(1, 2, 4))).toBe(7)
    expect(Array.from(weights(uwMethod, uw(), of(1, 2, 4)))).toEqual([0.5, 0.5, 0.5])
    expect(Array.from(weights(imtlLMethod, imtlL(), of(1, 2, 4)))).toEqual([1, 1, 1])
  })

  test("IMTL-L at s is twice UW at -s", () => {
    const losses = of(0.5, 2, 4)
    expect(imtlLValue(functions, of(0.3, -0.7, 1.2), losses)).toBeCloseTo(
      2 * uwValue(functions, of(-0.3, 0.7, -1.2), losses),
      13
    )
  })

  test("COSMOS is zero where the sum equals lambda times the cosine", () => {
    expect(cosmosValue(cosmos({ lambda: 2, weights: [1, 1] }), of(1, 1))).toBeCloseTo(0, 15)
    expect(cosmosValue(cosmos({ lambda: 3, weights: [1, 0] }), of(0, 5))).toBe(0)
  })

  test("PBI of (2, 0) along (1, 1): both distances are √2", () => {
    const along = { weights: [1, 1] }
    expect(pbiValue(pbi({ ...along, theta: 1 }), of(2, 0))).toBeCloseTo(2 * Math.SQRT2, 14)
    expect(pbiValue(pbi({ ...along, theta: 0 }), of(2, 0))).toBeCloseTo(Math.SQRT2, 14)
    expect(pbiValue(pbi({ ...along, theta: 1, reference: [1, 1] }), of(3, 1))).toBeCloseTo(2 * Math.SQRT2, 14)
  })

  test("FAMO of fresh logits weighs by the inverse of the losses, to a sum of one", () => {
    expect(relativeDistance(weights(famoMethod, famo(), of(1, 2)), [2 / 3, 1 / 3])).toBeLessThan(1e-8)
  })
})

describe("the weights are the partial derivatives of the value", () => {
  const next = uniform(11)
  for (const m of [1, 2, 3, 7]) {
    const losses = Float64Array.from({ length: m }, () => 0.2 + 2 * next())
    const preference = Array.from({ length: m }, () => 0.1 + next())
    const reference = Array.from({ length: m }, () => -next())
    const logits = Float64Array.from({ length: m }, () => next() - 0.5)
    const agrees = (seen: Float64Array, value: (at: Float64Array) => number) =>
      expect(relativeDistance(seen, slopes(value, losses))).toBeLessThan(1e-8)

    test(`stch, m = ${m}`, () => {
      for (const mu of [0.1, 1, 10]) {
        for (const settings of [stch({ mu }), stch({ mu, preference, reference })]) {
          agrees(weights(stchMethod, settings, losses), (at) => stchValue(functions, settings, at))
        }
      }
    })

    test(`tchebycheff, m = ${m}`, () => {
      const settings = tchebycheff({ preference, reference })
      agrees(weights(tchebycheffMethod, settings, losses), (at) => tchebycheffValue(settings, at))
    })

    test(`geometric-mean, m = ${m}`, () => {
      agrees(weights(geometricMeanMethod, geometricMean(), losses), (at) => geometricMeanValue(functions, at))
    })

    test(`cosmos, m = ${m}`, () => {
      for (const settings of [cosmos(), cosmos({ lambda: 3, weights: preference })]) {
        agrees(weights(cosmosMethod, settings, losses), (at) => cosmosValue(settings, at))
      }
    })

    test(`pbi, m = ${m}`, () => {
      for (const settings of [pbi(), pbi({ theta: 0.5, weights: preference, reference })]) {
        agrees(weights(pbiMethod, settings, losses), (at) => pbiValue(settings, at))
      }
    })

    test(`uw and imtl-l of learned scales, m = ${m}`, () => {
      using learned = scalarization(uwMethod, uw(), m)
      learned.state.get("logScales")?.set(logits)
      const logVariances = logits.map((entry) => -entry)
      agrees(learned.weigh(losses), (at) => uwValue(functions, logVariances, at))
      using other = scalarization(imtlLMethod, imtlL(), m)
      other.state.get("logScales")?.set(logits)
      agrees(other.weigh(losses), (at) => imtlLValue(functions, logits, at))
    })

    test(`famo of learned logits, m = ${m}`, () => {
      // c is held constant: the derivatives of Σ z log(L − b), brought to the sum 1 that c gives them.
      const exponentials = Array.from(logits, Math.exp)
      const total = exponentials.reduce((sum, entry) => sum + entry, 0)
      const value = (at: Float64Array) =>
        at.reduce((sum, loss, i) => sum + ((exponentials[i] ?? 0) / total) * Math.log(loss - (reference[i] ?? 0)), 0)
      const derivatives = slopes(value, losses)
      const c = 1 / derivatives.reduce((sum, entry) => sum + entry, 0)
      using planned = scalarization(famoMethod, famo({ lowerBounds: reference }), m)
      planned.state.get("logits")?.set(logits)
      expect(
        relativeDistance(
          planned.weigh(losses),
          derivatives.map((entry) => c * entry)
        )
      ).toBeLessThan(1e-7)
    })
  }
})
