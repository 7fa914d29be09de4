/**
 * The network engine on WebGPU: a step of Jacobian descent from the images to the updated parameters as one encoder and
 * one submit. Buffers, pipelines and the bind group are made once; nothing is read back inside a step.
 *
 * @module
 */
import type { NetworkDescription, ParameterPlan } from "@dualcone/network"
import type { Mark } from "./marks.ts"
import type { GpuAggregator } from "./method.ts"
import type { GpuOptimizer } from "./optimizer.ts"
import type { NamedTensors } from "./parameter-order.ts"
import type { KernelTime } from "./profile.ts"
import type { StepReport } from "./report.ts"

/** The most examples of a batch. */
export const MOST_EXAMPLES = 512

/** What an engine is planned for. */
export interface WebGpuEngineOptions {
  /** A network of the family of `stagesOf`, under cross-entropy. */
  readonly network: NetworkDescription
  /** Largest number of examples in a batch, 1 to {@link MOST_EXAMPLES}. */
  readonly batchSize: number
  /**
   * UPGrad and DualProj with a trace ridge, in batches of at most 64; mean, sum, constant. Null: the weights come from
   * the host, by `linearize` and `update` in place of `step`.
   */
  readonly aggregator: GpuAggregator | null
  readonly optimizer: GpuOptimizer
  /** Networks that train side by side in the same dispatches, such as seeds or learning rates. Default 1. */
  readonly replicas?: number
  /** Whether each replica has batches of its own; else all see the same. Default false. */
  readonly ownBatches?: boolean
}

/** Everything that a step changes. */
export interface GpuState {
  /** By PyTorch's names and order. */
  readonly parameters: NamedTensors
  /** The vectors of the optimizer by name, each likewise. Those that are not given start anew. */
  readonly optimizer?: ReadonlyMap<string, NamedTensors>
  /** Steps made before. Default 0. */
  readonly steps?: number
}

/** A report with the direction that the step would have taken. */
export interface Inspection extends StepReport {
  /** Jᵀ w by PyTorch's names and order. */
  readonly direction: ReadonlyMap<string, Float32Array>
}

/** Options of a step. */
export interface StepOptions {
  /** Default: that of the optimizer. One for all replicas, or one each. */
  readonly learningRate?: number | readonly number[]
}

/**
 * A network in training on the GPU. Batches hold one to `batchSize` examples: `inputs` is [examples, ...input] in
 * PyTorch's order, `labels` one class an example; where replicas have batches of their own, those of all replicas one
 * behind the other, and the same number of examples each.
 *
 * What `linearize` and `inspect` find must be awaited before the next call. Every call throws, or rejects with, a
 * WebGpuError `lost` once the device is gone.
 */
export interface WebGpuEngine extends Disposable {
  readonly kind: "webgpu"
  readonly batchSize: number
  readonly replicas: number
  /** In PyTorch's names, shapes and order. */
  readonly parameters: readonly ParameterPlan[]
  /** Names of the vectors that the optimizer carries from step to step. */
  readonly vectors: readonly string[]
  /** Dispatches of a step. */
  readonly dispatches: number
  /** Bytes of GPU memory. */
  readonly bytes: number
  /** Steps that may be made between two calls of `reports`. */
  readonly window: number
  /**
   * Sets all replicas, lets them go on if they were halted, and forgets reports that were not read; or sets one replica,
   * which goes on with the steps that the others have made.
   *
   * @throws InputError for tensors that do not fit, and for steps of one replica that are not those of all
   */
  load(state: GpuState, replica?: number): void
  /** A copy of the state of a replica, by default the first, as it is when earlier saves are done; waits for the GPU. */
  save(replica?: number): Promise<Required<GpuState>>
  /**
   * Runs a step on a batch, and returns before the GPU is done.
   *
   * @throws InputError for a batch that does not fit, and when the reports of `window` steps wait to be read
   */
  step(inputs: Float32Array, labels: Int32Array, options?: StepOptions): void
  /** What the steps since the last call found, in their order, one report a replica; waits for the GPU. */
  reports(): Promise<readonly StepReport[]>
  /** Losses and Gramian of a batch, one report a replica, for weights from the host. */
  linearize(inputs: Float32Array, labels: Int32Array): Promise<readonly StepReport[]>
  /**
   * The update of the batch of the last `linearize` with these weights, one an example, replica by replica.
   *
   * @throws InputError when parameters have changed since
   */
  update(weights: ArrayLike<number>, options?: StepOptions): void
  /**
   * Losses, Gramian, weights and direction of a batch, of the first replica, without an update. Given `weights`, one an
   * example, replica by replica, the direction is theirs. It is zero for a batch that diverges.
   */
  inspect(
    inputs: Float32Array,
    labels: Int32Array,
    options?: { readonly weights?: ArrayLike<number> }
  ): Promise<Inspection>
  /** Copies the state of all replicas on the GPU. */
  mark(): Mark
  /** Goes back to a marked state, forgetting reports that were not read. */
  recall(mark: Mark): void
  /** Lets halted replicas go on as they are, after so many steps, forgetting reports that were not read. */
  release(steps: number): void
  /** The times of the kernels on the last batch; null where the device has no timestamps. */
  profile(): Promise<readonly KernelTime[] | null>
}
