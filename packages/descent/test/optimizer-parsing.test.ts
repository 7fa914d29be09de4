/** Optimizers from data: what is accepted, and that every wrong key and value is named. */
import { describe, expect, test } from "bun:test"
import { InputError } from "@dualcone/wasm"
import { adaGrad, adam, adamW, makeOptimizer, parseOptimizer, rmsProp, schedules, sgd } from "../src/index.ts"

describe("a name and options are what the function of that name makes", () => {
  test("defaults", () => {
    expect(parseOptimizer({ name: "sgd", learningRate: 0.1 })).toEqual(sgd({ learningRate: 0.1 }))
    expect(parseOptimizer({ name: "adam" })).toEqual(adam())
    expect(parseOptimizer({ name: "adamw" })).toEqual(adamW())
    expect(parseOptimizer({ name: "rmsprop" })).toEqual(rmsProp())
    expect(parseOptimizer({ name: "adagrad" })).toEqual(adaGrad())
  })

  test("what a function makes is read back from its JSON", () => {
    const learningRate = schedules.linearWarmup({
      iterations: 3,
      schedule: schedules.step({ initial: 1, every: 2, factor: 0.5 })
    })
    for (const made of [
      sgd({ learningRate, momentum: 0.5, nesterov: true }),
      adam({ learningRate: schedules.cosine({ initial: 1, iterations: 5 }), betas: [0.5, 0.5], amsgrad: true }),
      adamW({ learningRate: schedules.constant(1), epsilon: 1 }),
      rmsProp({ learningRate: schedules.exponential({ initial: 1, factor: 0.5 }), centered: true }),
      adaGrad({ learningRate: schedules.inverseSqrt({ initial: 1 }), learningRateDecay: 1 })
    ]) {
      expect(parseOptimizer(JSON.parse(JSON.stringify(made)))).toEqual(made)
    }
  })
})

/** Data, and how the message begins. */
const refused: [unknown, string][] = [
  [null, "optimizer is null"],
  ["adam", 'optimizer is "adam"'],
  [{}, "optimizer is {}"],
  [{ name: "adadelta" }, 'optimizer.name is "adadelta"; it must be one of sgd, adam, adamw, rmsprop, adagrad'],
  [{ name: "sgd" }, "optimizer.learningRate is missing"],
  [{ name: "sgd", learningRate: 0 }, "optimizer.learningRate is 0"],
  [{ name: "sgd", learningRate: "0.1" }, 'optimizer.learningRate is "0.1"'],
  [{ name: "sgd", learningRate: Number.POSITIVE_INFINITY }, "optimizer.learningRate is Infinity"],
  [{ name: "sgd", learningRate: 1, lr: 1 }, "optimizer.lr is 1; unknown key"],
  [{ name: "sgd", learningRate: 1, momentum: 1 }, "optimizer.momentum is 1"],
  [{ name: "sgd", learningRate: 1, momentum: null }, "optimizer.momentum is null"],
  [{ name: "sgd", learningRate: 1, nesterov: 1 }, "optimizer.nesterov is 1"],
  [{ name: "sgd", learningRate: 1, nesterov: true }, "optimizer.nesterov is true; it needs a positive momentum"],
  [{ name: "adam", betas: 0.9 }, "optimizer.betas is 0.9"],
  [{ name: "adam", betas: [0.9] }, "optimizer.betas is [0.9]"],
  [{ name: "adam", betas: [0.9, 1] }, "optimizer.betas[1] is 1"],
  [{ name: "adam", betas: [-0.1, 0.9] }, "optimizer.betas[0] is -0.1"],
  [{ name: "adam", epsilon: 0 }, "optimizer.epsilon is 0"],
  [{ name: "adam", weightDecay: -1 }, "optimizer.weightDecay is -1"],
  [{ name: "adam", amsgrad: "yes" }, 'optimizer.amsgrad is "yes"'],
  [{ name: "adam", momentum: 0.9 }, "optimizer.momentum is 0.9; unknown key"],
  [{ name: "adamw", learningRate: -1 }, "optimizer.learningRate is -1"],
  [{ name: "rmsprop", alpha: 1 }, "optimizer.alpha is 1"],
  [{ name: "rmsprop", centered: 0 }, "optimizer.centered is 0"],
  [{ name: "rmsprop", momentum: -0.5 }, "optimizer.momentum is -0.5"],
  [{ name: "adagrad", learningRateDecay: -1 }, "optimizer.learningRateDecay is -1"],
  [{ name: "adagrad", initialAccumulatorValue: Number.NaN }, "optimizer.initialAccumulatorValue is NaN"]
]

