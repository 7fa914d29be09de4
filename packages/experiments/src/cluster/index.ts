/**
 * Sweeps on several machines: runners that share a PostgreSQL database.
 *
 * @module
 */
export { type ClusterTrainerOptions, clusterTrainer } from "./cluster-trainer.ts"
export { type RunnerOptions, runnerLayer } from "./runner.ts"
export type { RunnerEvent } from "./train-workflow.ts"
