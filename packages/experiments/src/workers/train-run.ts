/**
 * One run of a sweep, from its data to its result.
 *
 * @module
 */
import {
  areaUnderLoss,
  type Checkpoint,
  type CheckpointStore,
  codeOf,
  type Diverged,
  encodeCheckpoint,
  epochMeans,
  networkDescent,
  predict,
  readCheckpoint,
  runDigest,
  writeWhole
} from "@dualcone/descent"
import { loadWasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { classificationFits } from "../protocol/classification-fit.ts"
import type { RunResult } from "../store/rows.ts"
import { type DataSets, objectiveOn } from "../sweep/data-sets.ts"
import { iterationsOf, type Run, type RunGroup } from "../sweep/run.ts"

/** Options of {@link trainRun}. */
export interface TrainRunOptions {
  readonly dataSets: DataSets
  /** Where the run's checkpoint is kept while it lasts; a run goes on from the one that is there. */
  readonly checkpoint: string
  /** Least time between two checkpoints; runs that take less leave none. */
  readonly checkpointEveryMilliseconds: number
  /** Called after each step. */
  readonly report?: (iteration: number) => void
}

/**
 * Trains a run and evaluates it. A run that diverges has a result too; interrupted, it leaves a checkpoint from which
 * the next call goes on to the same bits.
 */
export const trainRun = Effect.fn("trainRun")(function* (run: Run, options: TrainRunOptions) {
  const { group } = run
  const files = yield* FileSystem
  const data = yield* options.dataSets.load(group.source, { split: "train", ...group.range })
  const started = performance.now()
  const resume = yield* readCheckpoint(options.checkpoint).pipe(Effect.catch(() => Effect.succeed(undefined)))
  let latest = resume
  let writtenAt = started
  const every = options.checkpointEveryMilliseconds
  const iterations = iterationsOf(group)
  const store: CheckpointStore = {
    everyMilliseconds: every,
    write: Effect.fnUntraced(
      function* (checkpoint) {
        latest = checkpoint
        const { iteration } = checkpoint
        const worthwhile = iteration > 0 && iteration < iterations && performance.now() - writtenAt >= every / 5
        if (!worthwhile) return
        yield* writeWhole(options.checkpoint, encodeCheckpoint(checkpoint))
        writtenAt = performance.now()
      },
      Effect.provideService(FileSystem, files)
    )
  }
  const diverged = yield* networkDescent({
    network: group.network,
    data,
    objective: objectiveOn(group.source.name),
    aggregator: group.aggregator,
    optimizer: run.optimizer,
    batchSize: group.batchSize,
    epochs: group.epochs,
    seed: group.seed,
    store,
    ...(resume === undefined ? {} : { resume })
  }).pipe(
    Stream.runForEach(({ iteration }) => Effect.sync(() => options.report?.(iteration))),
    Effect.as(null),
    Effect.catchTag("Diverged", (error) => Effect.succeed(error))
  )
  const last: Checkpoint | undefined = latest
  if (last === undefined) return yield* Effect.die(new Error("a run that ended has a checkpoint"))
  const found = yield* Effect.promise(() => resultOf(run, last, diverged))
  const tested = diverged === null ? yield* evaluate(group, last, options.dataSets) : notTested
  return { ...found, ...tested, milliseconds: performance.now() - started } satisfies RunResult
})

const notTested = { testLoss: null, testAccuracy: null }

async function resultOf(
  { group }: Run,
  { history, parameters }: Checkpoint,
  diverged: Diverged | null
): Promise<Omit<RunResult, "testLoss" | "testAccuracy" | "milliseconds">> {
  const { losses, similarities, statuses } = history
  const perEpoch = iterationsOf(group) / group.epochs
  const certified = statuses.filter((code) => code === codeOf("certified")).length
  const judged = statuses.filter((code) => code !== codeOf(null)).length
  return {
    status: diverged === null ? "done" : "diverged",
    divergedAt: diverged?.iteration ?? null,
    area: diverged === null ? areaUnderLoss(losses, perEpoch) : Number.POSITIVE_INFINITY,
    finalLoss: diverged === null ? (epochMeans(losses, perEpoch).at(-1) ?? null) : null,
    similarity: similarities.length === 0 ? null : sumOf(similarities) / similarities.length,
    certified: judged === 0 ? null : certified / judged,
    digest: await runDigest(losses, parameters),
    losses,
    similarities
  }
}

/** Cross-entropy and accuracy on the held-out examples; of several tasks their means. */
const evaluate = Effect.fnUntraced(function* (
  { source, network, heldOut }: RunGroup,
  { parameters }: Checkpoint,
  dataSets: DataSets
) {
  if (heldOut === null) return notTested
  const data = yield* dataSets.load(source, heldOut)
  const { labels, examples, tasks = [""] } = data
  const { outputs } = yield* predict({ network, parameters, data })
  const { functions } = yield* Effect.promise(() => loadWasm())
  const fits = classificationFits(functions, { outputs, labels, examples, tasks: tasks.length })
  return {
    testLoss: fits.reduce((sum, { loss }) => sum + loss, 0) / fits.length,
    testAccuracy: fits.reduce((sum, { accuracy }) => sum + accuracy, 0) / fits.length
  }
})

function sumOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}
