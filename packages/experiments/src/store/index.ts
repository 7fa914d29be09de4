/**
 * The database of a sweep.
 *
 * @module
 */
export { contentsDigest } from "./contents-digest.ts"
export * from "./errors.ts"
export { lockFolder } from "./folder-lock.ts"
export type { Curves, FailureRow, ResultRow, RunResult } from "./rows.ts"
export { SWEEP_DATABASE, SweepStore } from "./sweep-store.ts"
