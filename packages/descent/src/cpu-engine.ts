/**
 * The engine on the CPU: networks and solvers in WebAssembly, the optimizer beside them in place.
 *
 * @module
 */
import { type Aggregator, conflicts, knownWeights, similarity, weighting } from "@dualcone/aggregation"
import { makeCpuEngine, type NetworkEngine } from "@dualcone/network"
import { InputError, loadWasm, type Wasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { attempt } from "./attempt.ts"
import { type Batch, Engine, type StepOutcome, type Trainer, type TrainerOptions } from "./engine.ts"
import { Diverged, EngineError } from "./errors.ts"
import { makeOptimizer } from "./optimizers/optimizer.ts"

/** How a network engine is made; the default is `makeCpuEngine`. */
export type MakeNetworkEngine = (
  wasm: Wasm,
  options: Pick<TrainerOptions, "network" | "objective"> & { readonly batchSize: number }
) => NetworkEngine

/** The engine on the CPU. */
export const CpuEngine = {
  /** Loads the WebAssembly module once; trainers share it. */
  get layer(): Layer.Layer<Engine, EngineError> {
    return cpuEngineLayer(makeCpuEngine)
  }
}

/** {@link CpuEngine} over another network engine with the same interface. */
export function cpuEngineLayer(make: MakeNetworkEngine): Layer.Layer<Engine, EngineError> {
  return Layer.effect(
    Engine,
    Effect.gen(function* () {
      const wasm = yield* Effect.tryPromise({
        try: () => loadWasm(),
        catch: (cause) => new EngineError({ engine: "cpu", reason: String(cause) })
      })
      return Engine.of({
        name: "cpu",
        trainer: Effect.fn("CpuEngine.trainer")(function* (options: TrainerOptions) {
          const planned = yield* Effect.acquireRelease(
            attempt(() => plan(wasm, make, options)),
            (owned) => Effect.sync(() => owned.close())
          )
          return planned.trainer
        })
      })
    })
  )
}

/** Weights of one batch size: known beforehand, or from the Gramian. */
interface Planned {
  readonly known: Float64Array | null
  readonly weighting: ReturnType<typeof weighting> | null
}

function plan(wasm: Wasm, make: MakeNetworkEngine, options: TrainerOptions): { trainer: Trainer; close: () => void } {
  const { network, objective, aggregator, batchSizes } = options
  const sizes = new Map<number, Planned>()
  const close = () => {
    for (const { weighting } of sizes.values()) weighting?.[Symbol.dispose]()
    engine[Symbol.dispose]()
  }
  const engine = make(wasm, { network, objective, batchSize: Math.max(...batchSizes) })
  try {
    engine.seed(options.seed)
    if (options.parameters === undefined) engine.initialise(options.seed)
    else engine.load(options.parameters)
    for (const size of batchSizes) sizes.set(size, planWeights(wasm, aggregator, size))
    return { trainer: makeTrainer(engine, sizes, options), close }
  } catch (cause) {
    close()
    throw cause
  }
}

function planWeights(wasm: Wasm, aggregator: Aggregator, size: number): Planned {
  const known = knownWeights(aggregator, size)
  // Constant weights take the way through the Gramian as well, because their similarity needs it.
  const parallel = aggregator.name === "mean" || aggregator.name === "sum"
  if (known !== null && parallel) return { known, weighting: null }
  return { known, weighting: weighting(wasm, aggregator, size) }
}

function makeTrainer(engine: NetworkEngine, sizes: ReadonlyMap<number, Planned>, options: TrainerOptions): Trainer {
  const optimizer = makeOptimizer(options.optimizer, engine.parameters.length)

  const step = (batch: Batch, iteration: number): StepOutcome => {
    const examples = batch.examples
    const planned = sizes.get(examples)
    if (planned === undefined) {
      const rule = `the trainer was planned for ${[...sizes.keys()].join(" or ")}`
      throw new InputError({ rule, place: "the number of examples of the batch", value: examples })
    }
    batch.write(engine)
    const run = { examples, training: { step: iteration } }
    if (planned.weighting === null) {
      const { values, direction } = engine.gradient(planned.known ?? new Float64Array(examples), run)
      const meanLoss = meanOf(values, iteration)
      optimizer.update(engine.parameters, direction, iteration)
      return { losses: values, meanLoss, similarity: 1, certificate: null, conflicts: null }
    }
    const linearization = engine.linearize(run)
    const losses = linearization.values
    const meanLoss = meanOf(losses, iteration)
    const gramian = linearization.gramian()
    for (let i = 0; i < examples; i++) {
      const norm = gramian.values[i * (examples + 1)] ?? Number.NaN
      if (!Number.isFinite(norm)) {
        throw new Diverged({ iteration, quantity: "Gramian", example: i, value: String(norm) })
      }
    }
    const found = conflicts(gramian)
    const { weights, certificate } = planned.weighting.weigh(gramian)
    const cosine = similarity(gramian, weights)
    optimizer.update(engine.parameters, linearization.pullback(weights), iteration)
    return { losses, meanLoss, similarity: cosine, certificate, conflicts: found }
  }

  return {
    plan: engine.plan,
    step: (batch, iteration) => attemptStep(() => step(batch, iteration)),
    outputs: (batch) =>
      attempt(() => {
        batch.write(engine)
        return engine.outputs({ examples: batch.examples })
      }),
    save: Effect.sync(() => ({
      parameters: engine.save(),
      optimizer: new Map([...optimizer.vectors].map(([name, vector]) => [name, engine.export(vector)]))
    })),
    restore: (state) =>
      attempt(() => {
        engine.load(state.parameters)
        for (const [name, vector] of optimizer.vectors) {
          const saved = state.optimizer.get(name)
          if (saved === undefined) {
            throw new InputError({ rule: "the optimizer needs it", place: `the saved ${name}`, value: undefined })
          }
          engine.import(saved, vector)
        }
      })
  }
}

function meanOf(losses: Float64Array, iteration: number): number {
  let sum = 0
  for (let i = 0; i < losses.length; i++) {
    const loss = losses[i] ?? Number.NaN
    if (!Number.isFinite(loss)) throw new Diverged({ iteration, quantity: "loss", example: i, value: String(loss) })
    sum += loss
  }
  return sum / losses.length
}

/** A step's broken rules and divergence are typed failures. */
function attemptStep(work: () => StepOutcome): Effect.Effect<StepOutcome, InputError | Diverged> {
  return Effect.suspend(() => {
    try {
      return Effect.succeed(work())
    } catch (cause) {
      return cause instanceof InputError || cause instanceof Diverged ? Effect.fail(cause) : Effect.die(cause)
    }
  })
}
