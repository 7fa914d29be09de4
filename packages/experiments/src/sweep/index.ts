/**
 * Sweeps: their file, the runs it stands for, their costs and what comes of them.
 *
 * @module
 */
export * from "./data-sets.ts"
export * from "./expand.ts"
export * from "./run.ts"
export { parseSweepConfig, parseSweepText, SweepConfig, sweepJsonSchema } from "./schema.ts"
