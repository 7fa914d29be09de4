/**
 * Sweeps: their file, the runs it stands for, their costs and what comes of them.
 *
 * @module
 */
export * from "./cost.ts"
export * from "./data-sets.ts"
export * from "./expand.ts"
export * from "./lenet.ts"
export type { SweepProgress } from "./progress.ts"
export * from "./run.ts"
export { type RunSweepOptions, runSweep, type SweepEvent } from "./run-sweep.ts"
export { parseSweepConfig, parseSweepText, SweepConfig, sweepJsonSchema } from "./schema.ts"
export * from "./summary.ts"
