/**
 * The same network from the same start, trained with UPGrad and with the mean, step by step in turn.
 *
 * @module
 */
import { mean, upgrad } from "@dualcone/aggregation"
import { digits } from "@dualcone/datasets"
import {
  attemptPromise,
  crossEntropy,
  instanceWise,
  lossPicture,
  type RunSummary,
  readCheckpoint,
  runFiles,
  runInFolder,
  type SsjdOptions,
  type Step,
  sgd,
  writeWhole
} from "@dualcone/descent"
import { networks } from "@dualcone/network"
import * as Effect from "effect/Effect"
import { remark } from "../commands/output.ts"
import { accuracy } from "./accuracy.ts"
import { openLive, type Racer } from "./live.ts"
import { pace } from "./pace.ts"

/** What can be chosen. */
export interface RaceOptions {
  readonly folder: string
  readonly examples: number
  readonly epochs: number
  readonly seed: number
}

/** One method's result. */
export interface RaceResult {
  readonly method: Racer["method"]
  readonly label: string
  readonly learningRate: number
  readonly summary: RunSummary
  readonly trainingAccuracy: number
  readonly testAccuracy: number
}

/** Everything that the demo tells at its end. */
export interface Race {
  readonly examples: number
  readonly heldOut: number
  readonly epochs: number
  readonly batchSize: number
  readonly iterations: number
  readonly results: readonly RaceResult[]
  /** Mean share of conflicting pairs in UPGrad's batches, in the first and in the last epoch. */
  readonly conflicts: { readonly first: number; readonly last: number }
  /** Largest residual and worst conflict of UPGrad's certificates. */
  readonly certificate: { readonly residual: number; readonly worstConflict: number }
  readonly picture: string
  readonly folder: string
}

const BATCH = 32
const HELD_OUT = 1000
/** The demo ends within two minutes: training is given this long, the rest is for loading and testing. */
const TRAINING_MILLISECONDS = 80_000

/**
 * Rates near each method's best by area under the loss, of 0.05, 0.1, 0.126, 0.158, 0.2, 0.251 on these digits: UPGrad
 * is best at 0.126 and suffers from 0.158 on, the mean is best at 0.2 and diverges at 0.251.
 */
const contestants = [
  { method: "upgrad", label: "UPGrad", aggregator: upgrad(), learningRate: 0.1 },
  { method: "mean", label: "mean", aggregator: mean(), learningRate: 0.2 }
] as const

/** Runs the race; with fewer epochs where the machine is too slow for all of them. */
export const race = Effect.fn("race")(function* (options: RaceOptions) {
  const { folder, examples, seed } = options
  const data = yield* attemptPromise(() => digits({ examples }))
  const heldOut = yield* attemptPromise(() => digits({ from: examples, examples: HELD_OUT }))
  const trainingOf = (contestant: (typeof contestants)[number], epochs: number): SsjdOptions => ({
    network: networks.mnist,
    data,
    objective: instanceWise(crossEntropy),
    aggregator: contestant.aggregator,
    optimizer: sgd({ learningRate: contestant.learningRate }),
    batchSize: BATCH,
    epochs,
    seed
  })
  let millisecondsPerIteration = 0
  for (const contestant of contestants) millisecondsPerIteration += yield* pace(trainingOf(contestant, 1))
  const iterationsPerEpoch = Math.ceil(examples / BATCH)
  const affordable = Math.floor(TRAINING_MILLISECONDS / (millisecondsPerIteration * iterationsPerEpoch))
  const epochs = Math.max(1, Math.min(options.epochs, affordable))
  if (epochs < options.epochs) {
    yield* remark(`this machine has time for ${epochs} of ${options.epochs} epochs within two minutes`)
  }
  const iterations = epochs * iterationsPerEpoch

  const racers = contestants.map((contestant): Racer => ({ ...contestant, losses: [] }))
  const shares: number[] = []
  let residual = 0
  let worstConflict = 0
  const live = yield* openLive({ iterations, iterationsPerEpoch })
  const report = (racer: Racer | undefined) => (step: Step) => {
    racer?.losses.push(step.meanLoss)
    if (step.conflicts !== null) shares.push(step.conflicts.share)
    if (step.certificate?.kind === "dual-cone") {
      residual = Math.max(residual, step.certificate.residual)
      worstConflict = Math.max(worstConflict, step.certificate.worstConflict)
    }
    return live.draw(racers, shares.at(-1) ?? null)
  }
  // Each step yields, so the two runs take turns.
  const summaries = yield* Effect.all(
    contestants.map((contestant, i) =>
      runInFolder({
        training: trainingOf(contestant, epochs),
        folder: `${folder}/${contestant.method}`,
        restart: true,
        report: report(racers[i])
      })
    ),
    { concurrency: contestants.length }
  )
  yield* live.finish(racers, shares.at(-1) ?? null)

  const results: RaceResult[] = []
  for (const [i, contestant] of contestants.entries()) {
    const summary = summaries[i]
    if (summary === undefined) continue
    const { parameters } = yield* readCheckpoint(`${folder}/${contestant.method}/${runFiles.checkpoint}`)
    const training = trainingOf(contestant, epochs)
    results.push({
      ...contestant,
      summary,
      trainingAccuracy: yield* accuracy(training.network, parameters, data),
      testAccuracy: yield* accuracy(training.network, parameters, heldOut)
    })
  }
  const picture = `${folder}/${runFiles.picture}`
  const rates = results.map(({ label, learningRate }) => `${label} ${learningRate}`).join(", ")
  const svg = lossPicture({
    title: "UPGrad and the mean on real digits",
    subtitle: `${examples} digits, batches of ${BATCH}, the same start; learning rates: ${rates}`,
    curves: racers
  })
  yield* writeWhole(picture, svg)
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    ...{ examples, heldOut: heldOut.examples, epochs, batchSize: BATCH, iterations, results, picture, folder },
    conflicts: {
      first: average(shares.slice(0, iterationsPerEpoch)),
      last: average(shares.slice(-iterationsPerEpoch))
    },
    certificate: { residual, worstConflict }
  } satisfies Race
}, Effect.scoped)
