/**
 * The program of a worker thread: trains the runs that it is given, one at a time, on one thread of the CPU engine:
 * runs side by side use the cores better than the threads of one.
 *
 * @module
 */
import { parentPort } from "node:worker_threads"
import { CpuEngine, type EngineError } from "@dualcone/descent"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Predicate from "effect/Predicate"
import { makeDataSets } from "../sweep/data-sets.ts"
import type { WorkerReply, WorkerRequest } from "./messages.ts"
import { trainRun } from "./train-run.ts"

/** Least time between two reports of progress. */
const REPORT_MILLISECONDS = 200

const port = parentPort
if (port === null) throw new Error("this file is the program of a worker thread")

const reply = (message: WorkerReply) => port.postMessage(message)
const runtime = ManagedRuntime.make(Layer.merge(CpuEngine.on(1), NodeServices.layer))
const dataSets = makeDataSets()
let training: Fiber.Fiber<void, EngineError> | null = null

const train = Effect.fnUntraced(function* ({ run, ...kept }: Extract<WorkerRequest, { kind: "train" }>) {
  let reported = 0
  const report = (iteration: number) => {
    if (performance.now() - reported < REPORT_MILLISECONDS) return
    reported = performance.now()
    reply({ kind: "step", iteration })
  }
  const exit = yield* Effect.exit(trainRun(run, { dataSets, ...kept, report }))
  if (Exit.isSuccess(exit)) reply({ kind: "finished", result: exit.value })
  else if (!Cause.hasInterruptsOnly(exit.cause)) reply({ kind: "failed", ...described(Cause.squash(exit.cause)) })
})

function described(error: unknown): { readonly tag: string; readonly message: string } {
  const message = error instanceof Error ? error.message : String(error)
  if (Predicate.hasProperty(error, "_tag")) return { tag: String(error._tag), message }
  return { tag: error instanceof Error ? error.name : "Error", message }
}

port.on("message", (request: WorkerRequest) => {
  if (request.kind === "train") training = runtime.runFork(train(request))
  else {
    const stopped = training === null ? Effect.void : Fiber.interrupt(training)
    void Effect.runPromise(stopped).then(() => reply({ kind: "stopped" }))
  }
})
