/**
 * A run of a sweep as a durable workflow: trained by some runner, recorded once.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as ClusterSchema from "effect/cluster/ClusterSchema"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Activity from "effect/workflow/Activity"
import * as Workflow from "effect/workflow/Workflow"
import type { Run } from "../sweep/run.ts"
import { RunFailed, RunTrainer } from "../workers/run-trainer.ts"
import { ClusterDatabase } from "./cluster-database.ts"
import { Outcome, outcomeOf } from "./outcome.ts"
import { decodeRun } from "./run-text.ts"
import { type DurableTraining, trainDurably } from "./train-durably.ts"

/**
 * The workflow. Its key is the id of the run, so that whoever submits a run again joins what is there, and for a run that
 * failed before also how often. An outcome is the workflow's own value: failures of a run are recorded as results are.
 */
export const TrainRun = Workflow.make("TrainRun", {
  payload: { run: Schema.String, attempt: Schema.Int, text: Schema.String },
  success: Schema.Literals(["result", "failure"]),
  idempotencyKey: ({ run, attempt }) => (attempt === 0 ? run : `${run}/${attempt}`)
})

/** What happens on a runner. */
export type RunnerEvent =
  | { readonly kind: "begun"; readonly run: Run }
  | { readonly kind: "settled"; readonly run: Run; readonly outcome: Outcome }

/** Options of {@link trainRunLayer}. */
export interface TrainRunLayerOptions extends DurableTraining {
  readonly report?: (event: RunnerEvent) => void
}

/**
 * Registers the workflow on a runner. The engine starts the workflow of every run that waits, however many there are; the
 * trainer's size limits how many train. Training may happen twice, when a runner is taken for dead, to the same bits; the
 * record is an activity of its own in one transaction with the engine's note that it was made.
 */
export const trainRunLayer = ({ report, ...durable }: TrainRunLayerOptions) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const trainer = yield* RunTrainer
      const database = yield* ClusterDatabase
      const files = yield* FileSystem
      const permits = yield* Semaphore.make(trainer.size)
      const train = Effect.fnUntraced(
        function* (id: string, text: string) {
          const run = yield* decodeRun(id, text).pipe(
            Effect.mapError(({ name, message }) => new RunFailed({ run: id, tag: name, reason: message }))
          )
          report?.({ kind: "begun", run })
          const outcome = yield* outcomeOf(trainDurably(run, durable))
          report?.({ kind: "settled", run, outcome })
          return outcome
        },
        Effect.catch(({ tag, reason }) => Effect.succeed<Outcome>({ kind: "failure", tag, reason }))
      )
      return TrainRun.toLayer(
        Effect.fnUntraced(function* ({ run, attempt, text }) {
          const outcome = yield* Activity.make({
            name: "train",
            success: Outcome,
            execute: train(run, text).pipe(
              permits.withPermit,
              Effect.provideService(RunTrainer, trainer),
              Effect.provideService(ClusterDatabase, database),
              Effect.provideService(FileSystem, files)
            )
          })
          yield* Activity.make({
            name: "record",
            annotations: Context.make(ClusterSchema.WithTransaction, true),
            execute: Effect.orDie(database.record({ run, attempt, outcome }))
          })
          return outcome.kind
        })
      )
    })
  )
