/**
 * The engine on WebGPU: networks, weights and update on the GPU. Parameters are drawn by the CPU engine, so that a run
 * starts from the same bits on both.
 *
 * @module
 */
import { makeCpuEngine } from "@dualcone/network"
import { InputError, type ThreadCount, type Wasm } from "@dualcone/wasm"
import {
  type DeviceResult,
  type GpuAggregator,
  type WebGpuEngine as GpuNetwork,
  isGpuAggregator,
  makeWebGpuEngine,
  requestDevice,
  type WebGpuDevice,
  WebGpuError
} from "@dualcone/webgpu"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { attempt } from "./attempt.ts"
import { cpuEngineOn, makeCpuTrainer } from "./cpu-engine.ts"
import { type Batch, Engine, type StepOutcome, type Trainer, type TrainerOptions, type TrainerState } from "./engine.ts"
import { Diverged, EngineError } from "./errors.ts"
import { loadModule, loadModuleFor } from "./module.ts"
import { learningRateOf } from "./optimizers/schedule.ts"
import type { Sgd } from "./optimizers/sgd.ts"

/** Steps between two copies of the parameters on the host, from which a run goes on when the device is lost. */
const SNAPSHOT_EVERY = 20

/** How a device is asked for; the default is `requestDevice`. */
export type RequestDevice = () => Promise<DeviceResult>

/** The engine on WebGPU. */
export const WebGpuEngine = {
  /** Fails where no adapter computes; a trainer fails for what the kernels do not cover, and says to take the CPU. */
  get layer(): Layer.Layer<Engine, EngineError> {
    return webGpuEngineLayer(requestDevice)
  }
}

/** {@link WebGpuEngine} on devices of one's own; asked again when one is lost. */
export function webGpuEngineLayer(request: RequestDevice): Layer.Layer<Engine, EngineError> {
  return Layer.effect(
    Engine,
    Effect.gen(function* () {
      const wasm = yield* loadModule
      const gpu = yield* acquireDevice(request)
      return Engine.of({ name: "webgpu", trainer: (options) => webGpuTrainer(wasm, gpu, request, options) })
    })
  )
}

/** The engine that is fastest here: a GPU where there is a real one and its kernels cover the run, else the CPU. */
export const AutoEngine = {
  get layer(): Layer.Layer<Engine, EngineError> {
    return AutoEngine.on("auto")
  },
  /** The same, on the CPU with so many threads. */
  on(threads: ThreadCount): Layer.Layer<Engine, EngineError> {
    return Layer.effect(
      Engine,
      Effect.gen(function* () {
        const wasm = yield* loadModuleFor(threads)
        const request = () => requestDevice({ hardware: true })
        const gpu = yield* acquireDevice(request).pipe(Effect.orElseSucceed(() => null))
        const onCpu = (options: TrainerOptions) => makeCpuTrainer(wasm, cpuEngineOn(threads), options)
        if (gpu === null) return Engine.of({ name: "cpu", trainer: onCpu })
        return Engine.of({
          name: "webgpu",
          trainer: (options) =>
            webGpuTrainer(wasm, gpu, request, options).pipe(
              Effect.catchTag("EngineError", ({ reason }) =>
                Effect.logInfo(`on the CPU: ${reason}`).pipe(Effect.andThen(onCpu(options)))
              )
            )
        })
      })
    )
  }
}

/** A device that computes, as long as the scope. */
export function acquireDevice(request: RequestDevice): Effect.Effect<WebGpuDevice, EngineError, Scope.Scope> {
  return Effect.acquireRelease(
    Effect.promise(request).pipe(
      Effect.flatMap((result) =>
        result.found ? Effect.succeed(result.gpu) : Effect.fail(unavailable(result.error.message))
      )
    ),
    (gpu) => Effect.sync(() => gpu[Symbol.dispose]())
  )
}

function unavailable(reason: string): EngineError {
  return new EngineError({ engine: "webgpu", reason })
}

/** What the kernels cover of a run. */
interface Covered {
  readonly aggregator: GpuAggregator
  readonly optimizer: Sgd
}

function coveredBy({ aggregator, objective, optimizer }: TrainerOptions): Covered | EngineError {
  const whole = objective.jacobianOf === undefined && objective.outside !== "plain"
  if (objective.kind !== "instance-wise" || objective.loss !== "cross-entropy" || !whole) {
    return unavailable("it has kernels for one cross-entropy an example alone; take the engine cpu or auto")
  }
  if (!isGpuAggregator(aggregator)) {
    return unavailable(`it has no kernels for the aggregator ${aggregator.name}; take the engine cpu or auto`)
  }
  if (optimizer.name !== "sgd") {
    return unavailable(`it has no kernels for the optimizer ${optimizer.name}; take the engine cpu or auto`)
  }
  return { aggregator, optimizer }
}

/** What trains now: a network on a device, or, when none is left, a trainer on the CPU. */
type Runner = { readonly on: "gpu"; readonly engine: GpuNetwork } | { readonly on: "cpu"; readonly trainer: Trainer }

