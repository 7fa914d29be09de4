/**
 * The resolved plan of a network: shapes and the parameter layout, inferred once by `crates/network`
 * and read by everybody else.
 *
 * @module
 */
import type { NetworkDescription } from "./description.ts"

/** One parameter tensor, in PyTorch's naming and order. */
export interface ParameterPlan {
  /** `0.weight`, `0.bias`, ... */
  readonly name: string
  readonly shape: readonly number[]
  /** Product of the shape. */
  readonly size: number
}

/** One layer with its inferred shapes. */
export interface LayerPlan {
  readonly kind: string
  readonly input: readonly number[]
  readonly output: readonly number[]
  /** How this layer's part of the Gramian is computed: from kept per-example gradients, or from inputs and deltas. */
  readonly gramian: "jacobian" | "ghost" | "none"
  /** Name of the kernel that the CPU engine chose. */
  readonly kernel: string
}

/** Shapes, parameters and memory of a network at one batch size. */
export interface Plan {
  readonly description: NetworkDescription
  readonly batchSize: number
  readonly objective: NetworkObjective
  readonly layers: readonly LayerPlan[]
  readonly parameters: readonly ParameterPlan[]
  /** n: parameters in all. */
  readonly parameterCount: number
  /** Entries of one example. */
  readonly inputSize: number
  /** Entries of one output. */
  readonly outputSize: number
  /** Bytes that the engine holds. */
  readonly bytes: number
}

/**
 * One loss an example (instance-wise risk minimisation).
 * - `cross-entropy`: -log softmax(y)[label]
 * - `squared-error`: mean over outputs of (y - target)²
 */
export type NetworkObjective = "cross-entropy" | "squared-error"
