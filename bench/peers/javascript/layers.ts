/**
 * How a description becomes a function of a library's arrays.
 *
 * @module
 */
import type { Layer } from "@dualcone/network"

/** What the layer at `path` makes of `input`. */
export type Apply<Value> = (layer: Layer, path: string, input: Value) => Value

/**
 * Applies `layers` in order. A layer is called by its path, `3` or `3.branches.0.1`, with which the names of its
 * parameters begin.
 */
export function applyAll<Value>(layers: readonly Layer[], prefix: string, input: Value, apply: Apply<Value>): Value {
  return layers.reduce((value, layer, i) => apply(layer, `${prefix}${i}`, value), input)
}

/** Thrown for a layer that a peer has no counterpart of. */
export class UnknownLayer extends Error {
  constructor(library: string, layer: Layer) {
    super(`the peer ${library} has no layer ${JSON.stringify(layer)}`)
  }
}
