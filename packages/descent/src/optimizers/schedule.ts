/**
 * Learning rates as plain data: a number, or a schedule that gives η_k for the iteration k, counted from 1. A schedule
 * is a function of k alone, so that a resumed run goes on exactly.
 *
 * @module
 */
import { power } from "@dualcone/aggregation"
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { notNegative, objectWith, positive, positiveInteger } from "./options.ts"

/** η_k = value. */
export interface ConstantRate {
  readonly kind: "constant"
  /** Positive. */
  readonly value: number
}

/** η_k = initial / √k. */
export interface InverseSqrtRate {
  readonly kind: "inverse-sqrt"
  /** η_1. Positive. */
  readonly initial: number
}

/** η_k = initial factor^⌊(k - 1) / every⌋, PyTorch's `StepLR`. */
export interface StepRate {
  readonly kind: "step"
  /** η_1. Positive. */
  readonly initial: number
  /** Iterations with the same rate, from 1 on. */
  readonly every: number
  /** What the rate is multiplied by after them. Positive. */
  readonly factor: number
}

/** η_k = initial factor^(k - 1), PyTorch's `ExponentialLR`. */
export interface ExponentialRate {
  readonly kind: "exponential"
  /** η_1. Positive. */
  readonly initial: number
  /** What the rate is multiplied by after each iteration. Positive. */
  readonly factor: number
}

/**
 * η_k = minimum + (initial - minimum) (1 + cos(π (k - 1) / iterations)) / 2, the closed form of PyTorch's
 * `CosineAnnealingLR`: falls to the minimum in iteration `iterations` + 1 and, when training goes on, rises again.
 */
export interface CosineRate {
  readonly kind: "cosine"
  /** η_1. Positive. */
  readonly initial: number
  /** At least 0, at most `initial`. */
  readonly minimum: number
  /** Iterations from the initial rate to the minimum, from 1 on. */
  readonly iterations: number
}

/** A schedule that a warm-up can lead to. */
export type SteadySchedule = ConstantRate | InverseSqrtRate | StepRate | ExponentialRate | CosineRate

/**
 * A straight line to the first rate of another schedule, which takes over in iteration W = `iterations`:
 * η_k = k / W times its first rate for k ≤ W, and its rate of iteration k - W + 1 from there on.
 */
export interface LinearWarmup {
  readonly kind: "linear-warmup"
  /** W, from 1 on. */
  readonly iterations: number
  /** What follows. */
  readonly schedule: number | SteadySchedule
}

/** A learning rate for each iteration, as plain data. */
export type LearningRateSchedule = SteadySchedule | LinearWarmup

/**
 * Schedules of the learning rate, each a function that makes one and throws an `InputError` for an option out of its
 * range: `sgd({ learningRate: schedules.cosine({ initial: 0.1, iterations: 500 }) })`.
 */
export const schedules = {
  /** {@link ConstantRate}: the same as the number itself. */
  constant: (value: number): ConstantRate => parseConstant({ value }, "constant"),
  /** {@link InverseSqrtRate} */
  inverseSqrt: (options: { readonly initial: number }): InverseSqrtRate => parseInverseSqrt(options, "inverseSqrt"),
  /** {@link StepRate} */
  step: (options: Omit<StepRate, "kind">): StepRate => parseStep(options, "step"),
  /** {@link ExponentialRate} */
  exponential: (options: Omit<ExponentialRate, "kind">): ExponentialRate => parseExponential(options, "exponential"),
  /** {@link CosineRate}; the minimum is 0 by default. */
  cosine: (options: { readonly initial: number; readonly minimum?: number; readonly iterations: number }): CosineRate =>
    parseCosine(options, "cosine"),
  /** {@link LinearWarmup} */
  linearWarmup: (options: Omit<LinearWarmup, "kind">): LinearWarmup => parseLinearWarmup(options, "linearWarmup")
} as const

const steadyKinds = ["constant", "inverse-sqrt", "step", "exponential", "cosine"]

/**
 * A checked learning rate: a positive number, or a schedule with its defaults filled in.
 *
 * @throws {InputError} for an unknown kind, and for an unknown or wrong key, which it names below `place`
 */
export function parseLearningRate(value: unknown, place: string): number | LearningRateSchedule {
  if (typeof value !== "object" || value === null) return positive(value, place)
  if (kindOf(value) === "linear-warmup") return parseLinearWarmup(value, place)
  return parseSteady(value, place, [...steadyKinds, "linear-warmup"])
}

