/** Learning rates by the iteration, against their closed forms and PyTorch's. */
import { describe, expect, test } from "bun:test"
import { InputError } from "@dualcone/wasm"
import {
  type LearningRateSchedule,
  learningRateOf,
  makeOptimizer,
  parseOptimizer,
  schedules,
  sgd,
  theoremOneStep
} from "../src/index.ts"
import { golden } from "./golden-optimizers.ts"

const functions = { cos: Math.cos }

const rates = (schedule: number | LearningRateSchedule, count: number): number[] =>
  Array.from({ length: count }, (_, i) => learningRateOf(schedule, functions)(i + 1))

describe("closed forms", () => {
  const cases: [string, number | LearningRateSchedule, (k: number) => number][] = [
    ["a number", 0.3, () => 0.3],
    ["constant", schedules.constant(0.3), () => 0.3],
    ["inverse-sqrt", schedules.inverseSqrt({ initial: 0.3 }), (k) => 0.3 / Math.sqrt(k)],
    ["step", schedules.step({ initial: 0.3, every: 4, factor: 0.1 }), (k) => 0.3 * 0.1 ** Math.floor((k - 1) / 4)],
    ["exponential", schedules.exponential({ initial: 0.3, factor: 0.97 }), (k) => 0.3 * 0.97 ** (k - 1)],
    [
      "cosine",
      schedules.cosine({ initial: 0.3, minimum: 0.1, iterations: 10 }),
      (k) => 0.2 + 0.1 * Math.cos((Math.PI * (k - 1)) / 10)
    ],
    [
      "linear-warmup to a number",
      schedules.linearWarmup({ iterations: 10, schedule: 0.3 }),
      (k) => 0.3 * Math.min(1, k / 10)
    ],
    [
      "linear-warmup to inverse-sqrt",
      schedules.linearWarmup({ iterations: 10, schedule: schedules.inverseSqrt({ initial: 0.3 }) }),
      (k) => (k < 10 ? (0.3 * k) / 10 : 0.3 / Math.sqrt(k - 9))
    ],
    ["a warm-up of one iteration is none", schedules.linearWarmup({ iterations: 1, schedule: 0.3 }), () => 0.3]
  ]
  for (const [name, schedule, expected] of cases) {
    test(name, () => {
      rates(schedule, 100).forEach((rate, i) => {
        expect(Math.abs(rate - expected(i + 1))).toBeLessThan(1e-15)
      })
    })
  }

  test("cosine is exact at both ends, and in every later period the same", () => {
    const schedule = schedules.cosine({ initial: 0.3, minimum: 0.1, iterations: 7 })
    const rate = learningRateOf(schedule, functions)
    expect(rate(1)).toBe(0.3)
    expect(rate(8)).toBe(0.1)
    for (let k = 1; k <= 14; k++) expect(rate(k + 14 * 1_000_000)).toBe(rate(k))
  })
})

describe("PyTorch's schedulers", () => {
  for (const { name, schedule, rates: expected } of golden.schedules) {
    test(name, () => {
      const parsed = parseOptimizer({ name: "sgd", learningRate: schedule }).learningRate
      rates(parsed, expected.length).forEach((rate, i) => {
        expect(rate).toBeCloseTo(expected[i] ?? Number.NaN, 14)
      })
    })
  }
})

test("an optimizer takes the rate of the iteration that it is told", () => {
  const optimizer = makeOptimizer(sgd({ learningRate: schedules.inverseSqrt({ initial: 1 }) }), 1, "float64")
  const parameters = Float64Array.of(0)
  for (const iteration of [1, 4, 16]) optimizer.update(parameters, Float64Array.of(-1), iteration)
  expect(parameters[0]).toBe(1 + 1 / 2 + 1 / 4)
})

test("a cosine, warmed up or not, takes its cosine from the functions given", () => {
  const cosine = schedules.cosine({ initial: 1, iterations: 2 })
  for (const learningRate of [cosine, schedules.linearWarmup({ iterations: 2, schedule: cosine })]) {
    expect(() => makeOptimizer(sgd({ learningRate }), 1)).toThrow(InputError)
    expect(() => makeOptimizer(sgd({ learningRate }), 1)).toThrow("functions")
  }
  const flat = { cos: () => 1 }
  expect(learningRateOf(cosine, flat)(2)).toBe(1)
})

describe("the step of Theorem 1", () => {
  test("is 1 / (β √m)", () => {
    expect(theoremOneStep({ smoothness: 2, objectives: 4 })).toBe(0.25)
    expect(theoremOneStep({ smoothness: 0.5, objectives: 1 })).toBe(2)
  })
  test("refuses what is no smoothness or no count", () => {
    expect(() => theoremOneStep({ smoothness: 0, objectives: 4 })).toThrow("theoremOneStep.smoothness is 0")
    expect(() => theoremOneStep({ smoothness: 1, objectives: 1.5 })).toThrow("theoremOneStep.objectives is 1.5")
  })
})
