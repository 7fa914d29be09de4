/**
 * What a network engine offers: parameters in and out under PyTorch's names, and linearizations of the
 * instance-wise losses of a batch.
 *
 * @module
 */
import type { Linearization } from "@dualcone/aggregation"
import type { Plan } from "./plan.ts"

/** How a batch is run. */
export interface LinearizeOptions {
  /** Number of examples written to `inputs`; at most the plan's batch size. Default: the batch size. */
  readonly examples?: number
  /** Draw dropout masks (`true`, from the engine's seed and this step's number) or leave dropout out. Default false. */
  readonly training?: { readonly step: number }
}

/**
 * A network compiled for one batch size. Write examples to `inputs` and their `labels` (or `targets`),
 * then call `linearize` or `gradient`. All buffers are planned once. The arrays are views of memory that may
 * grow: read them from the engine at each use instead of keeping them.
 */
export interface NetworkEngine extends Disposable {
  readonly kind: "cpu"
  readonly plan: Plan
  /** [batchSize, ...input], row-major, as PyTorch orders it. */
  readonly inputs: Float32Array
  /** [batchSize] class indices, for cross-entropy. */
  readonly labels: Int32Array
  /** [batchSize, outputSize], for squared error. */
  readonly targets: Float32Array
  /**
   * The parameters in the engine's own order, padding included: what an optimizer updates in place,
   * entry by entry beside a direction of the same length.
   */
  readonly parameters: Float32Array
  /**
   * Draws all parameters as PyTorch does by default: uniform ±1/√fan_in; normalisations 1 and 0. Seeds the
   * dropout masks too. `seed` is an integer from 0 to 2⁵³ - 1.
   */
  initialise(seed: number): void
  /** Seeds the dropout masks alone: after `load`. */
  seed(seed: number): void
  /** Sets every parameter, by PyTorch's names and order; missing, unknown and wrongly sized ones are errors. */
  load(parameters: ReadonlyMap<string, Float32Array>): void
  /** Copies of all parameters, by PyTorch's names and order. */
  save(): Map<string, Float32Array>
  /** Any vector in the engine's own order (a direction, a momentum), by PyTorch's names and order. */
  export(vector: Float32Array): Map<string, Float32Array>
  /** The inverse of `export`: writes named tensors into a vector of the engine's own order. */
  import(tensors: ReadonlyMap<string, Float32Array>, vector: Float32Array): void
  /** Losses, and what is needed to answer for the Gramian and any pullback: one forward and one backward. */
  linearize(options?: LinearizeOptions): Linearization<Float32Array>
  /**
   * Losses and Jᵀ w for weights known beforehand (mean, sum, constant): one forward and one backward that
   * never keeps a per-example gradient.
   */
  gradient(
    weights: Float64Array,
    options?: LinearizeOptions
  ): { readonly values: Float64Array; readonly direction: Float32Array }
  /** Outputs of the network, [examples, outputSize], row-major; dropout left out. */
  outputs(options?: { readonly examples?: number }): Float32Array
}
