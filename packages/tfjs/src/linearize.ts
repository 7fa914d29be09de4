/**
 * Linearizations of the losses of a model.
 *
 * @module
 */
import { type JacobianLinearization, linearizeJacobian } from "@dualcone/aggregation"
import type { Tensor, Variable } from "@tensorflow/tfjs-core"
import { rows } from "./backward.ts"
import { type Losses, objectivesOf } from "./losses.ts"
import { type Layout, layoutOf } from "./variables.ts"

/** What the losses are differentiated by. */
export interface LinearizeOptions {
  /**
   * The columns of the Jacobian: float32 variables, in this order, each row-major. Default: all trainable variables, as
   * `optimizer.minimize` has it.
   */
  readonly variables?: readonly Variable[]
}

/**
 * The losses of a model linearized at the values of its variables: f(x), J Jᵀ, Jᵀ w and J, m × n, on which every
 * aggregator works.
 *
 * Costs one forward and m backward passes of a vector of losses, and one forward and one backward pass a row of losses
 * that have their own. The gradients are computed by TensorFlow.js in float32 and read asynchronously; the Jacobian is
 * then kept in main memory, 4 m n bytes, and the Gramian is summed in float64. No tensor is left behind.
 *
 * A variable that a loss does not depend on has zeros in its row.
 *
 * @throws InputError, as a rejection, for losses that are neither [m] nor m scalars, or not float32; for variables that
 * are none, named twice, disposed or not float32; and for values or gradients that are not finite.
 */
export async function linearize(
  losses: Losses,
  { variables }: LinearizeOptions = {}
): Promise<JacobianLinearization<Float32Array>> {
  return linearizeOn(layoutOf(variables), losses)
}

/** {@link linearize}, by variables whose layout is known. */
export async function linearizeOn(layout: Layout, losses: Losses): Promise<JacobianLinearization<Float32Array>> {
  const n = layout.parameters
  let jacobian = new Float32Array(0)
  let values = new Float64Array(0)
  let row = 0
  for (const block of rows(losses, layout)) {
    if (row === 0) {
      const m = typeof losses === "function" ? block.length : objectivesOf(losses)
      values = new Float64Array(m)
      jacobian = new Float32Array(m * n)
    }
    for (const entries of await Promise.all(block.map(float32Of))) {
      values[row] = entries[0] ?? Number.NaN
      jacobian.set(entries.subarray(1), row * n)
      row++
    }
  }
  return linearizeJacobian({ values: jacobian, objectives: values.length, parameters: n }, values)
}

/** What a float32 tensor holds. */
export function float32Of(tensor: Tensor): Promise<Float32Array> {
  return tensor.data<"float32">()
}
