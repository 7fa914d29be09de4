/**
 * Stochastic gradient descent by PyTorch's rule (`torch.optim.SGD`), with d the direction and p the parameters:
 *
 *     d ← d + weightDecay p
 *     b ← d in the first iteration, momentum b + (1 - dampening) d afterwards       (momentum > 0)
 *     d ← d + momentum b with nesterov, b without                                   (momentum > 0)
 *     p ← p - learningRate d
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Optimizer, Vector, VectorPlan } from "./optimizer.ts"
import { belowOne, notNegative, objectWith, upToOne, yesOrNo } from "./options.ts"
import { type LearningRateSchedule, learningRateOf, parseLearningRate } from "./schedule.ts"

/** SGD as plain data, every option resolved. */
export interface Sgd {
  readonly name: "sgd"
  readonly learningRate: number | LearningRateSchedule
  readonly momentum: number
  readonly dampening: number
  readonly weightDecay: number
  readonly nesterov: boolean
}

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** Positive, or a schedule. */
  readonly learningRate: number | LearningRateSchedule
  /** In [0, 1). Default 0. */
  readonly momentum?: number
  /** In [0, 1]. Default 0. */
  readonly dampening?: number
  /** At least 0. Default 0. */
  readonly weightDecay?: number
  /** Looks one momentum step ahead; needs momentum and no dampening. Default false. */
  readonly nesterov?: boolean
}

/**
 * Stochastic gradient descent, with PyTorch's options and defaults; the learning rate has none.
 *
 * @throws {InputError} for an option out of its range
 */
export function sgd(options: SgdOptions): Sgd {
  return parseSgd(options, "sgd")
}

/** @throws {InputError} naming the key below `place` */
export function parseSgd(value: unknown, place: string): Sgd {
  const keys = ["name", "learningRate", "momentum", "dampening", "weightDecay", "nesterov"]
  const { momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, ...rest } = objectWith(value, place, keys)
  const parsed = {
    name: "sgd",
    learningRate: parseLearningRate(rest.learningRate, `${place}.learningRate`),
    momentum: belowOne(momentum, `${place}.momentum`),
    dampening: upToOne(dampening, `${place}.dampening`),
    weightDecay: notNegative(weightDecay, `${place}.weightDecay`),
    nesterov: yesOrNo(nesterov, `${place}.nesterov`)
  } as const
  if (parsed.nesterov && (parsed.momentum === 0 || parsed.dampening > 0)) {
    const rule = "it needs a positive momentum and no dampening"
    throw new InputError({ rule, place: `${place}.nesterov`, value: nesterov })
  }
  return parsed
}

/** Plans SGD. With momentum it carries `momentum`, b. */
export function sgdOptimizer<V extends Vector>(specification: Sgd, plan: VectorPlan<V>): Optimizer<V> {
  const { momentum, dampening, weightDecay, nesterov } = specification
  const { length } = plan
  const rateOf = learningRateOf(specification.learningRate, plan.functions)
  if (momentum === 0) {
    return {
      vectors: new Map(),
      ...(weightDecay === 0 ? { rate: rateOf } : {}),
      update(parameters, direction, iteration) {
        const rate = rateOf(iteration)
        for (let i = 0; i < length; i++) {
          const p = parameters[i] ?? 0
          const d = direction[i] ?? 0
          parameters[i] = p - rate * (weightDecay === 0 ? d : d + weightDecay * p)
        }
      }
    }
  }
  const buffer = plan.zeros()
  return {
    vectors: new Map([["momentum", buffer]]),
    update(parameters, direction, iteration) {
      const rate = rateOf(iteration)
      const kept = iteration === 1 ? 0 : momentum
      const share = iteration === 1 ? 1 : 1 - dampening
      for (let i = 0; i < length; i++) {
        const p = parameters[i] ?? 0
        const d = (direction[i] ?? 0) + weightDecay * p
        const b = kept * (buffer[i] ?? 0) + share * d
        buffer[i] = b
        parameters[i] = p - rate * (nesterov ? d + momentum * b : b)
      }
    }
  }
}
