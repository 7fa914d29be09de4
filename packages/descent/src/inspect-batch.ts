/**
 * One batch of a network looked at without an update: losses, Gramian, weights and direction.
 *
 * @module
 */
import {
  type Certificate,
  type Conflicts,
  conflicts,
  type Gramian,
  type GramianAggregator,
  similarity,
  weighting
} from "@dualcone/aggregation"
import { makeCpuEngine, type NetworkDescription, type NetworkEngine, type Plan } from "@dualcone/network"
import { InputError, type ThreadCount, type Wasm } from "@dualcone/wasm"
import { makeWebGpuEngine, requestDevice, WebGpuError } from "@dualcone/webgpu"
import * as Effect from "effect/Effect"
import { attempt } from "./attempt.ts"
import type { EngineName } from "./engines.ts"
import { fromGpu } from "./from-gpu.ts"
import { acquireDevice } from "./gpu-devices.ts"
import { loadModuleFor } from "./module.ts"
import { crossEntropy } from "./objectives/network-objective.ts"

/** What {@link inspectBatch} looks at. */
export interface InspectOptions {
  readonly network: NetworkDescription
  /** By PyTorch's names. */
  readonly parameters: ReadonlyMap<string, Float32Array>
  /** [examples, ...input], row-major, normalised already. */
  readonly inputs: Float32Array
  /** One class index an example; the objective is the cross-entropy of each. */
  readonly labels: ArrayLike<number>
  /** Weighs the examples by their Gramian. */
  readonly aggregator: GramianAggregator
  /** Default `auto`, which is the CPU: a GPU would compile its kernels for one batch alone. */
  readonly engine?: EngineName
  /** Threads of the engine on the CPU. Default: 1, since workers would start for one batch alone. */
  readonly threads?: ThreadCount
  /** What errors call the batch. Default: `the batch`. */
  readonly name?: string
}

/** What {@link inspectBatch} found, for m examples. */
export interface InspectedBatch {
  readonly engine: "cpu" | "webgpu"
  /** Shapes, names and numbers of the network's parameters. */
  readonly plan: Plan
  readonly examples: number
  /** The loss of each example, [m]. */
  readonly losses: Float64Array
  /** J Jᵀ of the losses, m × m. */
  readonly gramian: Gramian
  /** The weight of each example, [m]. */
  readonly weights: Float64Array
  /** What the aggregator proves of the weights; null for methods that solve no program. */
  readonly certificate: Certificate | null
  /** Pairs of examples whose gradients conflict. */
  readonly conflicts: Conflicts
  /** Cosine of the direction and the mean gradient; 0 when one of the two is zero. */
  readonly similarity: number
  /** Jᵀ w by PyTorch's names. Subtract it, times a learning rate, from the parameters. */
  readonly direction: ReadonlyMap<string, Float32Array>
}

/** What the engines differ in. */
type Found = Pick<InspectedBatch, "engine" | "losses" | "gramian" | "weights" | "certificate" | "direction">

/** A batch in the memory of the engine on the CPU, `host`, parameters included. */
interface Loaded {
  readonly wasm: Wasm
  readonly host: NetworkEngine
  readonly options: InspectOptions
  readonly examples: number
}

/**
 * Losses, Gramian, weights and direction of one batch of a network, without an update. On WebGPU the weights still come
 * from the solvers in WebAssembly, so that every method is there.
 *
 * Fails with an `InputError` for parameters, inputs, labels and options that break their rule, and with an `EngineError`
 * when the engine is not there or has no kernels for the network.
 */
