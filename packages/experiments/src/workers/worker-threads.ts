/**
 * Runs on the threads of this machine, each worker with an engine of its own.
 *
 * @module
 */
import { availableParallelism } from "node:os"
import { type FileError, fileError } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type { RunResult } from "../store/rows.ts"
import type { Run } from "../sweep/run.ts"
import type { WorkerRequest } from "./messages.ts"
import { RunTrainer } from "./run-trainer.ts"
import { threadPool } from "./thread-pool.ts"

/** Options of {@link workerThreads}. */
export interface WorkerThreadsOptions {
  /** Checkpoints of unfinished runs are kept in its folder `checkpoints`. */
  readonly folder: string
  /** Workers. Default: one for each core. */
  readonly size?: number
  /** Least time between two checkpoints of a run. Default 5000. */
  readonly checkpointEveryMilliseconds?: number
  /** The program of a worker. Default: the one beside this file. */
  readonly program?: URL
}

// Published files are JavaScript; a bundler or compiler does not rewrite this name.
const PROGRAM = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url)

/** Where the checkpoint of a run is while the run lasts, in the folder that a layer of {@link workerThreads} was given. */
export function checkpointFile(folder: string, run: string): string {
  return `${folder}/${CHECKPOINTS}/${run}.safetensors`
}

const CHECKPOINTS = "checkpoints"

/** The layer of {@link RunTrainer} over worker threads, which end with the scope. A worker that dies is replaced. */
export function workerThreads(options: WorkerThreadsOptions): Layer.Layer<RunTrainer, FileError, FileSystem> {
  return Layer.effect(RunTrainer, makeTrainer(options))
}

const makeTrainer = Effect.fnUntraced(function* (options: WorkerThreadsOptions) {
  const files = yield* FileSystem
  const folder = `${options.folder}/${CHECKPOINTS}`
  yield* files.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(fileError(folder, "create")))
  const size = options.size ?? availableParallelism()
  const ask = yield* threadPool<RunResult>(options.program ?? PROGRAM, size)
  const checkpointEveryMilliseconds = options.checkpointEveryMilliseconds ?? 5000
  return RunTrainer.of({
    size,
    train: Effect.fn("RunTrainer.train")(function* (run: Run, report: (iteration: number) => void) {
      const checkpoint = checkpointFile(options.folder, run.id)
      const request: WorkerRequest = { kind: "train", run, checkpoint, checkpointEveryMilliseconds }
      return yield* ask(run.id, request, report)
    }),
    forget: (runs) =>
      files.readDirectory(folder).pipe(
        Effect.map((names) => names.filter((name) => runs.has(name.split(".")[0] ?? ""))),
        Effect.flatMap((names) => Effect.all(names.map((name) => files.remove(`${folder}/${name}`, { force: true })))),
        Effect.ignore // a file that stays takes room and does no harm
      )
  })
})
