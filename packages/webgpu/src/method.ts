/**
 * Which aggregators and optimizers the kernels cover.
 *
 * @module
 */
import { type Constant, type DualProj, knownWeights, type Mean, type Sum, type UPGrad } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import { WebGpuError } from "./errors.ts"

/** Aggregators whose weights the GPU finds itself, or that know them beforehand. */
export type GpuAggregator = UPGrad | DualProj | Mean | Sum | Constant

const NAMES: readonly string[] = ["upgrad", "dualproj", "mean", "sum", "constant"]

/** Whether the GPU has kernels for an aggregator; of its options, `makeWebGpuEngine` decides. */
export function isGpuAggregator(aggregator: { readonly name: string }): aggregator is GpuAggregator {
  return NAMES.includes(aggregator.name)
}

/** Stochastic gradient descent by PyTorch's rule (`torch.optim.SGD`). */
export interface GpuSgd {
  readonly name: "sgd"
  /** Positive; each step may take another one. */
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

/**
 * The least ε of a trace ridge that single precision bears: below it, half of the programs of a singular Gramian stay
 * unsolved.
 */
export const LEAST_EPSILON = 1e-5

/** How an aggregator runs on the GPU. */
export interface GpuMethod {
  /** Index that the kernels know: 0 known weights, 1 UPGrad, 2 DualProj. */
  readonly index: 0 | 1 | 2
  readonly program: "upgrad" | "dualproj"
  readonly epsilon: number
  /** The direction is parallel to the mean gradient: nobody needs the Gramian. */
  readonly straight: boolean
  /** The preference, or the weights known beforehand, of a batch of this many examples. */
  preference(examples: number): Float32Array
}

/** @throws WebGpuError `unsupported-method` for an aggregator, or a ridge, that the kernels do not cover. */
export function methodOf(aggregator: GpuAggregator): GpuMethod {
  switch (aggregator.name) {
    case "upgrad":
    case "dualproj": {
      const { ridge, preference, name } = aggregator
      if (ridge.kind !== "trace" || ridge.epsilon < LEAST_EPSILON) {
        const asked = ridge.kind === "none" ? "none" : `${ridge.kind}:${ridge.epsilon}`
        const message = `single precision needs a trace ridge of at least ${LEAST_EPSILON}, and ${asked} was asked for; the engine on the CPU solves it`
        throw new WebGpuError("unsupported-method", message)
      }
      return {
        index: name === "upgrad" ? 1 : 2,
        program: name,
        epsilon: ridge.epsilon,
        straight: false,
        preference(examples) {
          if (preference === undefined) return new Float32Array(examples).fill(1 / examples)
          if (preference.length === examples) return Float32Array.from(preference)
          const rule = `there must be one an example, ${examples}`
          throw new InputError({ rule, place: "the number of entries of the preference", value: preference.length })
        }
      }
    }
    case "mean":
    case "sum":
    case "constant":
      return {
        ...{ index: 0, program: "upgrad", epsilon: 1e-4, straight: aggregator.name !== "constant" },
        preference: (examples) => Float32Array.from(knownWeights(aggregator, examples) ?? [])
      }
    default: {
      const { name }: { readonly name: string } = aggregator
      const message = `the aggregator ${name} has no kernels on WebGPU; the engine on the CPU runs it`
      throw new WebGpuError("unsupported-method", message)
    }
  }
}
