/**
 * The database of a sweep.
 *
 * @module
 */
export { contentsDigest, rowsDigest } from "./contents-digest.ts"
export * from "./errors.ts"
export { experimentDatabase } from "./experiment-database.ts"
export { lockFolder } from "./folder-lock.ts"
export { bytesOf, type Curves, type FailureRow, type ResultRow, type RunResult, valuesOf } from "./rows.ts"
export { SWEEP_DATABASE, SweepStore } from "./sweep-store.ts"
