/** Areas, profiles and searches on numbers that can be followed by hand. */
import { describe, expect, test } from "bun:test"
import { mean } from "@dualcone/aggregation"
import { analyticInstance } from "../src/analytic/definition.ts"
import type { Instance } from "../src/instance.ts"
import { conflictMethod, conflictMethods, methodsFor } from "../src/methods.ts"
import { measuredRun } from "../src/protocol/measured-run.ts"
import { PathMeasures } from "../src/protocol/path-measures.ts"
import { rateSearch, ratesAllowed } from "../src/protocol/profiles.ts"
import { criterionOf, search } from "../src/protocol/search.ts"
import { conflictProblem } from "../src/registry.ts"
import { performanceProfile, shareWithin } from "../src/score/performance-profile.ts"
import { goodDecades } from "../src/score/rate-sensitivity.ts"
import { analyticProblem, analyticProblems, context } from "./context.ts"

/** Two objectives that are the coordinates, ideal 0, scales 2 and 4. */
const plain: Instance = {
  start: Float64Array.of(2, 4),
  linearize: () => {
    throw new Error("nothing descends here")
  },
  values: (x) => x.slice(),
  ideal: Float64Array.of(0, 0),
  scale: Float64Array.of(2, 4),
  least: { worst: 0.25, mean: 0.1 },
  distance: ([a = 0]) => a,
  front: null,
  measureEvery: 1,
  [Symbol.dispose]() {}
}

describe("the measures of a path", () => {
  test("are means over its points of the excess above the least, in units of the scales", () => {
    const measures = new PathMeasures(plain, "main-first", 2)
    measures.at(0, Float64Array.of(2, 4)) // excess 1, 1
    measures.at(1, Float64Array.of(1, 2)) // 0.5, 0.5
    measures.at(2, Float64Array.of(0.2, 3)) // 0.1, 0.75: the second rose
    const score = measures.score()
    expect(score.worstArea).toBeCloseTo((0.75 + 0.25 + 0.5) / 3, 12)
    expect(score.meanArea).toBeCloseTo((0.9 + 0.4 + 0.325) / 3, 12)
    expect(score.mainArea).toBeCloseTo((1 + 0.5 + 0.1) / 3, 12)
    expect(score.distanceArea).toBeCloseTo((2 + 1 + 0.2) / 3, 12)
    expect(score.increases).toBe(0.5)
    expect(score.worstEnd).toBeCloseTo(0.5, 12)
    expect(score.divergedAt).toBeNull()
    expect([...score.curves.iterations]).toEqual([0, 1, 2])
  })

  test("are infinite from a value on that is not finite, or an excess above a million", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 3e6]) {
      const measures = new PathMeasures(plain, "equal", 5)
      measures.at(0, Float64Array.of(2, 4))
      measures.at(1, Float64Array.of(bad, 0))
      expect(measures.diverged).toBe(true)
      const { divergedAt, worstArea, worstEnd, mainArea } = measures.score()
      expect({ divergedAt, worstArea, worstEnd, mainArea }).toEqual({
        divergedAt: 1,
        worstArea: Number.POSITIVE_INFINITY,
        worstEnd: null,
        mainArea: null
      })
    }
  })
})

test("a run of gradient descent on two parabolas has the area of its geometric series", () => {
  // VLMOP1 by the mean: x - 1 shrinks by 1 - 2η; from x = 10 the excess of x² is (x / 10)², of (x - 2)² ((x - 2) / 10)².
  const problem = analyticProblem("vlmop1")
  const instance = analyticInstance(problem, context, 3)
  const run = measuredRun(context.wasm, problem, instance, { aggregator: mean(), learningRate: 0.1, steps: 20 })
  let area = 0
  let rises = 0
  for (let k = 0; k <= 20; k++) {
    const x = 1 + 9 * 0.8 ** k
    // The second objective rises on every step that ends further from 2 than it began.
    if (k < 20 && Math.abs(9 * 0.8 ** (k + 1) - 1) > Math.abs(9 * 0.8 ** k - 1)) rises++
    area += Math.max((x / 10) ** 2, ((x - 2) / 10) ** 2) / 21
  }
  // The least worst excess is at x = 1: 1 / 100.
  expect(run.worstArea).toBeCloseTo(area - 0.01, 6)
  expect(run.increases).toBe(rises / 20)
  expect(run.similarity).toBeCloseTo(1, 12)
})

