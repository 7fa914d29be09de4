/**
 * Benchmarks: training steps, weightings and memory, as `dualcone bench` runs them.
 *
 * @module
 */
export * from "./bench.ts"
export * from "./gpu-step.ts"
export * from "./gramians.ts"
export * from "./memory.ts"
export * from "./networks.ts"
export * from "./samples.ts"
export * from "./step.ts"
export * from "./table.ts"
export * from "./turns.ts"
export * from "./weights.ts"
