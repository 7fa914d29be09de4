/**
 * RMSProp: Tieleman and Hinton, "Lecture 6.5: RMSProp", 2012, by PyTorch's rule (`torch.optim.RMSprop`), with d the
 * direction and p the parameters:
 *
 *     d ← d + weightDecay p
 *     v ← alpha v + (1 - alpha) d²
 *     g ← alpha g + (1 - alpha) d                                                   (centered)
 *     s = √(v - g²) + epsilon when centered, √v + epsilon otherwise
 *     b ← momentum b + d / s
 *     p ← p - learningRate b
 *
 * v - g² is a variance: where rounding makes it negative it counts as 0, where PyTorch's parameters would become NaN.
 *
 * @module
 */
import type { Optimizer, Vector, VectorPlan } from "./optimizer.ts"
import { belowOne, notNegative, objectWith, positive, yesOrNo } from "./options.ts"
import { type LearningRateSchedule, learningRateOf, parseLearningRate } from "./schedule.ts"

/** Options of {@link rmsProp}. */
export interface RMSPropOptions {
  /** Positive, or a schedule. Default 0.01. */
  readonly learningRate?: number | LearningRateSchedule
  /** What is kept of the mean square; in [0, 1). Default 0.99. */
  readonly alpha?: number
  /** Positive: an entry that never had a direction stays where it is. Default 1e-8. */
  readonly epsilon?: number
  /** At least 0. Default 0. */
  readonly weightDecay?: number
  /** In [0, 1). Default 0. */
  readonly momentum?: number
  /** Scales by the deviation from the mean direction instead of the size. Default false. */
  readonly centered?: boolean
}

/** RMSProp as plain data, every option resolved. */
export interface RMSProp extends Required<RMSPropOptions> {
  readonly name: "rmsprop"
}

/**
 * RMSProp, with PyTorch's options and defaults.
 *
 * @throws {InputError} for an option out of its range
 */
export function rmsProp(options: RMSPropOptions = {}): RMSProp {
  return parseRMSProp(options, "rmsProp")
}

/** @throws {InputError} naming the key below `place` */
export function parseRMSProp(value: unknown, place: string): RMSProp {
  const {
    learningRate = 0.01,
    alpha = 0.99,
    epsilon = 1e-8,
    weightDecay = 0,
    momentum = 0,
    centered = false
  } = objectWith(value, place, ["name", "learningRate", "alpha", "epsilon", "weightDecay", "momentum", "centered"])
  return {
    name: "rmsprop",
    learningRate: parseLearningRate(learningRate, `${place}.learningRate`),
    alpha: belowOne(alpha, `${place}.alpha`),
    epsilon: positive(epsilon, `${place}.epsilon`),
    weightDecay: notNegative(weightDecay, `${place}.weightDecay`),
    momentum: belowOne(momentum, `${place}.momentum`),
    centered: yesOrNo(centered, `${place}.centered`)
  }
}

/** Plans RMSProp. It carries `averageSquare`, v; when centered `average`, g; with momentum `momentum`, b. */
export function rmsPropOptimizer<V extends Vector>(specification: RMSProp, plan: VectorPlan<V>): Optimizer<V> {
  const { alpha, epsilon, weightDecay, momentum } = specification
  const { length } = plan
  const rateOf = learningRateOf(specification.learningRate, plan.functions)
  const averageSquare = plan.zeros()
  const average = specification.centered ? plan.zeros() : null
  const buffer = momentum > 0 ? plan.zeros() : null
  const vectors = new Map([["averageSquare", averageSquare]])
  if (average !== null) vectors.set("average", average)
  if (buffer !== null) vectors.set("momentum", buffer)
  return {
    vectors,
    update(parameters, direction, iteration) {
      const rate = rateOf(iteration)
      for (let i = 0; i < length; i++) {
        const p = parameters[i] ?? 0
        const d = (direction[i] ?? 0) + weightDecay * p
        const v = alpha * (averageSquare[i] ?? 0) + (1 - alpha) * (d * d)
        averageSquare[i] = v
        let square = v
        if (average !== null) {
          const g = alpha * (average[i] ?? 0) + (1 - alpha) * d
          average[i] = g
          square = Math.max(v - g * g, 0)
        }
        let b = d / (Math.sqrt(square) + epsilon)
        if (buffer !== null) {
          b += momentum * (buffer[i] ?? 0)
          buffer[i] = b
        }
        parameters[i] = p - rate * b
      }
    }
  }
}
