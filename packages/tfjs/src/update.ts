/**
 * How variables follow a direction: by an optimizer of TensorFlow.js or by one of Dualcone.
 *
 * @module
 */
import { type NamedTensorMap, type Optimizer, reshape, slice, type Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core"
import { float32Of } from "./linearize.ts"
import { assign, type Layout, read } from "./variables.ts"

/** A rule that updates a vector of parameters in place, such as `makeOptimizer(sgd({ learningRate: 0.1 }), n)`. */
export interface ParameterUpdate {
  /** Both vectors are all variables side by side, n entries. `iteration` counts from 1. */
  update(parameters: Float32Array, direction: Float32Array, iteration: number): void
}

/** An optimizer of TensorFlow.js, or a function that makes one of Dualcone's for n parameters. */
export type UpdateRule = Optimizer | ((parameters: number) => ParameterUpdate)

/** Moves the variables against a direction. */
export interface Update {
  /** By a direction in main memory. */
  byVector(direction: Float32Array, iteration: number): Promise<void>
  /** By a direction on the device, [n], which the caller disposes. */
  byTensor(direction: Tensor, iteration: number): Promise<void>
}

/** The update of these variables by this rule. */
export function updateOf(rule: UpdateRule, layout: Layout): Update {
  if (typeof rule === "function") {
    const planned = rule(layout.parameters)
    const byVector = async (direction: Float32Array, iteration: number) => {
      const parameters = await read(layout)
      planned.update(parameters, direction, iteration)
      assign(layout, parameters)
    }
    return { byVector, byTensor: async (direction, iteration) => byVector(await float32Of(direction), iteration) }
  }
  const apply = (makeDirection: () => Tensor) => tidy(() => rule.applyGradients(gradientsOf(layout, makeDirection())))
  return {
    byVector: async (direction) => apply(() => tensor1d(direction)),
    byTensor: async (direction) => apply(() => direction)
  }
}

/** A direction, cut into the variables. */
function gradientsOf({ variables, offsets }: Layout, direction: Tensor): NamedTensorMap {
  const gradients: NamedTensorMap = {}
  for (const [i, { name, shape, size }] of variables.entries()) {
    gradients[name] = reshape(slice(direction, [offsets[i] ?? 0], [size]), shape)
  }
  return gradients
}
