/**
 * A runner of a cluster: joins, trains what falls to it, and leaves.
 *
 * @module
 */
import { randomBytes } from "node:crypto"
import { hostname } from "node:os"
import { fileError } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { workerThreads } from "../workers/worker-threads.ts"
import type { ClusterAddress } from "./address.ts"
import { clusterLayer } from "./postgres.ts"
import { TAKE_OVER_SECONDS } from "./settings.ts"
import { type RunnerEvent, trainRunLayer } from "./train-workflow.ts"

/** Options of {@link runnerLayer}. */
export interface RunnerOptions {
  readonly address: ClusterAddress
  /** Runs at a time. Default: one for each core. */
  readonly workers?: number
  /** Least time between two checkpoints of a run. Default 5000. */
  readonly checkpointEveryMilliseconds?: number
  /** The same in all processes of a cluster. Default {@link TAKE_OVER_SECONDS}. */
  readonly takeOverSeconds?: number
  readonly report?: (event: RunnerEvent) => void
}

/**
 * A runner for the scope. Closing it writes the checkpoints of its runs to the database and gives their locks back, so that
 * others go on at once. Files are kept in a temporary folder, which goes with it.
 */
export const runnerLayer = (options: RunnerOptions) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const files = yield* FileSystem
      const folder = yield* files
        .makeTempDirectoryScoped({ prefix: "dualcone-runner-" })
        .pipe(Effect.mapError(fileError("a temporary folder", "create")))
      // Names of machines and processes repeat where containers are made from one image.
      const runner = `${hostname()}-${process.pid}-${randomBytes(4).toString("hex")}`
      const { address, takeOverSeconds = TAKE_OVER_SECONDS, checkpointEveryMilliseconds = 5000 } = options
      const { workers: size, report } = options
      const threads = workerThreads({ folder, checkpointEveryMilliseconds, ...(size === undefined ? {} : { size }) })
      const durable = { runner, folder, checkpointEveryMilliseconds }
      return trainRunLayer({ ...durable, ...(report === undefined ? {} : { report }) }).pipe(
        Layer.provide([clusterLayer({ address, runner, takeOverSeconds }), threads])
      )
    })
  )
