/**
 * The conflict suite.
 *
 * @module
 */
export * from "./methods.ts"
export * from "./problem.ts"
export * from "./protocol/search.ts"
export * from "./registry.ts"