export const inspectBatch = Effect.fn("inspectBatch")(function* (options: InspectOptions) {
  const wasm = yield* loadModuleFor(options.threads ?? 1)
  const examples = options.labels.length
  const host = yield* Effect.acquireRelease(
    attempt(() => {
      const { network } = options
      if (examples === 0) {
        const place = `the number of labels of ${nameOf(options)}`
        throw new InputError({ rule: "there must be one an example, and an example", place, value: 0 })
      }
      return makeCpuEngine(wasm, { network, batchSize: examples, objective: crossEntropy })
    }),
    (engine) => Effect.sync(() => engine[Symbol.dispose]())
  )
  yield* attempt(() => {
    if (host.lossesPerExample > 1) {
      const rule = "the batch is looked at example by example; the network must have one loss an example"
      throw new InputError({ rule, place: "the number of losses of an example", value: host.lossesPerExample })
    }
    host.load(options.parameters)
    fill(host, options)
  })
  const loaded = { wasm, host, options, examples }
  const found = options.engine === "webgpu" ? yield* onGpu(loaded) : yield* attempt(() => onCpu(loaded))
  const { gramian, weights } = found
  return {
    ...found,
    plan: host.plan,
    examples,
    conflicts: conflicts(gramian),
    similarity: similarity(gramian, weights)
  } satisfies InspectedBatch
}, Effect.scoped)

function nameOf({ name = "the batch" }: InspectOptions): string {
  return name
}

/** Checks the batch and writes it to the engine. */
function fill(engine: NetworkEngine, options: InspectOptions): void {
  const { inputs, labels } = options
  const batch = nameOf(options)
  const { inputSize, outputSize } = engine.plan
  if (inputs.length !== labels.length * inputSize) {
    const rule = `the network takes ${inputSize} numbers an example, and there are ${labels.length} labels`
    throw new InputError({ rule, place: `the number of inputs of ${batch}`, value: inputs.length })
  }
  inputs.forEach((value, i) => {
    if (Number.isFinite(value)) return
    const place = `entry ${i % inputSize} of example ${Math.floor(i / inputSize)} of the inputs of ${batch}`
    throw new InputError({ rule: "every input must be finite", place, value })
  })
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? Number.NaN
    if (Number.isInteger(label) && label >= 0 && label < outputSize) continue
    const rule = `it must be a class index below ${outputSize}`
    throw new InputError({ rule, place: `label ${i} of ${batch}`, value: label })
  }
  engine.inputs.set(inputs)
  engine.labels.set(labels)
}

function onCpu({ wasm, host, options, examples }: Loaded): Found {
  const linearization = host.linearize()
  const losses = linearization.values.slice()
  const gramian = { objectives: examples, values: linearization.gramian().values.slice() }
  const weighed = weigh(wasm, options.aggregator, gramian, losses)
  return { engine: "cpu", losses, gramian, ...weighed, direction: host.export(linearization.pullback(weighed.weights)) }
}

const onGpu = Effect.fnUntraced(function* ({ wasm, host, options, examples }: Loaded) {
  const gpu = yield* acquireDevice(requestDevice)
  const { network, aggregator } = options
  const plan = {
    network,
    batchSize: examples,
    aggregator: null,
    optimizer: { name: "sgd", learningRate: 1 } // nothing is updated
  } as const
  const engine = yield* Effect.acquireRelease(
    fromGpu(() => makeWebGpuEngine(gpu, plan)),
    (owned) => Effect.sync(() => owned[Symbol.dispose]())
  )
  return yield* fromGpu(async (): Promise<Found> => {
    engine.load({ parameters: host.save() })
    const { losses, gramian } = await engine.inspect(host.inputs, host.labels)
    if (gramian === null) throw new WebGpuError("unsupported-method", "the step has no Gramian")
    const weighed = weigh(wasm, aggregator, gramian, losses)
    const { direction } = await engine.inspect(host.inputs, host.labels, { weights: weighed.weights })
    return { engine: "webgpu", losses, gramian, ...weighed, direction }
  })
})

function weigh(wasm: Wasm, aggregator: GramianAggregator, gramian: Gramian, losses: Float64Array) {
  using planned = weighting(wasm, aggregator, gramian.objectives)
  const { weights, certificate } = planned.weigh(gramian, losses)
  return { weights: weights.slice(), certificate }
}
