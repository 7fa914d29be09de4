/**
 * Runs on the threads of this machine: a pool of workers, each with an engine of its own.
 *
 * @module
 */
import { availableParallelism } from "node:os"
import { Worker } from "node:worker_threads"
import { type FileError, fileError } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Pool from "effect/Pool"
import type { RunResult } from "../store/rows.ts"
import type { Run } from "../sweep/run.ts"
import type { WorkerReply, WorkerRequest } from "./messages.ts"
import { RunFailed, RunTrainer } from "./run-trainer.ts"

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

/** How long a worker without a run is kept: its engine and data are loaded. */
const IDLE = "10 minutes"

/** How long a worker may take to write its last checkpoint. */
const STOP = "10 seconds"

/** The layer of {@link RunTrainer} over worker threads, which end with the scope. A worker that dies is replaced. */
export function workerThreads(options: WorkerThreadsOptions): Layer.Layer<RunTrainer, FileError, FileSystem> {
  return Layer.effect(RunTrainer, makeTrainer(options))
}

const makeTrainer = Effect.fnUntraced(function* (options: WorkerThreadsOptions) {
  const files = yield* FileSystem
  const folder = `${options.folder}/${CHECKPOINTS}`
  yield* files.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(fileError(folder, "create")))
  const size = options.size ?? availableParallelism()
  // None before there is a run for it.
  const pool = yield* Pool.makeWithTTL({
    acquire: startWorker(options.program ?? PROGRAM),
    min: 0,
    max: size,
    timeToLive: IDLE
  })
  const checkpointEveryMilliseconds = options.checkpointEveryMilliseconds ?? 5000
  return RunTrainer.of({
    size,
    train: Effect.fn("RunTrainer.train")(function* (run: Run, report: (iteration: number) => void) {
      const worker = yield* Pool.get(pool)
      const request: TrainRequest = {
        kind: "train",
        run,
        checkpoint: checkpointFile(options.folder, run.id),
        checkpointEveryMilliseconds
      }
      return yield* trainOn(worker, request, report).pipe(
        Effect.tapError(({ tag }) => (tag === DIED ? Pool.invalidate(pool, worker) : Effect.void))
      )
    }, Effect.scoped),
    forget: (runs) =>
      files.readDirectory(folder).pipe(
        Effect.map((names) => names.filter((name) => runs.has(name.split(".")[0] ?? ""))),
        Effect.flatMap((names) => Effect.all(names.map((name) => files.remove(`${folder}/${name}`, { force: true })))),
        Effect.ignore // a file that stays takes room and does no harm
      )
  })
})

/** The tag of a run whose worker ended. */
const DIED = "WorkerDied"

/** A worker, and how it ended if it has. */
interface Thread {
  readonly worker: Worker
  ended: string | null
}

/** A worker for the scope. */
const startWorker = (program: URL) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const thread: Thread = { worker: new Worker(program), ended: null }
      const end = (how: string) => {
        thread.ended ??= how
      }
      thread.worker.on("error", (error) => end(`its worker failed: ${messageOf(error)}`))
      thread.worker.on("exit", (code) => end(`its worker ended with code ${code}`))
      return thread
    }),
    ({ worker }) => Effect.promise(() => worker.terminate())
  )

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? ""

type TrainRequest = Extract<WorkerRequest, { readonly kind: "train" }>

const trainOn = (thread: Thread, request: TrainRequest, report: (iteration: number) => void) =>
  Effect.callback<RunResult, RunFailed>((resume) => {
    const { worker } = thread
    const run = request.run.id
    const died = (reason: string) => {
      close()
      resume(Effect.fail(new RunFailed({ run, tag: DIED, reason })))
    }
    const onError = (error: unknown) => died(`its worker failed: ${messageOf(error)}`)
    const onExit = (code: number) => died(`its worker ended with code ${code}`)
    const onMessage = (reply: WorkerReply) => {
      if (reply.kind === "step") return report(reply.iteration)
      if (reply.kind === "stopped") return
      close()
      if (reply.kind === "finished") resume(Effect.succeed(reply.result))
      else resume(Effect.fail(new RunFailed({ run, tag: reply.tag, reason: reply.message })))
    }
    const close = () => {
      worker.off("message", onMessage)
      worker.off("error", onError)
      worker.off("exit", onExit)
    }
    if (thread.ended !== null) return died(thread.ended)
    worker.on("message", onMessage)
    worker.on("error", onError)
    worker.on("exit", onExit)
    worker.postMessage(request)
    return Effect.suspend(() => {
      close()
      return stopped(worker)
    })
  })

/** Stops the run of a worker and waits for its checkpoint. */
const stopped = (worker: Worker) =>
  Effect.callback<void>((resume) => {
    const done = () => {
      worker.off("message", onMessage)
      worker.off("exit", done)
      resume(Effect.void)
    }
    const onMessage = (reply: WorkerReply) => {
      if (reply.kind === "stopped") done()
    }
    worker.on("exit", done)
    worker.on("message", onMessage)
    worker.postMessage({ kind: "stop" } satisfies WorkerRequest)
  }).pipe(Effect.timeoutOption(STOP), Effect.asVoid)
