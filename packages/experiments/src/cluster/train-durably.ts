/**
 * One run on a runner: from the last checkpoint that any runner kept, with the next ones kept in the database.
 *
 * @module
 */
import { readCheckpoint, writeWhole } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import type { Run } from "../sweep/run.ts"
import { RunFailed, RunTrainer } from "../workers/run-trainer.ts"
import { checkpointFile } from "../workers/worker-threads.ts"
import { ClusterDatabase } from "./cluster-database.ts"
import { patiently } from "./patience.ts"

/** How long progress and new checkpoints wait on their way to the database, in milliseconds. */
const WAIT = { least: 100, most: 1000 }

/** How long leaving may wait for a database that does not answer. */
const LEAVE = "10 seconds"

/** A run that ends its runner, by the memory it takes for instance, must not end all of them. */
const MOST_BEGINNINGS = 5

/** Where and by whom a run is trained. */
export interface DurableTraining {
  readonly runner: string
  /** The trainer's folder. */
  readonly folder: string
  /** Least time between two checkpoints. */
  readonly checkpointEveryMilliseconds: number
  /** Hears after how many iterations the training goes on. */
  readonly begun: (iteration: number) => void
}

/**
 * Trains a run. The worker writes checkpoints to a file, as in a local sweep, and this thread carries them: whatever is
 * slow about the database does not hold up a step, and a database that is away for a while costs nothing but the
 * checkpoints of that while. Interrupted, the last checkpoint is kept before the run is let go.
 */
export const trainDurably = Effect.fn("trainDurably")(function* (run: Run, durable: DurableTraining) {
  const { runner, folder, begun } = durable
  const trainer = yield* RunTrainer
  const database = yield* ClusterDatabase
  const files = yield* FileSystem
  const file = checkpointFile(folder, run.id)
  // Recorded already, by a runner that ended before the queue knew, or was taken for dead.
  const [known] = yield* patiently(database.outcomes([run.id]))
  if (known?.outcome.kind === "result") return known.outcome.result
  const begin = yield* patiently(database.begin(run.id, runner))
  if (begin > MOST_BEGINNINGS) {
    const reason = `${begin - 1} runners ended while they trained it`
    return yield* new RunFailed({ run: run.id, tag: "RunnersDied", reason })
  }
  const kept = yield* patiently(database.checkpoint(run.id))
  if (kept !== null) yield* writeWhole(file, kept).pipe(Effect.ignore) // without it the run begins anew
  let reached = yield* readCheckpoint(file).pipe(
    Effect.map(({ iteration }) => iteration),
    Effect.orElseSucceed(() => 0)
  )
  begun(reached)
  const modified = files.stat(file).pipe(
    Effect.map(({ mtime }) => Option.match(mtime, { onNone: () => 0, onSome: (time) => time.getTime() })),
    Effect.orElseSucceed(() => 0)
  )
  let carried = yield* modified
  let reported = -1
  const carry = Effect.gen(function* () {
    const now = yield* modified
    if (now !== carried) {
      yield* database.keep(run.id, yield* files.readFile(file))
      carried = now
    }
    if (reached !== reported) {
      reported = reached
      yield* database.report({ run: run.id, iteration: reached })
    }
  }).pipe(Effect.ignore) // the next time carries what this time did not
  yield* carry
  const interval = Math.max(WAIT.least, Math.min(WAIT.most, durable.checkpointEveryMilliseconds))
  const training = trainer.train(run, (iteration) => {
    reached = iteration
  })
  const leave = carry.pipe(Effect.andThen(Effect.ignore(database.letGo(run.id))), Effect.timeoutOption(LEAVE))
  return yield* Effect.raceFirst(training, Effect.sleep(interval).pipe(Effect.andThen(carry), Effect.forever)).pipe(
    Effect.onInterrupt(() => leave),
    Effect.ensuring(trainer.forget(new Set([run.id])))
  )
})
