/**
 * The runners of a cluster as the trainer of a sweep.
 *
 * @module
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import type { RunResult } from "../store/rows.ts"
import type { Run } from "../sweep/run.ts"
import { RunFailed, RunTrainer } from "../workers/run-trainer.ts"
import type { ClusterAddress } from "./address.ts"
import { ClusterDatabase, type SettledRun } from "./cluster-database.ts"
import type { ClusterError } from "./errors.ts"
import { patiently } from "./patience.ts"
import { clusterLayer } from "./postgres.ts"
import { encodeRun } from "./run-text.ts"
import { TAKE_OVER_SECONDS } from "./settings.ts"
import { TrainRun } from "./train-workflow.ts"

/** Options of {@link clusterTrainer}. */
export interface ClusterTrainerOptions {
  readonly address: ClusterAddress
  /** The same in all processes of a cluster. Default {@link TAKE_OVER_SECONDS}. */
  readonly takeOverSeconds?: number
}

/** How often outcomes and progress are asked for. */
const INTERVAL = "1 second"

/** More runs than a sweep has: all of them are submitted at once, and wait in the database. */
const EVERYTHING = 1_000_000

/**
 * The layer of {@link RunTrainer} over a cluster. A run that is submitted again, by this process or another, is joined, not
 * made twice; one that failed is tried once more. Interrupted, runs go on without this process, and the next one
 * finds their results. While the database is away it waits.
 */
export const clusterTrainer = (options: ClusterTrainerOptions): Layer.Layer<RunTrainer, ClusterError> => {
  const { address, takeOverSeconds = TAKE_OVER_SECONDS } = options
  return Layer.effect(RunTrainer, makeTrainer).pipe(
    Layer.provide(clusterLayer({ address, runner: null, takeOverSeconds }))
  )
}

/** A run that has been submitted. */
interface Waiting {
  readonly attempt: number
  readonly settled: Deferred.Deferred<RunResult, RunFailed>
  readonly report: (iteration: number) => void
}

const makeTrainer = Effect.gen(function* () {
  const database = yield* ClusterDatabase
  const engine = yield* WorkflowEngine
  const attempts = new Map(yield* patiently(database.failedAttempts))
  const waiting = new Map<string, Waiting>()

  const settle = ({ run, attempt, outcome }: SettledRun) => {
    const entry = waiting.get(run)
    if (entry === undefined) return Effect.void
    if (outcome.kind === "result") return Deferred.succeed(entry.settled, outcome.result)
    // A failure of before is what this attempt is made for.
    if (attempt < entry.attempt) return Effect.void
    attempts.set(run, attempt + 1)
    return Deferred.fail(entry.settled, new RunFailed({ run, tag: outcome.tag, reason: outcome.reason }))
  }
  const look = Effect.gen(function* () {
    if (waiting.size === 0) return
    for (const settled of yield* database.outcomes(waiting.keys())) yield* settle(settled)
    for (const { run, iteration } of yield* database.progress) waiting.get(run)?.report(iteration)
  })
  yield* look.pipe(patiently, Effect.andThen(Effect.sleep(INTERVAL)), Effect.forever, Effect.forkScoped)

  return RunTrainer.of({
    size: EVERYTHING,
    train: Effect.fn("RunTrainer.train")(function* (run: Run, report: (iteration: number) => void) {
      const attempt = attempts.get(run.id) ?? 0
      const settled = yield* Deferred.make<RunResult, RunFailed>()
      waiting.set(run.id, { attempt, settled, report })
      return yield* TrainRun.execute({ run: run.id, attempt, text: encodeRun(run) }, { discard: true }).pipe(
        Effect.provideService(WorkflowEngine, engine),
        patiently,
        Effect.andThen(Deferred.await(settled)),
        Effect.ensuring(Effect.sync(() => waiting.delete(run.id)))
      )
    }),
    forget: () => Effect.void // runners forget when they record
  })
})