/** A learning rate, and how the message goes on after "optimizer.learningRate". */
const refusedRates: [unknown, string][] = [
  [null, " is null"],
  [[], ".kind is missing"],
  [{}, ".kind is missing"],
  [
    { kind: "linear" },
    '.kind is "linear"; it must be one of constant, inverse-sqrt, step, exponential, cosine, linear-warmup'
  ],
  [{ kind: "constant", value: 0 }, ".value is 0"],
  [{ kind: "constant", initial: 1 }, ".initial is 1; unknown key"],
  [{ kind: "inverse-sqrt" }, ".initial is missing"],
  [{ kind: "step", initial: 1, every: 0, factor: 1 }, ".every is 0"],
  [{ kind: "step", initial: 1, every: 1.5, factor: 1 }, ".every is 1.5"],
  [{ kind: "step", initial: 1, every: 1 }, ".factor is missing"],
  [{ kind: "exponential", initial: 1, factor: -1 }, ".factor is -1"],
  [{ kind: "cosine", initial: 1 }, ".iterations is missing"],
  [{ kind: "cosine", initial: 1, iterations: 1, minimum: null }, ".minimum is null"],
  [{ kind: "cosine", initial: 1, iterations: 1, minimum: 2 }, ".minimum is 2; it must be at most the initial rate, 1"],
  [{ kind: "linear-warmup", iterations: 1 }, ".schedule is missing"],
  [{ kind: "linear-warmup", iterations: -1, schedule: 1 }, ".iterations is -1"],
  [{ kind: "linear-warmup", iterations: 1, schedule: { kind: "step" } }, ".schedule.initial is missing"],
  [
    { kind: "linear-warmup", iterations: 1, schedule: { kind: "linear-warmup", iterations: 1, schedule: 1 } },
    '.schedule.kind is "linear-warmup"; it must be one of constant'
  ]
]

function expectRefusal(work: () => unknown, message: string) {
  expect(work).toThrow(InputError)
  expect(work).toThrow(message)
}

describe("refused, naming place and value", () => {
  for (const [value, message] of refused) {
    test(message, () => expectRefusal(() => parseOptimizer(value), message))
  }
  for (const [learningRate, rest] of refusedRates) {
    const message = `optimizer.learningRate${rest}`
    test(message, () => expectRefusal(() => parseOptimizer({ name: "sgd", learningRate }), message))
  }

  test("the place is the caller's", () => {
    expectRefusal(() => parseOptimizer({ name: "adam", betas: 1 }, "run.optimizer"), "run.optimizer.betas is 1")
  })

  test("functions name themselves", () => {
    expectRefusal(() => adam({ epsilon: 0 }), "adam.epsilon is 0")
    expectRefusal(() => adamW({ betas: [1, 0] }), "adamW.betas[0] is 1")
    expectRefusal(() => rmsProp({ alpha: 1 }), "rmsProp.alpha is 1")
    expectRefusal(() => adaGrad({ epsilon: 0 }), "adaGrad.epsilon is 0")
    expectRefusal(() => schedules.constant(-1), "constant.value is -1")
    expectRefusal(() => schedules.linearWarmup({ iterations: 0, schedule: 1 }), "linearWarmup.iterations is 0")
  })

  test("a plan checks its specification again", () => {
    expectRefusal(() => makeOptimizer({ ...adam(), betas: [2, 2] }, 1), "the optimizer.betas[0] is 2")
  })
})
