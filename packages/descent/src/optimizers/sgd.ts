/**
 * Stochastic gradient descent by PyTorch's rule (`torch.optim.SGD`), with d the direction and p the parameters:
 *
 *     d ← d + weightDecay p
 *     b ← d in the first iteration, momentum b + (1 - dampening) d afterwards       (momentum > 0)
 *     d ← d + momentum b with nesterov, b without                                   (momentum > 0)
 *     p ← p - learningRate d
 *
 * Each product and each sum is rounded to float32, so that the bits are the same in every runtime.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Optimizer } from "./optimizer.ts"

/** SGD as plain data, every option resolved. */
export interface Sgd {
  readonly name: "sgd"
  readonly learningRate: number
  readonly momentum: number
  readonly dampening: number
  readonly weightDecay: number
  readonly nesterov: boolean
}

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** Positive. */
  readonly learningRate: number
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
 * Stochastic gradient descent, with PyTorch's options and defaults.
 *
 * @throws {InputError} for an option out of its range
 */
export function sgd(options: SgdOptions): Sgd {
  const { learningRate, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = options
  const check = (holds: boolean, key: string, value: unknown, rule: string) => {
    if (!holds) throw new InputError({ rule, place: `${key} of sgd`, value })
  }
  check(
    Number.isFinite(learningRate) && learningRate > 0,
    "learningRate",
    learningRate,
    "it must be positive and finite"
  )
  check(momentum >= 0 && momentum < 1, "momentum", momentum, "it must be at least 0 and less than 1")
  check(dampening >= 0 && dampening <= 1, "dampening", dampening, "it must lie between 0 and 1")
  check(
    Number.isFinite(weightDecay) && weightDecay >= 0,
    "weightDecay",
    weightDecay,
    "it must be at least 0 and finite"
  )
  check(
    !nesterov || (momentum > 0 && dampening === 0),
    "nesterov",
    nesterov,
    "it needs a positive momentum and no dampening"
  )
  return { name: "sgd", learningRate, momentum, dampening, weightDecay, nesterov }
}

/** Plans SGD for vectors of one length. */
export function sgdOptimizer(specification: Sgd, length: number): Optimizer {
  const f = Math.fround
  const rate = f(specification.learningRate)
  const decay = f(specification.weightDecay)
  const momentum = f(specification.momentum)
  const share = f(1 - specification.dampening)
  const { nesterov } = specification
  if (momentum === 0) {
    return {
      vectors: new Map(),
      update(parameters, direction) {
        for (let i = 0; i < length; i++) {
          const p = parameters[i] ?? 0
          const d = decay === 0 ? (direction[i] ?? 0) : f((direction[i] ?? 0) + f(decay * p))
          parameters[i] = f(p - f(rate * d))
        }
      }
    }
  }
  const buffer = new Float32Array(length)
  return {
    vectors: new Map([["momentum", buffer]]),
    update(parameters, direction, iteration) {
      const first = iteration === 1
      for (let i = 0; i < length; i++) {
        const p = parameters[i] ?? 0
        const d = decay === 0 ? (direction[i] ?? 0) : f((direction[i] ?? 0) + f(decay * p))
        const b = first ? d : f(f(momentum * (buffer[i] ?? 0)) + f(share * d))
        buffer[i] = b
        parameters[i] = f(p - f(rate * (nesterov ? f(d + f(momentum * b)) : b)))
      }
    }
  }
}
