/**
 * `dualcone runner --cluster URL`: trains runs of the sweeps that are submitted to a cluster, until it is stopped.
 *
 * @module
 */
import { availableParallelism } from "node:os"
import type { RunnerEvent } from "@dualcone/experiments/cluster"
import { InputError } from "@dualcone/wasm"
import { Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { remark } from "./output.ts"
import { clusterFlags, namedCluster } from "./sweep/cluster-flags.ts"
import { logLines } from "./sweep/log-lines.ts"

/** The command. */
export const runnerCommand = Command.make(
  "runner",
  {
    ...clusterFlags,
    workers: Flag.Int("workers").pipe(
      Flag.withDescription("Runs at a time, each on one thread (default: one for each core)"),
      Flag.optional
    ),
    checkpointSeconds: Flag.Finite("checkpoint-seconds").pipe(
      Flag.withDescription("Least time between two checkpoints of a run (default 5)"),
      Flag.withDefault(5)
    )
  },
  Effect.fnUntraced(function* (options) {
    const workers = Option.getOrElse(options.workers, availableParallelism)
    if (workers < 1) {
      return yield* Effect.fail(new InputError({ rule: "it must be positive", place: "--workers", value: workers }))
    }
    const named = yield* namedCluster(options)
    if (named === null) {
      const rule = "name a database, such as postgres://user@host/database"
      return yield* Effect.fail(new InputError({ rule, place: "--cluster", value: undefined }))
    }
    const { runnerLayer } = yield* Effect.promise(() => import("@dualcone/experiments/cluster"))
    const runner = runnerLayer({
      ...named,
      workers,
      checkpointEveryMilliseconds: options.checkpointSeconds * 1000,
      report: (event) => process.stderr.write(`dualcone: ${lineOf(event)}\n`)
    })
    yield* Layer.build(runner).pipe(
      Effect.andThen(remark(`joined ${named.address.shown}, ${workers} runs at a time`)),
      Effect.andThen(Effect.never),
      Effect.scoped,
      Effect.provide(logLines)
    )
  })
).pipe(
  Command.withDescription(
    "Train runs of sweeps that are submitted with --cluster. Runners join and leave at any time; the runs of one that is gone go on elsewhere, from their last checkpoints."
  ),
  Command.withShortDescription("work for a sweep on several machines"),
  Command.withExamples([
    { command: "dualcone runner --cluster postgres://sweeps@db.example/sweeps", description: "Join with all cores" }
  ])
)

function lineOf(event: RunnerEvent): string {
  const { group, learningRate } = event.run
  const which = `${group.label} at ${learningRate} on ${group.dataSet}, seed ${group.seed}`
  if (event.kind === "begun")
    return `${which} begins${event.iteration === 0 ? "" : ` after iteration ${event.iteration}`}`
  const { outcome } = event
  if (outcome.kind === "failure") return `${which} failed: ${outcome.reason}`
  const { area, divergedAt } = outcome.result
  return `${which}: ${divergedAt === null ? `area ${area.toFixed(3)}` : `diverged at iteration ${divergedAt}`}`
}
