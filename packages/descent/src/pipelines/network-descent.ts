/**
 * The loop that SSJD and SEJD share on networks: each iteration draws a batch, linearizes its objectives, aggregates
 * them and updates the parameters. A stream of steps, pulled one by one.
 *
 * @module
 */
import type { Aggregator, Certificate, Conflicts } from "@dualcone/aggregation"
import type { NetworkDescription } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { attempt } from "../attempt.ts"
import { epochOf, ordered, type Schedule, shuffled } from "../batches.ts"
import type { Checkpoint, CheckpointStore } from "../checkpoint.ts"
import { fnv1a } from "../checksum.ts"
import { dataChecksum, prepareData, type TrainingData } from "../data.ts"
import { type Batches, Engine, type Trainer } from "../engine.ts"
import type { TrainError } from "../errors.ts"
import { codeOf } from "../history.ts"
import type { Objective } from "../objectives/network-objective.ts"
import type { OptimizerSpecification } from "../optimizers/optimizer.ts"
import { checkSameRun, type RunIdentity } from "../run-identity.ts"

/** What is trained, on what, and how. */
export interface NetworkDescentOptions<O extends Objective = Objective> {
  readonly network: NetworkDescription
  readonly data: TrainingData
  readonly objective: O
  readonly aggregator: Aggregator
  readonly optimizer: OptimizerSpecification
  /** Examples an iteration. Default 32. */
  readonly batchSize?: number
  /** Default 1. */
  readonly epochs?: number
  /** Draws the first parameters and the order of the examples. Default 0. */
  readonly seed?: number
  /** Exactly these batches of examples, instead of batchSize, epochs and shuffling. */
  readonly batches?: readonly ArrayLike<number>[]
  /** First parameters by PyTorch's names, instead of drawn ones. */
  readonly parameters?: ReadonlyMap<string, Float32Array>
  /** Goes on after this checkpoint, to the same bits as an unbroken run. */
  readonly resume?: Checkpoint
  /** Where checkpoints go: at the start, now and then, and when the stream closes for whatever reason. */
  readonly store?: CheckpointStore
}

/** One iteration. Losses are those before its update. */
export interface Step {
  /** Counted from 1. */
  readonly iteration: number
  /** Counted from 1. */
  readonly epoch: number
  /** Examples in the batch. */
  readonly examples: number
  /** Over the examples of the batch, or the tasks, steps or shards; regularizers are left out. */
  readonly meanLoss: number
  /** The value of each objective: the loss of each example of the batch, or of each task, step or shard; regularizers. */
  readonly losses: Float64Array
  /** The weight of each objective; null for a method whose direction is no combination of the rows. */
  readonly weights: Float64Array | null
  /** Cosine of the direction and the mean gradient. */
  readonly similarity: number
  /** The certificate of the weights, or null for methods that solve no program. */
  readonly certificate: Certificate | null
  /**
   * Where the weights were found: on the CPU, too, where the engine on WebGPU has no kernel for the method or its single
   * precision did not solve a program.
   */
  readonly weighedOn: "cpu" | "webgpu"
  /** Pairs of examples whose gradients conflict, or null when no Gramian was needed. */
  readonly conflicts: Conflicts | null
  /** Time of the step, in milliseconds; gathering the batch included. */
  readonly milliseconds: number
}

/**
 * The iterations that the options ask for.
 *
 * @throws {InputError} when a count or an index is out of range
 */
export function scheduleOf(options: NetworkDescentOptions): Schedule {
  const { data, batches, batchSize = 32, epochs = 1, seed = 0 } = options
  if (batches !== undefined) return ordered(batches, data.examples)
  return shuffled({ examples: data.examples, batchSize, epochs, seed })
}

/** What must be the same for a checkpoint to be continued. */
function identityOf(options: NetworkDescentOptions, schedule: Schedule, engine: string): RunIdentity {
  const { network, objective, aggregator, optimizer, seed = 0, data, batches } = options
  const order = batches === undefined ? "shuffled" : fnv1a(batches.map((batch) => Int32Array.from(batch)))
  const identified = { name: data.name, examples: data.examples, checksum: dataChecksum(data) }
  const { batchSize } = schedule
  return { engine, network, objective, aggregator, optimizer, seed, batchSize, data: identified, order }
}

/**
 * Trains. The stream ends after the last iteration, fails with the first error, and may be left at any time: by `take`,
 * interruption or `break`. Whatever closes it, the store then holds the state after the last completed iteration.
 *
 * A failing step leaves no trace: its losses are not recorded and the parameters are those before it.
 */
