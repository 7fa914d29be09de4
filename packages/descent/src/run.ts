/**
 * A training run in a folder: `steps.jsonl`, `checkpoint.safetensors`, `final.safetensors`, `summary.json`, `loss.svg`.
 * Nothing is written before options, data and network are known to fit together.
 *
 * @module
 */
import type { Aggregator } from "@dualcone/aggregation"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { attempt } from "./attempt.ts"
import type { Schedule } from "./batches.ts"
import { type Checkpoint, encodeParameters } from "./checkpoint.ts"
import { runDigest } from "./digest.ts"
import { writeWhole } from "./durable-file.ts"
import { areaUnderLoss, codeOf, epochMeans } from "./history.ts"
import { lossPicture } from "./loss-picture.ts"
import type { OptimizerSpecification } from "./optimizers/optimizer.ts"
import { type NetworkDescentOptions, networkDescent, type Step, scheduleOf } from "./pipelines/network-descent.ts"
import { openRunFolder, runFiles } from "./run-folder.ts"

/** Options of {@link runInFolder}. */
export interface RunOptions {
  readonly training: Omit<NetworkDescentOptions, "resume" | "store">
  readonly folder: string
  /** Go on after the folder's checkpoint; with none there, start. Default false. */
  readonly resume?: boolean
  /** Begin anew where the folder holds an unfinished run, instead of refusing. A finished one is always replaced. */
  readonly restart?: boolean
  /** Called after each step. */
  readonly report?: (step: Step, schedule: Schedule) => Effect.Effect<void>
  /** Least time between two checkpoints of a running run. Default 5000. */
  readonly checkpointEveryMilliseconds?: number
}

/** What a finished run amounts to; the content of `summary.json`. */
export interface RunSummary {
  readonly engine: string
  readonly network: string
  /** Numbers in the network. */
  readonly parameters: number
  readonly examples: number
  readonly batchSize: number
  readonly iterations: number
  readonly seed: number
  readonly aggregator: Aggregator
  readonly optimizer: OptimizerSpecification
  /** SHA-256 over the losses' and the final parameters' bits. */
  readonly digest: string
  /** Sum over epochs of the epoch's mean loss. */
  readonly areaUnderLoss: number
  /** Mean loss of each epoch. */
  readonly epochLosses: readonly number[]
  /** Iterations by what their certificate said; both 0 for methods without a program. */
  readonly certificates: { readonly certified: number; readonly uncertified: number }
  /** Median time of the steps made by this process, in milliseconds; null when it made none. */
  readonly msPerStep: number | null
  readonly folder: string
}

/**
 * Trains in a folder and gives the summary. Interrupted at any time, even killed, it leaves a folder that `resume`
 * continues to the same files as an unbroken run.
 */
export const runInFolder = Effect.fn("runInFolder")(function* (options: RunOptions) {
  const schedule = yield* attempt(() => scheduleOf(options.training))
  const folder = yield* openRunFolder({
    folder: options.folder,
    schedule,
    resume: options.resume ?? false,
    restart: options.restart ?? false,
    checkpointEveryMilliseconds: options.checkpointEveryMilliseconds ?? 5000
  })
  const { resume, store } = folder
  const milliseconds: number[] = []
  yield* networkDescent({ ...options.training, store, ...(resume === undefined ? {} : { resume }) }).pipe(
    Stream.runForEach((step) => {
      milliseconds.push(step.milliseconds)
      return Effect.andThen(folder.append(step), options.report?.(step, schedule) ?? Effect.void)
    }),
    Effect.ensuring(folder.flush.pipe(Effect.catch((error) => Effect.logError(error.message))))
  )
  const last = folder.latest()
  if (last === undefined) return yield* Effect.die(new Error("a finished run has a checkpoint"))
  const summary = yield* summarise(options, schedule, last, milliseconds)
  yield* writeWhole(`${options.folder}/${runFiles.final}`, encodeParameters(last))
  yield* writeWhole(`${options.folder}/${runFiles.picture}`, pictureOf(options, summary, last))
  yield* writeWhole(`${options.folder}/${runFiles.summary}`, `${JSON.stringify(summary, null, 2)}\n`)
  return summary
})

const summarise = Effect.fnUntraced(function* (
  { training, folder }: RunOptions,
  schedule: Schedule,
  { identity, history, parameters, iteration }: Checkpoint,
  milliseconds: readonly number[]
) {
  const digest = yield* Effect.promise(() => runDigest(history.losses, parameters))
  let count = 0
  for (const values of parameters.values()) count += values.length
  const statuses = (status: "certified" | "uncertified") =>
    history.statuses.filter((code) => code === codeOf(status)).length
  const summary: RunSummary = {
    engine: String(identity.engine),
    network: training.network.name,
    parameters: count,
    examples: training.data.examples,
    batchSize: schedule.batchSize,
    iterations: iteration,
    seed: training.seed ?? 0,
    aggregator: training.aggregator,
    optimizer: training.optimizer,
    digest,
    areaUnderLoss: areaUnderLoss(history.losses, schedule.iterationsPerEpoch),
    epochLosses: epochMeans(history.losses, schedule.iterationsPerEpoch),
    certificates: { certified: statuses("certified"), uncertified: statuses("uncertified") },
    msPerStep: median(milliseconds),
    folder
  }
  return summary
})

function pictureOf({ training }: RunOptions, summary: RunSummary, { history }: Checkpoint): string {
  const method = training.aggregator.name
  const { examples, batchSize, areaUnderLoss: area } = summary
  return lossPicture({
    title: `Training loss of ${training.network.name} on ${training.data.name}`,
    subtitle: `${examples} examples, ${batchSize} a batch; area under the loss ${area.toFixed(3)}`,
    curves: [{ method, label: method, losses: history.losses }]
  })
}

/** The middle value, or the mean of the two in the middle; null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2
}
