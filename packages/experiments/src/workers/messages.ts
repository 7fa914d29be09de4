/**
 * What the thread of the sweep and its workers say to each other.
 *
 * @module
 */
import type { RunResult } from "../store/rows.ts"
import type { Run } from "../sweep/run.ts"

/** To a worker. */
export type WorkerRequest =
  | {
      readonly kind: "train"
      readonly run: Run
      readonly checkpoint: string
      readonly checkpointEveryMilliseconds: number
    }
  /** Stop the run, with a checkpoint. */
  | { readonly kind: "stop" }

/** From a worker. */
export type WorkerReply =
  | { readonly kind: "step"; readonly iteration: number }
  | { readonly kind: "finished"; readonly result: RunResult }
  | { readonly kind: "failed"; readonly tag: string; readonly message: string }
  | { readonly kind: "stopped" }
