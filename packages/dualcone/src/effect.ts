/**
 * Dualcone for people who live in Effect: engines as services, training as a `Stream`, runs in folders.
 *
 * @module
 */
export * from "@dualcone/aggregation"
export * from "@dualcone/datasets"
export * from "@dualcone/descent"
export * from "@dualcone/network"
export { InputError } from "@dualcone/wasm"
