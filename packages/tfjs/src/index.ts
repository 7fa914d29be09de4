/**
 * Jacobian descent on a model of TensorFlow.js: its gradients, Dualcone's aggregation.
 *
 * `linearize` makes a linearization of the losses of a model, on which every aggregator works; `makeDescent` takes whole
 * steps. Tensors are read by `data()` alone, so that both work on every backend, WebGPU's among them, which refuses to be
 * read synchronously.
 *
 * @module
 */
export type { ForeignStep } from "@dualcone/aggregation"
export { type Descent, type DescentOptions, makeDescent } from "./descent.ts"
export { type LinearizeOptions, linearize } from "./linearize.ts"
export type { Losses, RowLosses, VectorLosses } from "./losses.ts"
export type { ParameterUpdate, UpdateRule } from "./update.ts"
