/** The protocol's formulas against closed forms and values computed by hand. */
import { describe, expect, test } from "bun:test"
import {
  estimate,
  exponentialSmoothing,
  fineRates,
  geometricRates,
  paperCoarse,
  paperFine,
  ranked,
  root,
  subsetRange
} from "../src/index.ts"

describe("learning rates", () => {
  test("the coarse stage has 22 rates a third of a decade apart", () => {
    const rates = geometricRates(paperCoarse)
    expect(rates).toHaveLength(22)
    rates.forEach((rate, i) => {
      expect(rate / 10 ** (-5 + i / 3)).toBeCloseTo(1, 11)
    })
    expect(rates.filter((_, i) => i % 3 === 0)).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100])
  })

  test("a root is exact where it is a double", () => {
    expect(root(8, 3)).toBe(2)
    expect(root(1, 5)).toBe(1)
    expect(Math.abs(root(10, 3) - Math.cbrt(10))).toBeLessThan(1e-15)
  })

  test("the fine stage spans the two best rates and a third of a decade beyond, wherever they lie", () => {
    const tried = [
      { learningRate: 0.01, area: 9 },
      { learningRate: 0.1, area: 5 },
      { learningRate: 1, area: 7 },
      { learningRate: 10, area: Number.POSITIVE_INFINITY }
    ]
    const rates = fineRates(tried, paperFine)
    expect(rates).toHaveLength(50)
    expect(rates[0]).toBeCloseTo(0.1 * 10 ** (-1 / 3), 12)
    expect(rates[49]).toBeCloseTo(10 ** (1 / 3), 10)
    const ratios = rates.slice(1).map((rate, i) => rate / (rates[i] ?? 0))
    for (const ratio of ratios) expect(ratio).toBeCloseTo(10 ** (5 / 3 / 49), 9)
  })

  test("one finite area is refined around itself, none is not refined", () => {
    const diverged = { learningRate: 1, area: Number.POSITIVE_INFINITY }
    expect(fineRates([diverged, { learningRate: 0.1, area: 3 }], { count: 3, margin: 2 })).toEqual([0.05, 0.1, 0.2])
    expect(fineRates([diverged], paperFine)).toEqual([])
  })

  test("of equal areas the smaller rate is the better", () => {
    const tried = [0.2, 0.1].map((learningRate) => ({ learningRate, area: 1 }))
    expect(ranked(tried).map(({ learningRate }) => learningRate)).toEqual([0.1, 0.2])
  })

  test("a progression that is none is refused", () => {
    expect(() => geometricRates({ from: 0, to: 1, count: 3 })).toThrow("the least learning rate is 0")
    expect(() => geometricRates({ from: 2, to: 1, count: 3 })).toThrow("it must not be below the least, 2")
    expect(() => geometricRates({ from: 1, to: 2, count: 0 })).toThrow("the number of learning rates is 0")
  })
})

describe("over seeds", () => {
  test("the standard error of 1, 2, 3, 4 is √(5/3/4)", () => {
    const { mean, standardError } = estimate([1, 2, 3, 4])
    expect(mean).toBe(2.5)
    expect(standardError).toBeCloseTo(Math.sqrt(5 / 12), 15)
  })

  test("one value has no error, none has no mean, a diverged one has both at infinity", () => {
    expect(estimate([7])).toEqual({ mean: 7, standardError: null })
    expect(estimate([])).toEqual({ mean: null, standardError: null })
    expect(estimate([1, Number.POSITIVE_INFINITY])).toEqual({ mean: Number.POSITIVE_INFINITY, standardError: null })
  })

  test("subset 1 of 1,024 begins at example 1,024", () => {
    expect(subsetRange(1, 1024, 60_000)).toEqual({ from: 1024, examples: 1024 })
    expect(() => subsetRange(9, 1024, 10_000)).toThrow(
      "the subset is 9; with 1024 examples each there are subsets 0 to 8"
    )
    expect(() => subsetRange(0, 1024, 1000)).toThrow("there are only 1000 examples")
  })
})

describe("smoothing", () => {
  test("weights decay by 1 - α and are normalised", () => {
    // With α = 1/2: 1, (3 + 1/2) / (3/2), (2 + 3/2 + 1/4) / (7/4).
    const smooth = exponentialSmoothing(Float64Array.of(1, 3, 2), 0.5)
    expect([...smooth]).toEqual([1, 3.5 / 1.5, 3.75 / 1.75])
  })

  test("a constant stays, an impulse decays as its closed form", () => {
    for (const value of exponentialSmoothing(new Float64Array(50).fill(3))) expect(value).toBeCloseTo(3, 14)
    const impulse = exponentialSmoothing(Float64Array.from({ length: 40 }, (_, i) => (i === 0 ? 1 : 0)))
    impulse.forEach((value, t) => {
      expect(value).toBeCloseTo((0.025 * 0.975 ** t) / (1 - 0.975 ** (t + 1)), 14)
    })
  })

  test("a NaN repeats what was, and ages it", () => {
    const smooth = exponentialSmoothing(Float64Array.of(1, Number.NaN, 2), 0.5)
    expect([...smooth]).toEqual([1, 1, (2 + 0.25) / 1.25])
  })
})
