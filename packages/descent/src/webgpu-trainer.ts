/**
 * A trainer on WebGPU: a run on one device after the other. A lost device is replaced, by the CPU if need be, and the
 * run goes on from the newest state on the host with every step.
 *
 * @module
 */
import { type PlannedAggregator, planAggregator } from "@dualcone/aggregation"
import { makeCpuEngine } from "@dualcone/network"
import type { Wasm } from "@dualcone/wasm"
import {
  type GpuAggregator,
  type GpuOptimizer,
  hostReason,
  isGpuAggregator,
  MOST_EXAMPLES,
  makeWebGpuEngine,
  type WebGpuDevice
} from "@dualcone/webgpu"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { saveMethods } from "./aggregator-state.ts"
import { attempt } from "./attempt.ts"
import { makeCpuTrainer } from "./cpu-engine.ts"
import { makeDeviceRun, type Snapshot } from "./device-run.ts"
import type { Batch, Batches, Trainer, TrainerOptions } from "./engine.ts"
import { EngineError } from "./errors.ts"
import { fromGpu, stepFromGpu } from "./from-gpu.ts"
import type { Devices } from "./gpu-devices.ts"
import { learningRateOf } from "./optimizers/schedule.ts"

const unavailable = (reason: string) => new EngineError({ engine: "webgpu", reason })

/** Fails for objectives without kernels, and for batches that are too large. */
const checkCovered = Effect.fnUntraced(function* ({ objective, batchSizes }: TrainerOptions) {
  const covered =
    objective.kind === "instance-wise" &&
    objective.loss === "cross-entropy" &&
    objective.jacobianOf === undefined &&
    objective.outside !== "plain"
  if (!covered) {
    return yield* Effect.fail(
      unavailable("it has kernels for one cross-entropy an example alone; take the engine cpu or auto")
    )
  }
  const largest = Math.max(...batchSizes)
  if (largest > MOST_EXAMPLES) {
    const reason = `it takes ${MOST_EXAMPLES} examples a batch at most, not ${largest}; take the engine cpu or auto`
    return yield* Effect.fail(unavailable(reason))
  }
})

/** A planned aggregator for each number of examples, for the weights that the GPU does not find. */
const hostMethods = Effect.fnUntraced(function* (wasm: Wasm, options: TrainerOptions, parameters: number) {
  const methods = new Map<number, PlannedAggregator>()
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      for (const method of methods.values()) method[Symbol.dispose]()
    })
  )
  yield* attempt(() => {
    for (const objectives of new Set(options.batchSizes)) {
      methods.set(objectives, planAggregator(wasm, options.aggregator, { objectives, parameters }))
    }
  })
  const [first] = methods.values()
  if (first?.asks === "jacobian") {
    const { name } = options.aggregator
    return yield* Effect.fail(
      unavailable(`it forms no Jacobian, which the aggregator ${name} asks for; take the engine cpu or auto`)
    )
  }
  return methods
})

