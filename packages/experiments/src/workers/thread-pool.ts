/**
 * Worker threads that do one piece of work at a time.
 *
 * @module
 */
import { Worker } from "node:worker_threads"
import * as Effect from "effect/Effect"
import * as Pool from "effect/Pool"
import type { StopRequest, WorkerReply } from "./messages.ts"
import { RunFailed } from "./run-trainer.ts"

/** The tag of work whose worker ended. */
const DIED = "WorkerDied"

/** How long a worker without work is kept: its engine and data are loaded. */
const IDLE = "10 minutes"

/** How long a worker may take to leave what the next start goes on from. */
const STOP = "10 seconds"

/**
 * Starts a pool of at most `size` workers for the scope, none before there is work. What it returns asks a free worker
 * to do something, and hears of its progress; interrupted, it asks the worker to stop and waits for that. A worker that
 * dies is replaced.
 */
export const threadPool = Effect.fnUntraced(function* <Result>(program: URL, size: number) {
  const pool = yield* Pool.makeWithTTL({ acquire: startWorker(program), min: 0, max: size, timeToLive: IDLE })
  return Effect.fnUntraced(function* (id: string, request: object, report: (iteration: number) => void) {
    const worker = yield* Pool.get(pool)
    return yield* workOn<Result>(worker, id, request, report).pipe(
      Effect.tapError(({ tag }) => (tag === DIED ? Pool.invalidate(pool, worker) : Effect.void))
    )
  }, Effect.scoped)
})

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

const workOn = <Result>(thread: Thread, run: string, request: object, report: (iteration: number) => void) =>
  Effect.callback<Result, RunFailed>((resume) => {
    const { worker } = thread
    const died = (reason: string) => {
      close()
      resume(Effect.fail(new RunFailed({ run, tag: DIED, reason })))
    }
    const onError = (error: unknown) => died(`its worker failed: ${messageOf(error)}`)
    const onExit = (code: number) => died(`its worker ended with code ${code}`)
    const onMessage = (reply: WorkerReply<Result>) => {
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

/** Stops the work of a worker and waits until it has. */
const stopped = (worker: Worker) =>
  Effect.callback<void>((resume) => {
    const done = () => {
      worker.off("message", onMessage)
      worker.off("exit", done)
      resume(Effect.void)
    }
    const onMessage = (reply: WorkerReply<never>) => {
      if (reply.kind === "stopped") done()
    }
    worker.on("exit", done)
    worker.on("message", onMessage)
    worker.postMessage({ kind: "stop" } satisfies StopRequest)
  }).pipe(Effect.timeoutOption(STOP), Effect.asVoid)
