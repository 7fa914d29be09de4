/**
 * Jacobian descent on functions of jax-js: its gradients, Dualcone's aggregation.
 *
 * `exampleLosses` and `vectorLosses` compile the losses of a pure function; `linearize` makes of them a linearization at
 * given parameters, on which every aggregator works; `makeDescent` takes whole steps. Arrays are read by `data()` alone, so
 * that all of it works on every backend. As everywhere in jax-js, an array that is handed over is used up: hand over its
 * `ref`, or `tree.ref(parameters)`, to keep it.
 *
 * @module
 */
export type { CombinedLosses, ForeignStep } from "@dualcone/aggregation"
export { type Descent, type DescentOptions, makeDescent } from "./descent.ts"
export { exampleLosses, type Losses, type ParametersLinearization, vectorLosses } from "./losses.ts"
export type { Tree } from "./tree.ts"
export type { ParameterUpdate, UpdateRule } from "./update.ts"
