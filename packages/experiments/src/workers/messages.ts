/**
 * What the thread of the sweep and its workers say to each other.
 *
 * @module
 */
import type { Run } from "../sweep/run.ts"

/** Stop the work, leaving what the next start goes on from. */
export interface StopRequest {
  readonly kind: "stop"
}

/** To a worker that trains runs. */
export type WorkerRequest =
  | {
      readonly kind: "train"
      readonly run: Run
      readonly checkpoint: string
      readonly checkpointEveryMilliseconds: number
    }
  | StopRequest

/** From a worker. */
export type WorkerReply<Result> =
  | { readonly kind: "step"; readonly iteration: number }
  | { readonly kind: "finished"; readonly result: Result }
  | { readonly kind: "failed"; readonly tag: string; readonly message: string }
  | { readonly kind: "stopped" }
