/**
 * The rule that Adam and AdamW share, with d the direction, p the parameters, k the iteration, counted from 1, and
 * betas = [β₁, β₂]:
 *
 *     m ← β₁ m + (1 - β₁) d
 *     v ← β₂ v + (1 - β₂) d²
 *     s = the largest v so far with amsgrad, v without
 *     p ← p - learningRate / (1 - β₁ᵏ) m / (√s / √(1 - β₂ᵏ) + epsilon)
 *
 * @module
 */
import { power } from "@dualcone/aggregation"
import type { Adam } from "./adam.ts"
import type { AdamW } from "./adamw.ts"
import type { Optimizer, Vector, VectorPlan } from "./optimizer.ts"
import { notNegative, objectWith, pairBelowOne, positive, yesOrNo } from "./options.ts"
import { type LearningRateSchedule, learningRateOf, parseLearningRate } from "./schedule.ts"

/** Options of Adam and AdamW. */
export interface MomentsOptions {
  /** Positive, or a schedule. Default 0.001. */
  readonly learningRate?: number | LearningRateSchedule
  /** What is kept of the mean direction and of the mean square; each in [0, 1). Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number]
  /** Positive: an entry that never had a direction stays where it is. Default 1e-8. */
  readonly epsilon?: number
  /** At least 0. Default 0 for Adam, 0.01 for AdamW. */
  readonly weightDecay?: number
  /** Scales by the largest mean square so far instead of the present one. Default false. */
  readonly amsgrad?: boolean
}

/** Options of Adam and AdamW, all resolved. */
export type MomentsSettings = Required<MomentsOptions>

/** @throws {InputError} naming the key below `place` */
export function parseMoments(value: unknown, place: string, defaultDecay: number): MomentsSettings {
  const {
    learningRate = 1e-3,
    betas = [0.9, 0.999],
    epsilon = 1e-8,
    weightDecay = defaultDecay,
    amsgrad = false
  } = objectWith(value, place, ["name", "learningRate", "betas", "epsilon", "weightDecay", "amsgrad"])
  return {
    learningRate: parseLearningRate(learningRate, `${place}.learningRate`),
    betas: pairBelowOne(betas, `${place}.betas`),
    epsilon: positive(epsilon, `${place}.epsilon`),
    weightDecay: notNegative(weightDecay, `${place}.weightDecay`),
    amsgrad: yesOrNo(amsgrad, `${place}.amsgrad`)
  }
}

/** Plans Adam or AdamW. It carries `average`, m, and `averageSquare`, v; with amsgrad `largestSquare` too. */
export function momentsOptimizer<V extends Vector>(specification: Adam | AdamW, plan: VectorPlan<V>): Optimizer<V> {
  const { name, betas, epsilon, weightDecay, amsgrad } = specification
  const { length } = plan
  const [beta1, beta2] = betas
  const added = name === "adam" ? weightDecay : 0
  const taken = name === "adamw" ? weightDecay : 0
  const rateOf = learningRateOf(specification.learningRate, plan.functions)
  const average = plan.zeros()
  const averageSquare = plan.zeros()
  const largestSquare = amsgrad ? plan.zeros() : null
  const vectors = new Map([
    ["average", average],
    ["averageSquare", averageSquare]
  ])
  if (largestSquare !== null) vectors.set("largestSquare", largestSquare)
  return {
    vectors,
    update(parameters, direction, iteration) {
      const rate = rateOf(iteration)
      const shrink = 1 - rate * taken
      const step = rate / (1 - power(beta1, iteration))
      const correction = Math.sqrt(1 - power(beta2, iteration))
      for (let i = 0; i < length; i++) {
        const p = shrink * (parameters[i] ?? 0)
        const d = (direction[i] ?? 0) + added * p
        const m = beta1 * (average[i] ?? 0) + (1 - beta1) * d
        const v = beta2 * (averageSquare[i] ?? 0) + (1 - beta2) * (d * d)
        average[i] = m
        averageSquare[i] = v
        let s = v
        if (largestSquare !== null) {
          s = Math.max(largestSquare[i] ?? 0, v)
          largestSquare[i] = s
        }
        parameters[i] = p - (step * m) / (Math.sqrt(s) / correction + epsilon)
      }
    }
  }
}