/** A trainer that lives as long as the scope. */
export const makeWebGpuTrainer = Effect.fn("WebGpuEngine.trainer")(function* (
  wasm: Wasm,
  devices: Devices,
  options: TrainerOptions
) {
  yield* checkCovered(options)
  const { network, batchSizes, aggregator } = options
  const batchSize = Math.max(...batchSizes)
  const scope = yield* Effect.scope
  // Draws the first parameters, names the tensors, gathers batches, and answers for outputs.
  const host = yield* Effect.acquireRelease(
    attempt(() => makeCpuEngine(wasm, { network, batchSize })),
    (engine) => Effect.sync(() => engine[Symbol.dispose]())
  )
  const methods = yield* hostMethods(wasm, options, host.plan.parameterCount)
  const start = yield* attempt((): Snapshot => {
    if (options.parameters === undefined) host.initialise(options.seed)
    else host.load(options.parameters)
    const state = { parameters: host.save(), optimizer: new Map(), aggregator: saveMethods(methods) }
    return { iteration: 0, state }
  })
  const rateAt = yield* attempt(() => learningRateOf(options.optimizer.learningRate, wasm.functions))
  const reason = hostReason(aggregator, batchSize)
  if (reason !== null) yield* Effect.logInfo(`the weights are found on the CPU: ${reason}`)
  const onDevice: GpuAggregator | null = reason === null && isGpuAggregator(aggregator) ? aggregator : null
  const optimizer: GpuOptimizer = { ...options.optimizer, learningRate: rateAt(1) }

  const gather = (batch: Batch) => {
    batch.write(host)
    const { examples } = batch
    return {
      inputs: host.inputs.subarray(0, examples * host.plan.inputSize),
      labels: host.labels.subarray(0, examples)
    }
  }

  const runOn = Effect.fnUntraced(function* (gpu: WebGpuDevice, from: Snapshot) {
    const engine = yield* Effect.acquireRelease(
      fromGpu(() => makeWebGpuEngine(gpu, { network, batchSize, aggregator: onDevice, optimizer })),
      (made) => Effect.sync(() => made[Symbol.dispose]())
    ).pipe(Scope.provide(scope))
    const run = makeDeviceRun({ engine, gather, rateAt, methods, hosted: onDevice === null })
    yield* fromGpu(() => run.restore(from))
    return run
  })

  /** What trains now: a run on a device, or, when none is left, a trainer on the CPU. */
  type Runner =
    | { readonly on: "gpu"; readonly run: Effect.Success<ReturnType<typeof runOn>> }
    | { readonly on: "cpu"; readonly trainer: Trainer }
  let runner: Runner = { on: "gpu", run: yield* runOn(yield* devices.device, start) }
  let done = 0
  let last: Batches | null = null
  let saidUncertified = false

  const step = Effect.fnUntraced(function* (batches: Batches, iteration: number) {
    if (runner.on === "cpu") return yield* runner.trainer.step(batches, iteration)
    const { run } = runner
    const outcome = yield* stepFromGpu(() => run.step(batches, iteration))
    if (onDevice !== null && outcome.weighedOn === "cpu" && !saidUncertified) {
      saidUncertified = true
      const why = "single precision did not solve every program"
      yield* Effect.logInfo(`the weights of iteration ${iteration} were found on the CPU: ${why}`)
    }
    done = iteration
    last = batches
    return outcome
  })

  /** Goes on from the newest state on the host, on a new device or on the CPU, and repeats the steps since. */
  const recover = Effect.fnUntraced(function* (lost: string) {
    const from = (runner.on === "gpu" ? runner.run.snapshot : null) ?? start
    const device = yield* devices.device.pipe(Effect.orElseSucceed(() => null))
    if (device !== null) {
      yield* Effect.logWarning(`${lost}; the run goes on on a new device`)
      const run = yield* runOn(device, from)
      const batches = last
      if (batches !== null) {
        for (let k = from.iteration + 1; k <= done; k++) yield* stepFromGpu(() => run.step(batches, k))
      }
      runner = { on: "gpu", run }
      return
    }
    yield* Effect.logWarning(`${lost}; the run goes on on the CPU`)
    const { parameters } = from.state
    const trainer = yield* makeCpuTrainer(wasm, makeCpuEngine, { ...options, parameters }).pipe(Scope.provide(scope))
    if (from.iteration > 0) yield* trainer.restore(from.state, from.iteration)
    if (last !== null) for (let k = from.iteration + 1; k <= done; k++) yield* trainer.step(last, k)
    runner = { on: "cpu", trainer }
  })

  /** Once more after a loss; a second loss in the same step ends the run. */
  const surviving = <A, E>(work: Effect.Effect<A, E | EngineError>) =>
    work.pipe(
      Effect.catchIf(
        (error): error is E & EngineError => error instanceof EngineError && error.lost === true,
        (error) => recover(error.reason).pipe(Effect.andThen(work))
      )
    )

  const trainer: Trainer = {
    engine: "webgpu",
    plan: host.plan,
    step: (batches, iteration) => surviving(Effect.suspend(() => step(batches, iteration))),
    outputs: (batch) =>
      Effect.gen(function* () {
        const { parameters } = yield* trainer.save
        return yield* attempt(() => {
          host.load(parameters)
          batch.write(host)
          return host.outputs({ examples: batch.examples })
        })
      }),
    save: surviving(
      Effect.suspend(() => {
        if (runner.on === "cpu") return runner.trainer.save
        const { run } = runner
        return fromGpu(() => run.state()).pipe(Effect.map(({ state }) => state))
      })
    ).pipe(Effect.catchTag("Diverged", ({ message }) => Effect.fail(unavailable(message)))),
    restore: (state, iteration) =>
      Effect.suspend(() => {
        done = iteration
        if (runner.on === "cpu") return runner.trainer.restore(state, iteration)
        const { run } = runner
        return fromGpu(() => run.restore({ iteration, state }))
      })
  }
  return trainer
})
