/**
 * What a network engine offers: parameters in and out under PyTorch's names, and linearizations of the
 * losses of a batch.
 *
 * @module
 */
import type { JacobianLinearization } from "@dualcone/aggregation"
import type { ThreadCount } from "@dualcone/wasm"
import type { NetworkDescription } from "./description.ts"
import type { ColumnGroup, NetworkObjective, Plan } from "./plan.ts"

/**
 * Which objectives are the rows of the Jacobian, with e an example of the batch and l one of its L losses.
 * - `examples`: row e is the sum of the losses of example e (instance-wise risk minimisation).
 * - `losses`: row l is the mean over the batch of loss l (one task a head, or one a step).
 * - `examples-losses`: row e·L + l is loss l of example e (instance-wise multi-task learning).
 */
export type JacobianRows = "examples" | "losses" | "examples-losses"

/** What {@link NetworkEngine}s are compiled from. */
export interface EngineOptions {
  readonly network: NetworkDescription
  /** Largest number of examples in a batch. */
  readonly batchSize: number
  /** For all heads, or by the name of the head. Default `cross-entropy`. */
  readonly objective?: NetworkObjective | Readonly<Record<string, NetworkObjective>>
  /** Default `examples`. */
  readonly rows?: JacobianRows
  /**
   * Paths of the layers or tensors (`trunk`, `heads.left`, `0.weight`) whose columns count in the Gramian: partial
   * Jacobian descent. Default: all.
   */
  readonly jacobianOf?: readonly string[]
  /**
   * What a pullback gives the parameters outside of `jacobianOf`: Jᵀ w with the weights of the rows, or with the weight
   * 1 for each row, their plain gradient. Default `weighted`.
   */
  readonly outside?: "weighted" | "plain"
  /**
   * How many threads share a step: no bit depends on it. More than one needs a module of `loadWasmFor`, as many groups of
   * four examples, and rows that are no losses of the whole batch. Default `auto`: as many as that was asked for.
   */
  readonly threads?: ThreadCount
}

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
  /** Threads that share a step, the caller's among them. */
  readonly threads: number
  readonly plan: Plan
  /** [batchSize, ...input], row-major, as PyTorch orders it. */
  readonly inputs: Float32Array
  /** [batchSize, lossesPerExample] class indices, in the order of the heads and their steps; read by cross-entropy alone. */
  readonly labels: Int32Array
  /** [batchSize, entries of the outputs under squared error], in the order of the heads. */
  readonly targets: Float32Array
  /**
   * The parameters in the engine's own order, padding included: what an optimizer updates in place,
   * entry by entry beside a direction of the same length.
   */
  readonly parameters: Float32Array
  /** L: one, or one a head and step. */
  readonly lossesPerExample: number
  /** Entries of the engine's own order that count as columns of the Jacobian: the first ones. */
  readonly jacobianColumns: number
  /** Which entries of the engine's own order belong to which layer. */
  readonly columnGroups: readonly ColumnGroup[]
  /** Rows of the Jacobian for a batch of this many examples. */
  rows(examples: number): number
  /**
   * Draws all parameters as PyTorch does by default: uniform ±1/√fan_in (recurrent layers ±1/√hidden),
   * embeddings N(0, 1), normalisations 1 and 0. Seeds the dropout masks too. `seed` is an integer from 0 to 2⁵³ - 1.
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
  /**
   * Losses, and what is needed to answer for the Gramian and any pullback: one forward, and one backward (one a loss
   * of an example where rows tell losses apart). `values` are the objectives of the rows.
   *
   * `jacobian()` is a fresh array of `objectives` rows in the engine's own order, padding included, so that its columns,
   * `parameters` and directions line up entry by entry; `parameters` of the linearization stays the plan's count, without
   * the padding. Its first `jacobianColumns` columns count in the Gramian.
   */
  linearize(options?: LinearizeOptions): JacobianLinearization<Float32Array>
  /**
   * Losses and Jᵀ w for weights known beforehand (mean, sum, constant): one forward and one backward that
   * never keeps a per-example gradient.
   */
  gradient(
    weights: Float64Array,
    options?: LinearizeOptions
  ): { readonly values: Float64Array; readonly direction: Float32Array }
  /**
   * parameters ← parameters − learningRate · direction, in float64, rounded once: what plain SGD makes of a direction. The
   * engine's own, that of its last pullback or gradient, is taken where it lies, on all threads.
   */
  descend(direction: Float32Array, learningRate: number): void
  /** Outputs of the network, [examples, outputSize], row-major, the heads side by side; dropout left out. */
  outputs(options?: { readonly examples?: number }): Float32Array
}