/** A trainer on a device. A lost device is replaced, by the CPU if need be, and the run goes on. */
const webGpuTrainer = Effect.fn("WebGpuEngine.trainer")(function* (
  wasm: Wasm,
  device: WebGpuDevice,
  request: RequestDevice,
  options: TrainerOptions
) {
  const covered = coveredBy(options)
  if (covered instanceof EngineError) return yield* Effect.fail(covered)
  const { network, batchSizes } = options
  const batchSize = Math.max(...batchSizes)
  const scope = yield* Effect.scope
  // Draws the first parameters, names the tensors, and answers for outputs.
  const host = yield* Effect.acquireRelease(
    attempt(() => makeCpuEngine(wasm, { network, batchSize, threads: 1 })),
    (engine) => Effect.sync(() => engine[Symbol.dispose]())
  )
  const start = yield* attempt(() => {
    if (options.parameters === undefined) host.initialise(options.seed)
    else host.load(options.parameters)
    return host.save()
  })
  const rateAt = yield* attempt(() => learningRateOf(covered.optimizer.learningRate, wasm.functions))
  const plan = {
    network,
    batchSize,
    aggregator: covered.aggregator,
    optimizer: { ...covered.optimizer, learningRate: rateAt(1) }
  }
  const makeOn = (gpu: WebGpuDevice) =>
    Effect.acquireRelease(
      fromGpu(() => makeWebGpuEngine(gpu, plan)),
      (engine) => Effect.sync(() => engine[Symbol.dispose]())
    ).pipe(Scope.provide(scope))

  const first = yield* makeOn(device)
  yield* fromGpu(async () => first.load(start))
  let runner: Runner = { on: "gpu", engine: first }
  /** Null for the first parameters. */
  let snapshot: TrainerState | null = null
  /** Steps since the snapshot, to be repeated when the device is lost. */
  let journal: { readonly batch: Batch; readonly iteration: number }[] = []

  const saveFrom = (engine: GpuNetwork) =>
    fromGpu(async (): Promise<TrainerState> => {
      const parameters = await engine.save()
      const momentum = await engine.saveMomentum()
      const vectors = momentum === null ? [] : ([["momentum", momentum]] as const)
      return { parameters, optimizer: new Map(vectors), aggregator: new Map() }
    })

  const stepOn = (engine: GpuNetwork, batch: Batch, iteration: number) =>
    fromGpu(async () => {
      batch.write(host)
      const { examples } = batch
      const inputs = host.inputs.subarray(0, examples * host.plan.inputSize)
      engine.step(inputs, host.labels.subarray(0, examples), { learningRate: rateAt(iteration) })
      return engine.read()
    })

  const step = Effect.fnUntraced(function* (batch: Batch, iteration: number) {
    if (runner.on === "cpu") return yield* runner.trainer.step(batch, iteration)
    if (journal.length >= SNAPSHOT_EVERY) {
      snapshot = yield* saveFrom(runner.engine)
      journal = []
    }
    const report = yield* stepOn(runner.engine, batch, iteration)
    if (report.diverged) {
      const example = Math.max(
        0,
        report.losses.findIndex((loss) => !Number.isFinite(loss))
      )
      const value = String(report.losses[example])
      return yield* Effect.fail(new Diverged({ iteration, quantity: "loss", example, value }))
    }
    journal.push({ batch, iteration })
    const { losses, meanLoss, weights, certificate, conflicts } = report
    return { losses, meanLoss, weights, similarity: report.similarity, certificate, conflicts } satisfies StepOutcome
  })

  /** Goes on from the snapshot on a new device, or on the CPU, and repeats the steps since. */
  const recover = Effect.fnUntraced(function* (reason: string) {
    const result = yield* Effect.promise(request)
    const repeated = journal
    if (result.found) {
      yield* Effect.logWarning(`${reason}; the run goes on on a new device`)
      yield* Scope.addFinalizer(
        scope,
        Effect.sync(() => result.gpu[Symbol.dispose]())
      )
      const engine = yield* makeOn(result.gpu)
      yield* fromGpu(async () => engine.load(snapshot?.parameters ?? start, snapshot?.optimizer.get("momentum")))
      for (const { batch, iteration } of repeated) yield* stepOn(engine, batch, iteration)
      runner = { on: "gpu", engine }
      return
    }
    yield* Effect.logWarning(`${reason}; the run goes on on the CPU`)
    const trainer = yield* makeCpuTrainer(wasm, makeCpuEngine, options).pipe(Scope.provide(scope))
    if (snapshot !== null) yield* trainer.restore(snapshot)
    for (const { batch, iteration } of repeated) yield* trainer.step(batch, iteration)
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
    plan: host.plan,
    step: (batch, iteration) => surviving(Effect.suspend(() => step(batch, iteration))),
    outputs: (batch) =>
      Effect.gen(function* () {
        const { parameters } = yield* trainer.save
        return yield* attempt(() => {
          host.load(parameters)
          batch.write(host)
          return host.outputs({ examples: batch.examples })
        })
      }),
    save: surviving(Effect.suspend(() => (runner.on === "cpu" ? runner.trainer.save : saveFrom(runner.engine)))).pipe(
      Effect.catchTag("Diverged", ({ message }) => Effect.fail(unavailable(message)))
    ),
    restore: (state) =>
      Effect.suspend(() => {
        snapshot = state
        journal = []
        if (runner.on === "cpu") return runner.trainer.restore(state)
        const { engine } = runner
        return fromGpu(async () => engine.load(state.parameters, state.optimizer.get("momentum")))
      })
  }
  return trainer
})

/** Work on the device: its errors are those of the engine, and broken rules stay what they are. */
export function fromGpu<A>(work: () => Promise<A>): Effect.Effect<A, InputError | EngineError> {
  return Effect.tryPromise({ try: work, catch: (cause) => cause }).pipe(
    Effect.catch((cause): Effect.Effect<never, InputError | EngineError> => {
      if (cause instanceof InputError) return Effect.fail(cause)
      if (!(cause instanceof WebGpuError)) return Effect.die(cause)
      return Effect.fail(new EngineError({ engine: "webgpu", reason: cause.message, lost: cause.kind === "lost" }))
    })
  )
}
