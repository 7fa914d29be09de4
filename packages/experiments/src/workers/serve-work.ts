/**
 * The worker's side of a thread pool: does what it is asked, and says how far it is and what came of it.
 *
 * @module
 */
import { parentPort } from "node:worker_threads"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Predicate from "effect/Predicate"
import type { StopRequest, WorkerReply } from "./messages.ts"

/** Least time between two reports of progress. */
const REPORT_MILLISECONDS = 200

/**
 * Makes this thread a worker of `threadPool`: `work` is done for each request, one at a time, and interrupted when it
 * is to stop.
 *
 * @throws {Error} in a thread that nobody started as a worker
 */
export function serveWork<Request extends { readonly kind: string }, Result, E, R, LE>(
  work: (request: Request, report: (iteration: number) => void) => Effect.Effect<Result, E, R>,
  layer: Layer.Layer<R, LE>
): void {
  const port = parentPort
  if (port === null) throw new Error("this file is the program of a worker thread")
  const reply = (message: WorkerReply<Result>) => port.postMessage(message)
  const runtime = ManagedRuntime.make(layer)
  let working: Fiber.Fiber<void, LE> | null = null

  const answer = Effect.fnUntraced(function* (request: Request) {
    let reported = 0
    const report = (iteration: number) => {
      if (performance.now() - reported < REPORT_MILLISECONDS) return
      reported = performance.now()
      reply({ kind: "step", iteration })
    }
    const exit = yield* Effect.exit(work(request, report))
    if (Exit.isSuccess(exit)) reply({ kind: "finished", result: exit.value })
    else if (!Cause.hasInterruptsOnly(exit.cause)) reply({ kind: "failed", ...described(Cause.squash(exit.cause)) })
  })

  const isStop = (request: Request | StopRequest): request is StopRequest => request.kind === "stop"
  port.on("message", (request: Request | StopRequest) => {
    if (!isStop(request)) working = runtime.runFork(answer(request))
    else {
      const stopped = working === null ? Effect.void : Fiber.interrupt(working)
      void Effect.runPromise(stopped).then(() => reply({ kind: "stopped" }))
    }
  })
}

function described(error: unknown): { readonly tag: string; readonly message: string } {
  const message = error instanceof Error ? error.message : String(error)
  if (Predicate.hasProperty(error, "_tag")) return { tag: String(error._tag), message }
  return { tag: error instanceof Error ? error.name : "Error", message }
}
