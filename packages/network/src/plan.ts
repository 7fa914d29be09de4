/**
 * The resolved plan of a network: shapes and the parameter layout, inferred once by `crates/network`
 * and read by everybody else.
 *
 * @module
 */
import type { NetworkDescription } from "./description.ts"

/** One parameter tensor, in PyTorch's naming and order. */
export interface ParameterPlan {
  /** `0.weight`, `0.bias`, ...; with heads `trunk.0.weight`, `heads.left.0.weight`; in a sum `3.branches.0.1.weight`. */
  readonly name: string
  readonly shape: readonly number[]
  /** Product of the shape. */
  readonly size: number
}

/** One layer with its inferred shapes. */
export interface LayerPlan {
  /** Path of the layer, the first part of its tensors' names: `0`, `trunk.0`, `3.branches.0.1`. */
  readonly name: string
  readonly kind: string
  readonly input: readonly number[]
  readonly output: readonly number[]
  /** How this layer's part of the Gramian is computed: from kept per-example gradients, or from inputs and deltas. */
  readonly gramian: "jacobian" | "ghost" | "none"
  /** Name of the kernel that the CPU engine chose. */
  readonly kernel: string
}

/** One output of a network, with its losses. */
export interface HeadPlan {
  /** As the description names it; `output` where it has no heads. */
  readonly name: string
  /** Shape of one output: [outputs], or [steps, outputs]. */
  readonly output: readonly number[]
  readonly objective: NetworkObjective
  /** Losses of one example: 1, or one a step. */
  readonly losses: number
}

/** Entries of the engine's own order that belong to one layer. */
export interface ColumnGroup {
  /** Path of the layer that owns them. */
  readonly layer: string
  /** First entry. */
  readonly start: number
  /** First entry behind them. */
  readonly end: number
}

/** Shapes, parameters and memory of a network at one batch size. */
export interface Plan {
  readonly description: NetworkDescription
  readonly batchSize: number
  readonly objective: NetworkObjective | Readonly<Record<string, NetworkObjective>>
  /** The layers in the order of the forward pass: branches before their sum, heads in their order. */
  readonly layers: readonly LayerPlan[]
  /** One entry an output: the description's heads in their order, or the one output of a network without heads. */
  readonly heads: readonly HeadPlan[]
  /** One entry a tensor; tied layers own none. */
  readonly parameters: readonly ParameterPlan[]
  /** In the engine's own order; padding belongs to no layer or to the one before it. */
  readonly columnGroups: readonly ColumnGroup[]
  /** n: parameters in all. */
  readonly parameterCount: number
  /** Entries of one example. */
  readonly inputSize: number
  /** Entries of the outputs of one example, all heads together. */
  readonly outputSize: number
  /** Bytes that the engine holds. */
  readonly bytes: number
}

/**
 * The losses of an output: one an example for an output of [outputs], one a step for [steps, outputs].
 * - `cross-entropy`: -log softmax(y)[label]
 * - `squared-error`: mean over outputs of (y - target)²
 */
export type NetworkObjective = "cross-entropy" | "squared-error"
