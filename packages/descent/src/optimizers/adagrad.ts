/**
 * AdaGrad: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization",
 * JMLR 12, 2011, by PyTorch's rule (`torch.optim.Adagrad`), with d the direction, p the parameters and k the iteration,
 * counted from 1:
 *
 *     d ← d + weightDecay p
 *     v ← v + d²                                                                    (at first initialAccumulatorValue)
 *     p ← p - learningRate / (1 + (k - 1) learningRateDecay) d / (√v + epsilon)
 *
 * @module
 */
import type { Optimizer, Vector, VectorPlan } from "./optimizer.ts"
import { notNegative, objectWith, positive } from "./options.ts"
import { type LearningRateSchedule, learningRateOf, parseLearningRate } from "./schedule.ts"

/** Options of {@link adaGrad}. */
export interface AdaGradOptions {
  /** Positive, or a schedule. Default 0.01. */
  readonly learningRate?: number | LearningRateSchedule
  /** At least 0; divides the rate beside any schedule. Default 0. */
  readonly learningRateDecay?: number
  /** At least 0. Default 0. */
  readonly weightDecay?: number
  /** Where the sums of squares start; at least 0. Default 0. */
  readonly initialAccumulatorValue?: number
  /** Positive: an entry that never had a direction stays where it is. Default 1e-10. */
  readonly epsilon?: number
}

/** AdaGrad as plain data, every option resolved. */
export interface AdaGrad extends Required<AdaGradOptions> {
  readonly name: "adagrad"
}

/**
 * AdaGrad, with PyTorch's options and defaults.
 *
 * @throws {InputError} for an option out of its range
 */
export function adaGrad(options: AdaGradOptions = {}): AdaGrad {
  return parseAdaGrad(options, "adaGrad")
}

/** @throws {InputError} naming the key below `place` */
export function parseAdaGrad(value: unknown, place: string): AdaGrad {
  const {
    learningRate = 0.01,
    learningRateDecay = 0,
    weightDecay = 0,
    initialAccumulatorValue = 0,
    epsilon = 1e-10
  } = objectWith(value, place, [
    "name",
    "learningRate",
    "learningRateDecay",
    "weightDecay",
    "initialAccumulatorValue",
    "epsilon"
  ])
  return {
    name: "adagrad",
    learningRate: parseLearningRate(learningRate, `${place}.learningRate`),
    learningRateDecay: notNegative(learningRateDecay, `${place}.learningRateDecay`),
    weightDecay: notNegative(weightDecay, `${place}.weightDecay`),
    initialAccumulatorValue: notNegative(initialAccumulatorValue, `${place}.initialAccumulatorValue`),
    epsilon: positive(epsilon, `${place}.epsilon`)
  }
}

/** Plans AdaGrad. It carries `sumOfSquares`, v. */
export function adaGradOptimizer<V extends Vector>(specification: AdaGrad, plan: VectorPlan<V>): Optimizer<V> {
  const { learningRateDecay, weightDecay, initialAccumulatorValue, epsilon } = specification
  const { length } = plan
  const rateOf = learningRateOf(specification.learningRate, plan.functions)
  const sumOfSquares = plan.zeros()
  sumOfSquares.fill(initialAccumulatorValue)
  return {
    vectors: new Map([["sumOfSquares", sumOfSquares]]),
    update(parameters, direction, iteration) {
      const rate = rateOf(iteration) / (1 + (iteration - 1) * learningRateDecay)
      for (let i = 0; i < length; i++) {
        const p = parameters[i] ?? 0
        const d = (direction[i] ?? 0) + weightDecay * p
        const v = (sumOfSquares[i] ?? 0) + d * d
        sumOfSquares[i] = v
        parameters[i] = p - (rate * d) / (Math.sqrt(v) + epsilon)
      }
    }
  }
}
