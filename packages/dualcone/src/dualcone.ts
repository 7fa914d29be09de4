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
  type JdOptions,
  jd,
  type NetworkDescentOptions,
  networkDescent,
  type Step
} from "@dualcone/descent"
import { loadWasm, type Wasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Stream from "effect/Stream"

/** Options of {@link Dualcone.train}. */
export interface TrainOptions extends Omit<NetworkDescentOptions, "store"> {
  /** Default `auto`. */
  readonly engine?: EngineName
}

/**
 * A training run: a `for await` over its steps trains; leaving the loop stops and closes everything. Errors are thrown
 * by the loop: `InputError`, `EngineError`, `Diverged`.
 */
export interface TrainRun extends AsyncIterable<Step> {
  /** The state when the loop was last left; undefined before. Give it to `train` as `resume` to go on. */
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
  readonly #runtimes = new Map<EngineName, EngineRuntime>()

  private constructor(wasm: Wasm) {
    this.#wasm = wasm
  }

  /** Loads the WebAssembly module. */
  static async make(): Promise<Dualcone> {
    return new Dualcone(await loadWasm())
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
   * Jacobian descent on a function of your own, in float64: a `for await` over its steps descends. Errors are thrown by
   * the loop: `InputError`, `Diverged`.
   *
   * ```ts
   * const objective = { values: (x) => [x[0] ** 2, x[1] ** 2], jacobian: (x) => [[2 * x[0], 0], [0, 2 * x[1]]] }
   * const options = { start: [3, -2], optimizer: sgd({ learningRate: 0.1 }), steps: 50 }
   * for await (const { next } of dualcone.descend({ objective, aggregator: upgrad(), ...options })) console.log(next)
   * ```
   */
  descend<const O extends FunctionObjective>(options: JdOptions<O>): AsyncIterable<DescentStep> {
    return Stream.toAsyncIterable(jd(options))
  }

  /**
   * Trains a network, by SSJD where the objectives are those of the examples, by SEJD where a batch estimates them
   * (tasks, steps, shards). Nothing happens before the loop over the run starts.
   */
  train({ engine = "auto", ...options }: TrainOptions): TrainRun {
    let latest: Checkpoint | undefined
    const store: CheckpointStore = {
      everyMilliseconds: Number.POSITIVE_INFINITY,
      write: (checkpoint) =>
        Effect.sync(() => {
          latest = checkpoint
        })
    }
    const steps = networkDescent({ ...options, store })
    const contextOf = () => this.#runtime(engine).context()
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

  #runtime(engine: EngineName): EngineRuntime {
    const known = this.#runtimes.get(engine)
    if (known !== undefined) return known
    const runtime = ManagedRuntime.make(engineLayer(engine))
    this.#runtimes.set(engine, runtime)
    return runtime
  }
}
