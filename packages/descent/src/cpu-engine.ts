/**
 * The engine on the CPU: networks and solvers in WebAssembly, the optimizer beside them in place.
 *
 * @module
 */
import {
  type Aggregator,
  conflicts,
  type JacobianLinearization,
  knownWeights,
  meanOfRows,
  type PlannedAggregator,
  planAggregator,
  shards,
  similarity
} from "@dualcone/aggregation"
import { type EngineOptions, type LinearizeOptions, makeCpuEngine, type NetworkEngine } from "@dualcone/network"
import { InputError, type ThreadCount, type Wasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { restoreMethods, saveMethods } from "./aggregator-state.ts"
import { attempt, attemptStep } from "./attempt.ts"
import { cosine } from "./cosine.ts"
import { type Batch, Engine, type StepOutcome, type Trainer, type TrainerOptions } from "./engine.ts"
import { Diverged, type EngineError } from "./errors.ts"
import { loadModuleFor } from "./module.ts"
import { engineObjective, type Objective } from "./objectives/network-objective.ts"
import { planRegularized } from "./objectives/regularized.ts"
import { makeOptimizer } from "./optimizers/optimizer.ts"

/** How a network engine is made; the default is `makeCpuEngine`. */
export type MakeNetworkEngine = (wasm: Wasm, options: EngineOptions) => NetworkEngine

/** The engine on the CPU. */
export const CpuEngine = {
  /** Loads the WebAssembly module once; trainers share it. */
  get layer(): Layer.Layer<Engine, EngineError> {
    return cpuEngineLayer(makeCpuEngine)
  },
  /** The same on so many threads; `layer` takes as many as are of use. No bit of a run depends on it. */
  on(threads: ThreadCount): Layer.Layer<Engine, EngineError> {
    return cpuEngineLayer(makeCpuEngine, threads)
  }
}

/** {@link CpuEngine} over another network engine with the same interface, on the module for so many threads. */
export function cpuEngineLayer(
  make: MakeNetworkEngine,
  threads: ThreadCount = "auto"
): Layer.Layer<Engine, EngineError> {
  return Layer.effect(
    Engine,
    Effect.gen(function* () {
      const wasm = yield* loadModuleFor(threads)
      return Engine.of({
        trainer: Effect.fn("CpuEngine.trainer")(function* (options: TrainerOptions) {
          return yield* makeCpuTrainer(wasm, make, options)
        })
      })
    })
  )
}

/** A trainer on the CPU that lives as long as the scope. */
export const makeCpuTrainer = Effect.fn("makeCpuTrainer")(function* (
  wasm: Wasm,
  make: MakeNetworkEngine,
  options: TrainerOptions
) {
  const planned = yield* Effect.acquireRelease(
    attempt(() => plan(wasm, make, options)),
    (owned) => Effect.sync(() => owned.close())
  )
  return planned.trainer
})

/** What batches of one size need. */
interface Planned {
  /** Weights parallel to the mean: one pass without a Gramian is enough, and the similarity is 1. */
  readonly straight: Float64Array | null
  readonly method: PlannedAggregator
  readonly rows: Rows
}

/** The objectives of batches of one size. */
interface Rows {
  readonly count: number
  /** Those that are losses and have their mean told: the first ones. */
  readonly losses: number
  /** Of the batch that is written to the engine. */
  linearize(run: { readonly examples: number } & LinearizeOptions): JacobianLinearization<Float32Array>
}

function plan(wasm: Wasm, make: MakeNetworkEngine, options: TrainerOptions): { trainer: Trainer; close: () => void } {
  const { network, objective, batchSizes } = options
  const methods = new Map<number, PlannedAggregator>()
  const close = () => {
    for (const method of methods.values()) method[Symbol.dispose]()
    engine[Symbol.dispose]()
  }
  const engine = make(wasm, { network, batchSize: Math.max(...batchSizes), ...engineObjective(objective) })
  try {
    engine.seed(options.seed)
    if (options.parameters === undefined) engine.initialise(options.seed)
    else engine.load(options.parameters)
    checkLosses(engine, objective)
    const aggregator = withLayers(options.aggregator, engine)
    const rowsOf = planRows(wasm, engine, objective)
    const sizes = new Map(
      batchSizes.map((size) => [size, planBatch(wasm, engine, aggregator, objective, rowsOf(size), methods)])
    )
    return { trainer: makeTrainer(wasm, engine, sizes, methods, options), close }
  } catch (cause) {
    close()
    throw cause
  }
}

/** Objectives that tell losses apart need more than one an example. */
function checkLosses(engine: NetworkEngine, { kind }: Objective): void {
  if (engine.lossesPerExample > 1 || kind === "instance-wise" || kind === "sharded" || kind === "regularized") return
  const rule = "the network has one loss an example; it needs heads, or an output with steps"
  throw new InputError({ rule, place: "the kind of the objective", value: kind })
}

/** Groups by layers as numbers of columns in the engine's own order; padding goes with the layer before it. */
function withLayers(aggregator: Aggregator, { columnGroups, parameters }: NetworkEngine): Aggregator {
  if (aggregator.name !== "grouped" || aggregator.groups !== "layers") return aggregator
  const starts = columnGroups.map(({ start }) => start).sort((a, b) => a - b)
  const groups = starts.map((start, i) => (starts[i + 1] ?? parameters.length) - (i === 0 ? 0 : start))
  return { ...aggregator, groups }
}

/** The rows of an objective, by the number of examples. */
function planRows(wasm: Wasm, engine: NetworkEngine, objective: Objective): (examples: number) => Rows {
  switch (objective.kind) {
    case "sharded":
      return (examples) => {
        const groups = shards(examples, objective.shards)
        const linearize: Rows["linearize"] = (run) => meanOfRows(engine.linearize(run), groups)
        return { count: groups.groups, losses: groups.groups, linearize }
      }
    case "regularized": {
      const linearize = planRegularized(engine, objective, wasm.functions)
      return () => ({ count: 1 + objective.regularizers.length, losses: 1, linearize })
    }
    default:
      return (examples) => {
        const count = engine.rows(examples)
        return { count, losses: count, linearize: (run) => engine.linearize(run) }
      }
  }
}

/** Batches with as many objectives share one planned method, and what it remembers. */
function planBatch(
  wasm: Wasm,
  engine: NetworkEngine,
  aggregator: Aggregator,
  objective: Objective,
  rows: Rows,
  methods: Map<number, PlannedAggregator>
): Planned {
  let method = methods.get(rows.count)
  if (method === undefined) {
    method = planAggregator(wasm, aggregator, { objectives: rows.count, parameters: engine.parameters.length })
    methods.set(rows.count, method)
  }
  const parallel = aggregator.name === "mean" || aggregator.name === "sum"
  return { straight: parallel && isPlain(objective) ? knownWeights(aggregator, rows.count) : null, method, rows }
}

/** Whether the rows are the engine's own, with all its columns: others would turn the direction away from the mean's. */
function isPlain(objective: Objective): boolean {
  return objective.kind !== "sharded" && objective.kind !== "regularized" && objective.outside !== "plain"
}

function makeTrainer(
  wasm: Wasm,
  engine: NetworkEngine,
  sizes: ReadonlyMap<number, Planned>,
  methods: ReadonlyMap<number, PlannedAggregator>,
  options: TrainerOptions
): Trainer {
  const of: Named = options.objective.kind === "instance-wise" ? "examples" : "objectives"
  const optimizer = makeOptimizer(options.optimizer, engine.parameters.length, "float32", wasm.functions)
  const update = (direction: Float32Array, iteration: number) => {
    if (optimizer.rate === undefined) optimizer.update(engine.parameters, direction, iteration)
    else engine.descend(direction, optimizer.rate(iteration))
  }

  const step = (batch: Batch, iteration: number): StepOutcome => {
    const examples = batch.examples
    const planned = sizes.get(examples)
    if (planned === undefined) {
      const rule = `the trainer was planned for ${[...sizes.keys()].join(" or ")}`
      throw new InputError({ rule, place: "the number of examples of the batch", value: examples })
    }
    batch.write(engine)
    const { straight, method, rows } = planned
    const run = { examples, training: { step: iteration } }
    if (straight !== null) {
      const { values, direction } = engine.gradient(straight, run)
      const meanLoss = meanOf(values, rows.losses, iteration, of)
      update(direction, iteration)
      const known = { weights: straight, similarity: 1, certificate: null, weighedOn: "cpu", conflicts: null } as const
      return { losses: values, meanLoss, ...known }
    }
    const linearization = rows.linearize(run)
    const losses = linearization.values
    const meanLoss = meanOf(losses, rows.losses, iteration, of)
    const decided =
      method.asks === "jacobian"
        ? stepOnJacobian(method, linearization)
        : stepOnGramian(method, linearization, iteration, of)
    update(decided.direction, iteration)
    // A view of the losses would not outlive the second look.
    const outcome = { ...decided, losses: method.observe === undefined ? losses : losses.slice(), meanLoss }
    method.observe?.(rows.linearize(run).values)
    return outcome
  }

  return {
    engine: "cpu",
    plan: engine.plan,
    step: (batches, iteration) => attemptStep(() => step(batches.at(iteration), iteration)),
    outputs: (batch) =>
      attempt(() => {
        batch.write(engine)
        return engine.outputs({ examples: batch.examples })
      }),
    save: Effect.sync(() => ({
      parameters: engine.save(),
      optimizer: new Map([...optimizer.vectors].map(([name, vector]) => [name, engine.export(vector)])),
      aggregator: saveMethods(methods)
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
        restoreMethods(methods, state.aggregator)
      })
  }
}

/** What a row of the Jacobian is called where it diverges. */
type Named = "examples" | "objectives"

type Decided = Pick<StepOutcome, "weights" | "similarity" | "certificate" | "weighedOn" | "conflicts"> & {
  readonly direction: Float32Array
}

/** Weights from the Gramian: it tells similarity and conflicts as well. */
function stepOnGramian(
  method: PlannedAggregator,
  linearization: JacobianLinearization<Float32Array>,
  iteration: number,
  of: Named
): Decided {
  const { objectives } = linearization
  const gramian = linearization.gramian()
  for (let i = 0; i < objectives; i++) {
    const norm = gramian.values[i * (objectives + 1)] ?? Number.NaN
    if (!Number.isFinite(norm)) {
      const quantity = of === "examples" ? "Gramian" : "gradient"
      throw new Diverged({ iteration, quantity, example: i, value: String(norm) })
    }
  }
  const found = conflicts(gramian)
  const { direction, weights, certificate } = method.aggregate(linearization)
  return {
    direction,
    weights,
    similarity: weights === null ? 0 : similarity(gramian, weights),
    certificate,
    weighedOn: "cpu",
    conflicts: found
  }
}

/** Methods that look at coordinates: the similarity is that of the direction itself. */
function stepOnJacobian(method: PlannedAggregator, linearization: JacobianLinearization<Float32Array>): Decided {
  const { objectives } = linearization
  const mean = linearization.pullback(new Float64Array(objectives).fill(1 / objectives)).slice()
  const { direction, weights, certificate } = method.aggregate(linearization)
  return { direction, weights, similarity: cosine(direction, mean), certificate, weighedOn: "cpu", conflicts: null }
}

/** The mean of the first `count` values, all of which must be finite. */
function meanOf(values: Float64Array, count: number, iteration: number, of: Named): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN
    if (!Number.isFinite(value)) {
      const quantity = of === "examples" ? "loss" : "objective"
      throw new Diverged({ iteration, quantity, example: i, value: String(value) })
    }
    if (i < count) sum += value
  }
  return sum / count
}
