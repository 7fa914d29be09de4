/** Every optimizer against recorded traces of PyTorch, and going on from saved vectors to the same bits. */
import { describe, expect, test } from "bun:test"
import { adaGrad, adam, adamW, makeOptimizer, parseOptimizer, rmsProp, schedules, sgd } from "../src/index.ts"
import { golden } from "./golden-optimizers.ts"

const functions = { cos: Math.cos }
const vectorOf = {
  float32: (values: readonly number[]) => Float32Array.from(values),
  float64: (values: readonly number[]) => Float64Array.from(values)
} as const

/** The parameters after each update by the recorded gradients. */
function trace(specification: unknown, precision: "float32" | "float64"): number[][] {
  const optimizer = makeOptimizer(parseOptimizer(specification), golden.parameters.length, precision)
  const parameters = vectorOf[precision](golden.parameters)
  return golden.gradients.map((gradient, i) => {
    optimizer.update(parameters, vectorOf[precision](gradient), i + 1)
    return Array.from(parameters)
  })
}

/** The largest difference, relative where an expected value is above 1 in size. */
function largestError(found: readonly (readonly number[])[], expected: readonly (readonly number[])[]): number {
  let largest = 0
  expected.forEach((row, k) => {
    row.forEach((value, i) => {
      const error = Math.abs((found[k]?.[i] ?? Number.NaN) - value) / Math.max(1, Math.abs(value))
      if (!(error <= largest)) largest = error
    })
  })
  return largest
}

describe("PyTorch's trace, 20 updates of 7 parameters", () => {
  for (const { name, optimizer, float64, float32 } of golden.cases) {
    test(`${name}, float64`, () => expect(largestError(trace(optimizer, "float64"), float64)).toBeLessThan(1e-12))
    test(`${name}, float32`, () => expect(largestError(trace(optimizer, "float32"), float32)).toBeLessThan(1e-6))
  }

  test("the recorded cases cover every optimizer", () => {
    const names = new Set(golden.cases.map(({ optimizer }) => parseOptimizer(optimizer).name))
    expect([...names].sort()).toEqual(["adagrad", "adam", "adamw", "rmsprop", "sgd"])
  })
})

describe("restored vectors go on to the same bits, after any iteration", () => {
  const scheduled = {
    name: "Adam along a warmed-up cosine",
    optimizer: adam({
      learningRate: schedules.linearWarmup({
        iterations: 4,
        schedule: schedules.cosine({ initial: 0.1, iterations: 12 })
      })
    })
  }
  for (const { name, optimizer } of [...golden.cases, scheduled]) {
    for (const precision of ["float32", "float64"] as const) {
      test(`${name}, ${precision}`, () => {
        const specification = parseOptimizer(optimizer)
        const plan = () => makeOptimizer(specification, golden.parameters.length, precision, functions)
        const directions = golden.gradients.map((gradient) => vectorOf[precision](gradient))
        const whole = plan()
        const parameters = vectorOf[precision](golden.parameters)
        const states = [{ parameters: parameters.slice(), vectors: new Map<string, Float32Array | Float64Array>() }]
        for (const [name, vector] of whole.vectors) states[0]?.vectors.set(name, vector.slice())
        directions.forEach((direction, i) => {
          whole.update(parameters, direction, i + 1)
          const vectors = new Map([...whole.vectors].map(([name, vector]) => [name, vector.slice()]))
          states.push({ parameters: parameters.slice(), vectors })
        })

        states.forEach((state, after) => {
          const resumed = plan()
          expect([...resumed.vectors.keys()]).toEqual([...state.vectors.keys()])
          for (const [name, vector] of resumed.vectors) vector.set(state.vectors.get(name) ?? [])
          const continued = state.parameters.slice()
          directions.slice(after).forEach((direction, i) => {
            resumed.update(continued, direction, after + i + 1)
          })
          expect(continued).toEqual(parameters)
        })
      })
    }
  }
})

describe("defaults are PyTorch's", () => {
  test("adam", () => {
    const betas = [0.9, 0.999] as const
    const shared = { learningRate: 1e-3, betas, epsilon: 1e-8, amsgrad: false }
    expect(adam()).toEqual({ name: "adam", ...shared, weightDecay: 0 })
    expect(adamW()).toEqual({ name: "adamw", ...shared, weightDecay: 0.01 })
  })
  test("rmsProp", () => {
    const plain = { learningRate: 0.01, alpha: 0.99, epsilon: 1e-8, weightDecay: 0, momentum: 0, centered: false }
    expect(rmsProp()).toEqual({ name: "rmsprop", ...plain })
  })
  test("adaGrad", () => {
    const start = { learningRateDecay: 0, weightDecay: 0, initialAccumulatorValue: 0 }
    expect(adaGrad()).toEqual({ name: "adagrad", learningRate: 0.01, ...start, epsilon: 1e-10 })
  })
  test("sgd", () => {
    const plain = { momentum: 0, dampening: 0, weightDecay: 0, nesterov: false }
    expect(sgd({ learningRate: 0.1 })).toEqual({ name: "sgd", learningRate: 0.1, ...plain })
  })
})

describe("edges", () => {
  // v - g² ≥ 0 by the inequality of Cauchy and Schwarz, and it tends to 0 for a constant direction: rounding decides its
  // sign, and of a thousand directions some hundreds are rounded to the wrong side.
  test("a variance that rounding makes negative leaves centered RMSProp finite", () => {
    const optimizer = makeOptimizer(rmsProp({ centered: true, alpha: 0.5, learningRate: 1e-12 }), 1000)
    const parameters = new Float32Array(1000)
    const direction = Float32Array.from({ length: 1000 }, (_, i) => (i + 1) / 1001)
    for (let iteration = 1; iteration <= 200; iteration++) optimizer.update(parameters, direction, iteration)
    expect(parameters.every(Number.isFinite)).toBe(true)
  })

  test("an entry that never has a direction stays where it is", () => {
    for (const specification of [adam(), adam({ amsgrad: true }), rmsProp({ centered: true }), adaGrad()]) {
      const optimizer = makeOptimizer(specification, 2, "float64")
      const parameters = Float64Array.of(0.3, 0)
      for (let iteration = 1; iteration <= 3; iteration++) optimizer.update(parameters, new Float64Array(2), iteration)
      expect(parameters).toEqual(Float64Array.of(0.3, 0))
    }
  })

  // With no memory, m = d, v = d² and both corrections are 1: the step is learningRate d / (|d| + epsilon).
  test("Adam without memory is a step by the sign, corrections included", () => {
    const optimizer = makeOptimizer(adam({ learningRate: 0.5, betas: [0, 0], epsilon: 1e-30 }), 2, "float64")
    const parameters = Float64Array.of(1, 1)
    for (const iteration of [1, 2, 1000]) optimizer.update(parameters, Float64Array.of(3, -0.25), iteration)
    expect(parameters).toEqual(Float64Array.of(-0.5, 2.5))
  })

  // The decay of AdamW alone: p (1 - learningRate weightDecay) an iteration, along the schedule.
  test("the decay of AdamW follows the schedule", () => {
    const learningRate = schedules.step({ initial: 0.5, every: 1, factor: 0.5 })
    const optimizer = makeOptimizer(adamW({ learningRate, weightDecay: 1 }), 1, "float64")
    const parameters = Float64Array.of(1)
    for (let iteration = 1; iteration <= 3; iteration++) {
      optimizer.update(parameters, Float64Array.of(0), iteration)
    }
    expect(parameters[0]).toBe((1 / 2) * (3 / 4) * (7 / 8))
  })
})
