/**
 * The Promise facade: one object that holds the loaded module and the engines, closed by `await using`.
 *
 * @module
 */
import {
  type Aggregation,
  type Aggregator,
  aggregate,
  type GramianAggregator,
  type Jacobian,
  type Linearization,
  linearizeJacobian
} from "@dualcone/aggregation"
import {
  type Checkpoint,
  type CheckpointStore,
  type DescentStep,
  type Engine,
  type EngineError,
  type EngineName,
  engineLayer,
  type FunctionObjective,
  type FunctionSejdOptions,
  type FunctionSsjdOptions,
  type InspectedBatch,
  type InspectOptions,
  inspectBatch,
  type JdOptions,
  jd,
  type NetworkDescentOptions,
  networkDescent,
  type Prediction,
  type PredictOptions,
  predict,
  type SjdOptions,
  type Step,
  sejd,
  sjd,
  ssjd
} from "@dualcone/descent"
import { loadWasm, type ThreadCount, threadCount, type Wasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Stream from "effect/Stream"

/** Options of {@link Dualcone.train}. */
export interface TrainOptions extends Omit<NetworkDescentOptions, "store"> {
  /** Default `auto`. */
  readonly engine?: EngineName
  /** Threads of the engine on the CPU; no bit of the run depends on it. Default: what {@link Dualcone.make} was told. */
  readonly threads?: ThreadCount
  /**
   * Iterations after which {@link TrainRun.checkpoint} has their state already while the loop runs; each costs a copy of the
   * parameters, and a look back on a GPU. Default: none.
   */
  readonly checkpointAfter?: (iteration: number) => boolean
}

/** Options of {@link Dualcone.make}. */
export interface DualconeOptions {
  /**
   * Threads of the engine on the CPU, the caller's among them. Default `auto`: as many as there are cores, at most eight,
   * and one where workers cannot share memory or the batch has too few examples to share.
   */
  readonly threads?: ThreadCount
}

/**
 * A training run: a `for await` over its steps trains; leaving the loop stops and closes everything. Errors are thrown
 * by the loop: `InputError`, `EngineError`, `Diverged`.
 */
export interface TrainRun extends AsyncIterable<Step> {
  /**
   * The state when the loop was last left; undefined before. While it runs, the state that it began with, or a newer one
   * by `checkpointAfter`. Give it to `train` as `resume` to go on.
   */
  checkpoint(): Checkpoint | undefined
}

type EngineRuntime = ManagedRuntime.ManagedRuntime<Engine, EngineError>

/**
 * Jacobian descent with Promises.
 *
 * ```ts
 * await using dualcone = await Dualcone.make()
 * const { direction, weights } = dualcone.aggregate(upgrad(), [[-4, 1, 1], [6, 1, 1]])
 * ```
 */
export class Dualcone implements AsyncDisposable {
  readonly #wasm: Wasm
  readonly #threads: ThreadCount
  readonly #runtimes = new Map<string, EngineRuntime>()

  private constructor(wasm: Wasm, threads: ThreadCount) {
    this.#wasm = wasm
    this.#threads = threads
  }

  /**
   * Loads the WebAssembly module.
   *
   * @throws {InputError} for a number of threads that is not from 1 to 64
   */
  static async make({ threads = "auto" }: DualconeOptions = {}): Promise<Dualcone> {
    const count = threadCount(threads)
    return new Dualcone(await loadWasm(), count)
  }

  /**
   * The direction, weights and certificate of a Jacobian: rows of equal length, or m·n float64 values row by row.
   * Subtract the direction, times a learning rate, from the parameters. Scalarizations ask for the `values` of the
   * objectives too.
   *
   * @throws {InputError} for ragged rows, entries that are not finite, and options that break their rule
   */
  aggregate(aggregator: GramianAggregator, jacobian: Jacobian, values?: ArrayLike<number>): Aggregation<Float64Array>
  aggregate(
    aggregator: Aggregator,
    jacobian: Jacobian,
    values?: ArrayLike<number>
  ): Aggregation<Float64Array, Float64Array | null>
  aggregate(
    aggregator: Aggregator,
    jacobian: Jacobian,
    values?: ArrayLike<number>
  ): Aggregation<Float64Array, Float64Array | null> {
    return aggregate(this.#wasm, aggregator, linearizeJacobian(jacobian, values))
  }

  /**
   * Descends on a function of your own, in float64; a `for await` over the steps descends. What the objective is decides
   * the pipeline: a function with its Jacobian or products (JD), a random function (SEJD), very many rows (SSJD), or
   * linearizations drawn by you (SJD). Errors are thrown by the loop: `InputError`, `Diverged`.
   *
   * ```ts
   * const objective: JacobianObjective = {
   *   values: ([x = 0, y = 0]) => [x * x, y * y],
   *   jacobian: ([x = 0, y = 0]) => [[2 * x, 0], [0, 2 * y]]
   * }
   * const options = { start: [3, -2], optimizer: sgd({ learningRate: 0.1 }), steps: 50 }
   * for await (const { next } of dualcone.descend({ objective, aggregator: upgrad(), ...options })) console.log(next)
   * ```
   */
  descend<const O extends FunctionObjective>(options: JdOptions<O>): AsyncIterable<DescentStep>
  descend(options: FunctionSejdOptions | FunctionSsjdOptions): AsyncIterable<DescentStep>
  descend<L extends Linearization<Float64Array>>(options: SjdOptions<L>): AsyncIterable<DescentStep>
  descend(
    options:
      | JdOptions<FunctionObjective>
      | FunctionSejdOptions
      | FunctionSsjdOptions
      | SjdOptions<Linearization<Float64Array>>
  ): AsyncIterable<DescentStep> {
    if ("draw" in options) return Stream.toAsyncIterable(sjd(options))
    if ("rows" in options) return Stream.toAsyncIterable(ssjd(options))
    if (isRandom(options)) return Stream.toAsyncIterable(sejd(options))
    return Stream.toAsyncIterable(jd(options))
  }

  /**
   * One batch of a network looked at without an update: losses, Gramian, weights, certificate, conflicts, and the
   * direction by the names of the tensors.
   *
   * @throws {InputError} for parameters, inputs, labels and options that break their rule
   * @throws {EngineError} when the engine is not there or has no kernels for the network
   */
  inspect(options: InspectOptions): Promise<InspectedBatch> {
    return Effect.runPromise(inspectBatch(options))
  }

  /** Outputs and classes of a trained network for all examples of a data set. */
  async predict({
    engine = "auto",
    ...options
  }: PredictOptions & { readonly engine?: EngineName }): Promise<Prediction> {
    return Effect.runPromiseWith(await this.#runtime(engine, this.#threads).context())(predict(options))
  }

  /**
   * Trains a network, by SSJD where the objectives are those of the examples, by SEJD where a batch estimates them
   * (tasks, steps, shards). Nothing happens before the loop over the run starts.
   */
  train({
    engine = "auto",
    threads = this.#threads,
    checkpointAfter = () => false,
    ...options
  }: TrainOptions): TrainRun {
    let latest: Checkpoint | undefined
    const store: CheckpointStore = {
      everyMilliseconds: Number.POSITIVE_INFINITY,
      after: checkpointAfter,
      write: (checkpoint) =>
        Effect.sync(() => {
          latest = checkpoint
        })
    }
    const steps = networkDescent({ ...options, store })
    const contextOf = () => this.#runtime(engine, threads).context()
    return {
      checkpoint: () => latest,
      async *[Symbol.asyncIterator]() {
        yield* Stream.toAsyncIterableWith(steps, await contextOf())
      }
    }
  }

  /** Closes the engines. */
  async [Symbol.asyncDispose](): Promise<void> {
    const runtimes = [...this.#runtimes.values()]
    this.#runtimes.clear()
    await Promise.all(runtimes.map((runtime) => runtime.dispose()))
  }

  #runtime(engine: EngineName, threads: ThreadCount): EngineRuntime {
    const key = `${engine} on ${threads}`
    const known = this.#runtimes.get(key)
    if (known !== undefined) return known
    const runtime = ManagedRuntime.make(engineLayer(engine, { threads }))
    this.#runtimes.set(key, runtime)
    return runtime
  }
}

function isRandom(options: JdOptions<FunctionObjective> | FunctionSejdOptions): options is FunctionSejdOptions {
  return "sample" in options.objective
}
