/** A worker that ends at the learning rate 0.1, and is an ordinary one otherwise. */
import { parentPort } from "node:worker_threads"
import type { WorkerRequest } from "../src/workers/messages.ts"

// First: a port hands its messages on as soon as anybody listens.
await import("../src/workers/worker.ts")
parentPort?.on("message", (request: WorkerRequest) => {
  if (request.kind === "train" && request.run.learningRate === 0.1) process.exit(3)
})
