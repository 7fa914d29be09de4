/**
 * How parameters follow a direction: by an optimizer of Dualcone or by a function of trees.
 *
 * @module
 */
import { type Array as JaxArray, tree } from "@jax-js/jax"
import { type Layout, type Tree, treeOf, vectorOf } from "./tree.ts"

/** A rule that updates a vector of parameters in place, such as `makeOptimizer(sgd({ learningRate: 0.1 }), n)`. */
export interface ParameterUpdate {
  /** Both vectors are all parameters side by side, n entries. `iteration` counts from 1. */
  update(parameters: Float32Array, direction: Float32Array, iteration: number): void
}

/**
 * A function that makes one of Dualcone's optimizers for n parameters, or `trees`: a function from parameters and a
 * direction to the next parameters, which uses both up, for optimizers that take trees.
 */
export type UpdateRule<P extends Tree> =
  | ((parameters: number) => ParameterUpdate)
  | { readonly trees: (parameters: P, direction: P) => P }

/** The next parameters; uses the given ones up. */
export type Update<P extends Tree> = (parameters: P, direction: Float32Array, iteration: number) => Promise<P>

/** The update of parameters of this layout by this rule. */
export function updateOf<P extends Tree>(rule: UpdateRule<P>, layout: Layout): Update<P> {
  if ("trees" in rule) return async (at, direction) => rule.trees(at, treeOf(at, direction, layout))
  const planned = rule(layout.parameters)
  return async (at, direction, iteration) => {
    const vector = await vectorOf(tree.leaves<JaxArray>(tree.ref(at)), layout)
    planned.update(vector, direction, iteration)
    const next = treeOf(at, vector, layout)
    tree.dispose(at)
    return next
  }
}