export const networkDescent = (options: NetworkDescentOptions): Stream.Stream<Step, TrainError, Engine> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const engine = yield* Engine
      const schedule = yield* attempt(() => scheduleOf(options))
      const trainer = yield* engine.trainer({
        network: options.network,
        objective: options.objective,
        aggregator: options.aggregator,
        optimizer: options.optimizer,
        batchSizes: schedule.batchSizes,
        seed: options.seed ?? 0,
        ...(options.parameters === undefined ? {} : { parameters: options.parameters })
      })
      const data = yield* attempt(() => prepareData(options.data, trainer.plan))
      const identity = yield* attempt(() => identityOf(options, schedule, trainer.engine))
      const progress = yield* begin(options, schedule, identity, trainer)

      const batches: Batches = {
        last: schedule.iterations,
        at: (iteration) => data.batch(schedule.batch(iteration))
      }

      const next = Effect.fnUntraced(function* () {
        const started = performance.now()
        const iteration = progress.iteration + 1
        const outcome = yield* trainer.step(batches, iteration)
        const { losses, meanLoss, weights, similarity, certificate, conflicts, weighedOn } = outcome
        progress.record(meanLoss, similarity, codeOf(certificate?.status ?? null))
        return {
          iteration,
          epoch: epochOf(schedule, iteration),
          examples: schedule.batch(iteration).length,
          meanLoss,
          losses: losses.slice(),
          weights: weights?.slice() ?? null,
          similarity,
          certificate,
          weighedOn,
          conflicts,
          milliseconds: outcome.milliseconds ?? performance.now() - started
        } satisfies Step
      }, Effect.uninterruptible)

      return Stream.unfold(undefined, () =>
        Effect.gen(function* () {
          if (progress.iteration >= schedule.iterations) {
            yield* progress.store
            return undefined
          }
          yield* Effect.yieldNow // a synchronous step would keep signals and timers waiting
          const step = yield* next()
          yield* progress.storeWhenDue
          return [step, undefined] as const
        })
      )
    })
  )

/** The state of a run between its steps, stored at once, when due, and when the scope closes. */
const begin = Effect.fnUntraced(function* (
  options: NetworkDescentOptions,
  schedule: Schedule,
  identity: RunIdentity,
  trainer: Trainer
) {
  const losses = new Float64Array(schedule.iterations)
  const similarities = new Float64Array(schedule.iterations)
  const statuses = new Uint8Array(schedule.iterations)
  let iteration = 0
  if (options.resume !== undefined) {
    const { resume } = options
    yield* attempt(() => checkSameRun(resume.identity, identity))
    yield* attempt(() => {
      if (resume.iteration > schedule.iterations) {
        const rule = `the run has only ${schedule.iterations} iterations`
        throw new InputError({ rule, place: "the iteration of the checkpoint", value: resume.iteration })
      }
    })
    yield* trainer.restore(resume, resume.iteration)
    iteration = resume.iteration
    losses.set(resume.history.losses)
    similarities.set(resume.history.similarities)
    statuses.set(resume.history.statuses)
  }

  const { store } = options
  const shapes = new Map(trainer.plan.parameters.map(({ name, shape }) => [name, shape]))
  let stored = -1
  let storedAt = 0
  const write = Effect.gen(function* () {
    if (store === undefined || stored === iteration) return
    const { parameters, optimizer, aggregator } = yield* trainer.save
    const history = {
      losses: losses.slice(0, iteration),
      similarities: similarities.slice(0, iteration),
      statuses: statuses.slice(0, iteration)
    }
    yield* store.write({ identity, iteration, shapes, parameters, optimizer, aggregator, history })
    stored = iteration
    storedAt = performance.now()
  }).pipe(Effect.uninterruptible)

  yield* write
  yield* Effect.addFinalizer(() =>
    write.pipe(Effect.catch((error) => Effect.logError(`the last checkpoint is lost: ${error.message}`)))
  )
  return {
    get iteration() {
      return iteration
    },
    record(loss: number, similarity: number, status: number) {
      losses[iteration] = loss
      similarities[iteration] = similarity
      statuses[iteration] = status
      iteration++
    },
    store: write,
    storeWhenDue: Effect.suspend(() =>
      store !== undefined && (store.after?.(iteration) || performance.now() - storedAt >= store.everyMilliseconds)
        ? write
        : Effect.void
    )
  }
})