describe("performance profiles", () => {
  const problems = [
    new Map([
      ["a", 0.1],
      ["b", 0.2],
      ["c", Number.POSITIVE_INFINITY]
    ]),
    new Map([
      ["a", 0.4],
      ["b", 0.1]
    ]),
    new Map([["c", Number.POSITIVE_INFINITY]])
  ]

  test("count the problems within a factor of the best, failures as never", () => {
    const [a, b, c] = performanceProfile(problems, ["a", "b", "c"])
    if (a === undefined || b === undefined || c === undefined) throw new Error("there are three methods")
    expect([a.problems, b.problems, c.problems]).toEqual([2, 2, 1]) // the third problem nobody solved
    expect([1, 2, 4].map((factor) => shareWithin(a, factor))).toEqual([0.5, 0.5, 1])
    expect([1, 2, 4].map((factor) => shareWithin(b, factor))).toEqual([0.5, 1, 1])
    expect(shareWithin(c, 1e9)).toBe(0)
  })

  test("do not tell areas apart that are far below a thousandth", () => {
    const [a, b] = performanceProfile(
      [
        new Map([
          ["a", 1e-9],
          ["b", 1e-6]
        ])
      ],
      ["a", "b"]
    )
    expect(b?.ratios[0] ?? 0).toBeLessThan(1.01)
    expect(a?.ratios[0]).toBe(1)
  })
})

test("good decades are the even rates within twice the best", () => {
  const rates = [9, 3, 1.9, 1, 1.5, Number.POSITIVE_INFINITY].map((criterion) => ({ criterion }))
  expect(goodDecades(rates, 1, 0.5)).toBe(1.5)
  expect(goodDecades(rates, Number.POSITIVE_INFINITY, 0.5)).toBe(0)
})

describe("the search of a rate", () => {
  const problem = conflictProblem("vlmop1")

  test("tries as many rates for one method as for another, coarse ones over seven decades, then fine ones around the best", async () => {
    const searches = await Promise.all(
      ["upgrad", "mean", "mgda"].map((name) => search(context, problem, conflictMethod(name), "quick"))
    )
    for (const { rates, best } of searches) {
      expect(rates.length).toBeLessThanOrEqual(ratesAllowed("quick"))
      expect(rates.length).toBeGreaterThanOrEqual(ratesAllowed("quick") - 2) // a fine rate may be a coarse one
      const coarse = rates.filter(({ stage }) => stage === "coarse")
      const { from, to } = rateSearch(problem, "quick").coarse
      expect(coarse[0]?.learningRate).toBe(from)
      expect(coarse.at(-1)?.learningRate).toBe(to)
      expect(to / from).toBeCloseTo(1e7, -1)
      const criteria = rates.map(({ criterion }) => criterion)
      expect(rates[best ?? -1]?.criterion).toBe(Math.min(...criteria))
    }
  })

  test("has the paper's 22 and 50 rates in the full profile", () => {
    expect(ratesAllowed("full")).toBe(72)
    expect(rateSearch(problem, "full").coarse.count).toBe(22)
  })

  test("judges a rate by half the worst and half the mean area, or by the main objective where one comes first", () => {
    const run = { worstArea: 3, meanArea: 1, mainArea: null }
    expect(criterionOf([run, { ...run, worstArea: 5 }])).toBe(2.5)
    expect(criterionOf([{ ...run, mainArea: 7 }])).toBe(7)
    expect(criterionOf([run, { ...run, worstArea: Number.POSITIVE_INFINITY }])).toBe(Number.POSITIVE_INFINITY)
  })

  test("leaves methods for priorities out where no objective comes first", () => {
    const roles = (name: string) => methodsFor(conflictProblem(name)).map((method) => method.name)
    expect(roles("cqf")).not.toContain("bloop")
    expect(roles("opposed")).toContain("bloop")
    expect(conflictMethods.map(({ name }) => name)).toContain("cr-mogm(mgda)")
  })
})

test("ideals are the least of the front and scales the most that a start lacks", () => {
  for (const problem of analyticProblems) {
    const { ideal, scale, least } = analyticInstance(problem, context, 0)
    expect(ideal.every(Number.isFinite)).toBe(true)
    expect(scale.every((one) => one > 0)).toBe(true)
    expect(least.worst).toBeGreaterThanOrEqual(0)
    expect(least.mean).toBeLessThanOrEqual(least.worst + 1e-12)
  }
})
