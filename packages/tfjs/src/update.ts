/**
 * How variables follow a direction: by an optimizer of TensorFlow.js or by one of Dualcone.
 *
 * @module
 */
import { type NamedTensorMap, type Optimizer, tidy } from "@tensorflow/tfjs-core"
import { assign, type Layout, read, tensorsOf } from "./variables.ts"

/** A rule that updates a vector of parameters in place, such as `makeOptimizer(sgd({ learningRate: 0.1 }), n)`. */
export interface ParameterUpdate {
  /** Both vectors are all variables side by side, n entries. `iteration` counts from 1. */
  update(parameters: Float32Array, direction: Float32Array, iteration: number): void
}

/** An optimizer of TensorFlow.js, or a function that makes one of Dualcone's for n parameters. */
export type UpdateRule = Optimizer | ((parameters: number) => ParameterUpdate)

/** Moves the variables against a direction of n entries. */
export type Update = (direction: Float32Array, iteration: number) => Promise<void>

/** The update of these variables by this rule. */
export function updateOf(rule: UpdateRule, layout: Layout): Update {
  if (typeof rule !== "function") {
    return async (direction) => tidy(() => rule.applyGradients(namedGradients(layout, direction)))
  }
  const planned = rule(layout.parameters)
  return async (direction, iteration) => {
    const parameters = await read(layout)
    planned.update(parameters, direction, iteration)
    assign(layout, parameters)
  }
}

function namedGradients(layout: Layout, direction: Float32Array): NamedTensorMap {
  return Object.fromEntries(
    tensorsOf(layout, direction).map((gradient, i) => [layout.variables[i]?.name ?? "", gradient])
  )
}
