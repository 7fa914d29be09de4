/**
 * The protocol of the experiments, as plain functions.
 *
 * @module
 */
export * from "./classification-fit.ts"
export * from "./exponential-smoothing.ts"
export * from "./geometric-rates.ts"
export * from "./learning-rate-search.ts"
export * from "./standard-error.ts"
export * from "./subset.ts"