function parseSteady(value: object, place: string, kinds: readonly string[]): SteadySchedule {
  switch (kindOf(value)) {
    case "constant":
      return parseConstant(value, place)
    case "inverse-sqrt":
      return parseInverseSqrt(value, place)
    case "step":
      return parseStep(value, place)
    case "exponential":
      return parseExponential(value, place)
    case "cosine":
      return parseCosine(value, place)
    default:
      throw new InputError({
        rule: `it must be one of ${kinds.join(", ")}`,
        place: `${place}.kind`,
        value: kindOf(value)
      })
  }
}

function kindOf(value: object): unknown {
  return "kind" in value ? value.kind : undefined
}

function parseConstant(value: unknown, place: string): ConstantRate {
  const options = objectWith(value, place, ["kind", "value"])
  return { kind: "constant", value: positive(options.value, `${place}.value`) }
}

function parseInverseSqrt(value: unknown, place: string): InverseSqrtRate {
  const { initial } = objectWith(value, place, ["kind", "initial"])
  return { kind: "inverse-sqrt", initial: positive(initial, `${place}.initial`) }
}

function parseStep(value: unknown, place: string): StepRate {
  const { initial, every, factor } = objectWith(value, place, ["kind", "initial", "every", "factor"])
  return {
    kind: "step",
    initial: positive(initial, `${place}.initial`),
    every: positiveInteger(every, `${place}.every`),
    factor: positive(factor, `${place}.factor`)
  }
}

function parseExponential(value: unknown, place: string): ExponentialRate {
  const { initial, factor } = objectWith(value, place, ["kind", "initial", "factor"])
  return {
    kind: "exponential",
    initial: positive(initial, `${place}.initial`),
    factor: positive(factor, `${place}.factor`)
  }
}

function parseCosine(value: unknown, place: string): CosineRate {
  const { minimum: least = 0, ...options } = objectWith(value, place, ["kind", "initial", "minimum", "iterations"])
  const initial = positive(options.initial, `${place}.initial`)
  const minimum = notNegative(least, `${place}.minimum`)
  if (minimum > initial) {
    throw new InputError({
      rule: `it must be at most the initial rate, ${initial}`,
      place: `${place}.minimum`,
      value: minimum
    })
  }
  return { kind: "cosine", initial, minimum, iterations: positiveInteger(options.iterations, `${place}.iterations`) }
}

function parseLinearWarmup(value: unknown, place: string): LinearWarmup {
  const { iterations, schedule } = objectWith(value, place, ["kind", "iterations", "schedule"])
  const inner = `${place}.schedule`
  return {
    kind: "linear-warmup",
    iterations: positiveInteger(iterations, `${place}.iterations`),
    schedule:
      typeof schedule === "object" && schedule !== null
        ? parseSteady(schedule, inner, steadyKinds)
        : positive(schedule, inner)
  }
}

/** What schedules take from outside: the cosine, whose last bit differs between JavaScript runtimes. */
export type ScheduleFunctions = Pick<RealFunctions, "cos">

/**
 * The learning rate as a function of the iteration, counted from 1.
 *
 * @throws {InputError} when a schedule needs a function that is not given
 */
export function learningRateOf(
  learningRate: number | LearningRateSchedule,
  functions?: ScheduleFunctions
): (iteration: number) => number {
  if (typeof learningRate === "number") return () => learningRate
  const schedule = learningRate
  switch (schedule.kind) {
    case "constant":
      return () => schedule.value
    case "inverse-sqrt":
      return (k) => schedule.initial / Math.sqrt(k)
    case "step":
      return (k) => schedule.initial * power(schedule.factor, Math.floor((k - 1) / schedule.every))
    case "exponential":
      return (k) => schedule.initial * power(schedule.factor, k - 1)
    case "cosine":
      return cosineOf(schedule, functions)
    case "linear-warmup": {
      const { iterations } = schedule
      const then = learningRateOf(schedule.schedule, functions)
      const first = then(1)
      return (k) => (k < iterations ? (first * k) / iterations : then(k - iterations + 1))
    }
  }
}

function cosineOf(
  { initial, minimum, iterations }: CosineRate,
  functions?: ScheduleFunctions
): (iteration: number) => number {
  if (functions === undefined) {
    throw new InputError({
      rule: "a cosine schedule takes its cosine from them",
      place: "the functions",
      value: functions
    })
  }
  return (k) => {
    // Even and periodic: the angle stays in [0, π], where it loses nothing however long the training.
    const phase = (k - 1) % (2 * iterations)
    const past = phase > iterations ? 2 * iterations - phase : phase
    return minimum + ((initial - minimum) * (1 + functions.cos((Math.PI * past) / iterations))) / 2
  }
}
