/**
 * The optimizers that the kernels cover, by PyTorch's rules (`torch.optim`): which vectors each carries from step to
 * step, and what its kernel must know.
 *
 * @module
 */
import { power } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import { optimizeAdagrad, optimizeMoments, optimizeRmsprop, optimizeSgd } from "./kernels.ts"

/** Stochastic gradient descent. */
export interface GpuSgd {
  readonly name: "sgd"
  /** At least 0; each step may take another one. */
  readonly learningRate: number
  /** In [0, 1). Default 0. */
  readonly momentum?: number
  /** In [0, 1]. Default 0. */
  readonly dampening?: number
  /** At least 0. Default 0. */
  readonly weightDecay?: number
  /** Default false. */
  readonly nesterov?: boolean
}

/** Adam, and AdamW with a weight decay of its own. */
export interface GpuMoments {
  readonly name: "adam" | "adamw"
  /** At least 0; each step may take another one. */
  readonly learningRate: number
  /** What is kept of the average direction and of the average square; each in [0, 1). */
  readonly betas: readonly [number, number]
  /** Positive. */
  readonly epsilon: number
  /** At least 0. */
  readonly weightDecay: number
  readonly amsgrad: boolean
}

/** RMSProp. */
export interface GpuRMSProp {
  readonly name: "rmsprop"
  /** At least 0; each step may take another one. */
  readonly learningRate: number
  /** What is kept of the average square; in [0, 1). */
  readonly alpha: number
  /** Positive. */
  readonly epsilon: number
  /** At least 0. */
  readonly weightDecay: number
  /** In [0, 1). */
  readonly momentum: number
  readonly centered: boolean
}

/** AdaGrad. */
export interface GpuAdaGrad {
  readonly name: "adagrad"
  /** At least 0; each step may take another one. */
  readonly learningRate: number
  /** At least 0. In step k the rate is divided by 1 + (k - 1) learningRateDecay. */
  readonly learningRateDecay: number
  /** At least 0. */
  readonly weightDecay: number
  /** Where the sums of squares start; at least 0. */
  readonly initialAccumulatorValue: number
  /** Positive. */
  readonly epsilon: number
}

/** An optimizer with a kernel. */
export type GpuOptimizer = GpuSgd | GpuMoments | GpuRMSProp | GpuAdaGrad

/** How an optimizer runs on the GPU. */
export interface OptimizerPlan {
  /** The function `optimize` of its kernel. */
  readonly code: string
  readonly constants: Readonly<Record<string, number>>
  /** Vectors carried from step to step, in the kernel's order. */
  readonly vectors: readonly { readonly name: string; readonly initial: number }[]
  /** What step k, counted from 1, makes of a learning rate. */
  rateAt(learningRate: number, k: number): number
  /** 1 / (1 - β₁ᵏ) and 1 / √(1 - β₂ᵏ); 1 for optimizers without averages that start at zero. */
  correctionsAt(k: number): readonly [average: number, square: number]
}

const asGiven = (learningRate: number) => learningRate
const uncorrected = () => [1, 1] as const
const zeros = (...names: readonly string[]) => names.map((name) => ({ name, initial: 0 }))

/** @throws InputError for a learning rate that is negative or not finite */
export function planOptimizer(optimizer: GpuOptimizer): OptimizerPlan {
  checkRate(optimizer.learningRate)
  switch (optimizer.name) {
    case "sgd": {
      const { momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = optimizer
      return {
        code: optimizeSgd,
        constants: {
          ...{ WEIGHT_DECAY: weightDecay, MOMENTUM: momentum, SHARE: 1 - dampening, NESTEROV: nesterov ? 1 : 0 }
        },
        vectors: momentum > 0 ? zeros("momentum") : [],
        rateAt: asGiven,
        correctionsAt: uncorrected
      }
    }
    case "adam":
    case "adamw": {
      const { name, betas, epsilon, weightDecay, amsgrad } = optimizer
      const [beta1, beta2] = betas
      return {
        code: optimizeMoments,
        constants: {
          ...{ BETA1: beta1, REST1: 1 - beta1, BETA2: beta2, REST2: 1 - beta2, EPSILON: epsilon },
          ...{ ADDED_DECAY: name === "adam" ? weightDecay : 0, OWN_DECAY: name === "adamw" ? weightDecay : 0 },
          AMSGRAD: amsgrad ? 1 : 0
        },
        vectors: amsgrad ? zeros("average", "averageSquare", "largestSquare") : zeros("average", "averageSquare"),
        rateAt: asGiven,
        correctionsAt: (k) => [1 / (1 - power(beta1, k)), 1 / Math.sqrt(1 - power(beta2, k))]
      }
    }
    case "rmsprop": {
      const { alpha, epsilon, weightDecay, momentum, centered } = optimizer
      return {
        code: optimizeRmsprop,
        constants: {
          ...{ ALPHA: alpha, REST: 1 - alpha, EPSILON: epsilon, WEIGHT_DECAY: weightDecay, MOMENTUM: momentum },
          CENTERED: centered ? 1 : 0
        },
        vectors: zeros("averageSquare", ...(centered ? ["average"] : []), ...(momentum > 0 ? ["momentum"] : [])),
        rateAt: asGiven,
        correctionsAt: uncorrected
      }
    }
    case "adagrad": {
      const { learningRateDecay, weightDecay, initialAccumulatorValue, epsilon } = optimizer
      return {
        code: optimizeAdagrad,
        constants: { WEIGHT_DECAY: weightDecay, EPSILON: epsilon },
        vectors: [{ name: "sumOfSquares", initial: initialAccumulatorValue }],
        rateAt: (learningRate, k) => learningRate / (1 + (k - 1) * learningRateDecay),
        correctionsAt: uncorrected
      }
    }
  }
}

/** The rate of a step; a schedule may end at 0. @throws InputError */
export function checkRate(learningRate: number): void {
  if (Number.isFinite(learningRate) && learningRate >= 0) return
  throw new InputError({ rule: "it must be finite and not negative", place: "the learning rate", value: learningRate })
}
