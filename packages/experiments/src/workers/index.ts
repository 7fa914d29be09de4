/**
 * Training the runs of a sweep.
 *
 * @module
 */
export * from "./run-trainer.ts"
export { serveWork } from "./serve-work.ts"
export { threadPool } from "./thread-pool.ts"
export { type TrainRunOptions, trainRun } from "./train-run.ts"
export { type WorkerThreadsOptions, workerThreads } from "./worker-threads.ts"
