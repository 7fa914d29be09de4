/**
 * A run of a sweep as a durable workflow: trained by some runner, recorded once.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as ClusterSchema from "effect/cluster/ClusterSchema"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Activity from "effect/workflow/Activity"
import * as DurableQueue from "effect/workflow/DurableQueue"
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

/**
 * Runs that wait for a worker. Runners pull them, so that none waits beside an idle worker and a runner that joins disturbs
 * no training. As activities of the workflow they would go to the runner that holds the workflow's shard, by a
 * hash, all at once, and would be interrupted whenever shards move.
 */
const Trainings = DurableQueue.make({
  name: "trainings",
  payload: { run: Schema.String, text: Schema.String },
  success: Outcome,
  idempotencyKey: ({ run }) => run
})

/** What happens on a runner. */
export type RunnerEvent =
  /** A run is trained from here on, after as many iterations. */
  | { readonly kind: "begun"; readonly run: Run; readonly iteration: number }
  | { readonly kind: "settled"; readonly run: Run; readonly outcome: Outcome }

/** Options of {@link trainRunLayer}. */
export interface TrainRunLayerOptions extends Omit<DurableTraining, "begun"> {
  readonly report?: (event: RunnerEvent) => void
}

/**
 * Registers the workflow on a runner, and pulls runs from the queue, as many at a time as the trainer's size. Training may
 * happen twice, when a runner is taken for dead, to the same bits, of which the workflow takes the first; the record is
 * an activity in one transaction with the engine's note that it was made.
 */
export const trainRunLayer = ({ report, ...durable }: TrainRunLayerOptions) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { size } = yield* RunTrainer
      const database = yield* ClusterDatabase
      const train = Effect.fnUntraced(
        function* (id: string, text: string) {
          const run = yield* decodeRun(id, text).pipe(
            Effect.mapError(({ name, message }) => new RunFailed({ run: id, tag: name, reason: message }))
          )
          const begun = (iteration: number) => report?.({ kind: "begun", run, iteration })
          const outcome = yield* outcomeOf(trainDurably(run, { ...durable, begun }))
          report?.({ kind: "settled", run, outcome })
          return outcome
        },
        Effect.catch(({ tag, reason }) => Effect.succeed<Outcome>({ kind: "failure", tag, reason }))
      )
      const workflow = TrainRun.toLayer(
        Effect.fnUntraced(function* ({ run, attempt, text }) {
          const outcome = yield* DurableQueue.process(Trainings, { run, text })
          yield* Activity.make({
            name: "record",
            annotations: Context.make(ClusterSchema.WithTransaction, true),
            execute: Effect.orDie(database.record({ run, attempt, outcome }))
          })
          return outcome.kind
        })
      )
      const workers = DurableQueue.worker(Trainings, ({ run, text }) => train(run, text), { concurrency: size })
      return Layer.merge(workflow, workers)
    })
  )
