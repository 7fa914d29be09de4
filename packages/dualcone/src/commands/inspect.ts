/**
 * `dualcone inspect`: one batch of a network in numbers: losses, Gramian, conflicts, weights, certificate.
 *
 * @module
 */
import {
  type Certificate,
  conflicts,
  constant,
  type Gramian,
  type GramianAggregator,
  similarity,
  weighting
} from "@dualcone/aggregation"
import {
  acquireDevice,
  attempt,
  crossEntropy,
  engineNames,
  fromGpu,
  openTensorFiles,
  parametersOf,
  resolveNetwork,
  writeWhole
} from "@dualcone/descent"
import {
  makeCpuEngine,
  type NetworkDescription,
  type NetworkEngine,
  type SafetensorsFile,
  type Tensor,
  toFloat32,
  toFloat64,
  writeSafetensors
} from "@dualcone/network"
import { InputError, loadWasmFor, type Wasm } from "@dualcone/wasm"
import { makeWebGpuEngine, requestDevice, WebGpuError } from "@dualcone/webgpu"
import { Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { aggregatorFlags, chosenGramianAggregator } from "./aggregator-flags.ts"
import { printJson } from "./output.ts"
import { chosenThreads, threadsFlag } from "./threads-flag.ts"

interface BatchTensors {
  readonly x: Tensor
  readonly y: Tensor
}

function batchOf({ tensors }: SafetensorsFile, file: string): BatchTensors {
  const named = (name: "x" | "y") => {
    const tensor = tensors.get(name) ?? tensors.get(`input.${name}`)
    if (tensor !== undefined) return tensor
    const rule = `the batch needs x and y (or input.x and input.y); the file has ${[...tensors.keys()].join(", ").slice(0, 200)}`
    throw new InputError({ rule, place: `the tensor ${name} of ${file}`, value: undefined })
  }
  const batch = { x: named("x"), y: named("y") }
  const [examples = 0] = batch.x.shape
  if (examples < 1 || batch.y.data.length !== examples) {
    const place = `the number of labels of ${file}`
    throw new InputError({ rule: `x has ${examples} examples`, place, value: batch.y.data.length })
  }
  return batch
}

function fill(engine: NetworkEngine, { x, y }: BatchTensors, file: string): void {
  const { inputSize, outputSize } = engine.plan
  const [examples = 0] = x.shape
  if (x.data.length !== examples * inputSize) {
    const rule = `the network takes ${inputSize} numbers an example`
    throw new InputError({ rule, place: `the shape of x of ${file}`, value: x.shape })
  }
  toFloat32(x).forEach((value, i) => {
    if (Number.isFinite(value)) return
    const place = `entry ${i % inputSize} of example ${Math.floor(i / inputSize)} of x of ${file}`
    throw new InputError({ rule: "every input must be finite", place, value })
  })
  toFloat64(y).forEach((label, i) => {
    if (Number.isInteger(label) && label >= 0 && label < outputSize) return
    const rule = `it must be a class index below ${outputSize}`
    throw new InputError({ rule, place: `label ${i} of y of ${file}`, value: label })
  })
  engine.inputs.set(toFloat32(x))
  engine.labels.set(toFloat64(y))
}

/** What is looked at: `host` holds parameters, inputs and labels. */
interface Inspected {
  readonly wasm: Wasm
  readonly host: NetworkEngine
  readonly network: NetworkDescription
  readonly aggregator: GramianAggregator
  readonly examples: number
}

/** What was seen; directions by PyTorch's names. */
interface Seen {
  readonly engine: "cpu" | "webgpu"
  readonly plan: NetworkEngine["plan"]
  readonly losses: Float64Array
  readonly gramian: Gramian
  readonly weights: Float64Array
  readonly certificate: Certificate | null
  readonly direction: ReadonlyMap<string, Float32Array>
}

function inspectOnCpu({ wasm, host, aggregator, examples }: Inspected): Seen {
  const linearization = host.linearize()
  const losses = linearization.values.slice()
  const gramian = { objectives: examples, values: linearization.gramian().values.slice() }
  using planned = weighting(wasm, aggregator, examples)
  const { weights: view, certificate } = planned.weigh(gramian, losses)
  const weights = view.slice()
  const direction = host.export(linearization.pullback(weights))
  return { engine: "cpu", plan: host.plan, losses, gramian, weights, certificate, direction }
}

/** Losses, Gramian and pullback of the GPU; the weights are solved in WebAssembly, where every method is. */
const inspectOnGpu = Effect.fnUntraced(function* ({ wasm, host, network, aggregator, examples }: Inspected) {
  const gpu = yield* acquireDevice(requestDevice)
  const optimizer = { name: "sgd", learningRate: 1 } as const
  const engine = yield* Effect.acquireRelease(
    fromGpu(() =>
      makeWebGpuEngine(gpu, {
        network,
        batchSize: examples,
        aggregator: constant({ weights: new Array<number>(examples).fill(1 / examples) }),
        optimizer
      })
    ),
    (owned) => Effect.sync(() => owned[Symbol.dispose]())
  )
  return yield* fromGpu(async (): Promise<Seen> => {
    engine.load(host.save())
    const { losses, gramian } = await engine.inspect(host.inputs, host.labels)
    if (gramian === null) throw new WebGpuError("unsupported-method", "the step has no Gramian")
    using planned = weighting(wasm, aggregator, examples)
    const { weights: view, certificate } = planned.weigh(gramian, losses)
    const weights = view.slice()
    const { direction } = await engine.inspect(host.inputs, host.labels, { weights })
    return { engine: "webgpu", plan: host.plan, losses, gramian, weights, certificate, direction }
  })
})

/** The command. */
export const inspectCommand = Command.make(
  "inspect",
  {
    network: Flag.String("network").pipe(Flag.withDescription("svhn, cifar10, eurosat, mnist or FILE.json")),
    parameters: Flag.String("parameters").pipe(
      Flag.withDescription("FILE.safetensors, named as 0.weight or model.0.weight")
    ),
    batch: Flag.String("batch").pipe(Flag.withDescription("FILE.safetensors with x (normalised, float32) and y")),
    aggregator: Flag.String("aggregator").pipe(
      Flag.withDescription("The method that weighs (default upgrad)"),
      Flag.withDefault("upgrad")
    ),
    engine: Flag.Literals("engine", engineNames).pipe(Flag.withDefault("auto")),
    threads: threadsFlag,
    out: Flag.String("out").pipe(
      Flag.withDescription("FILE.safetensors for losses, gramian, weights and direction.<parameter>"),
      Flag.optional
    ),
    ...aggregatorFlags
  },
  Effect.fnUntraced(function* (options) {
    const aggregator = yield* chosenGramianAggregator(options.aggregator, options)
    const network = yield* resolveNetwork(options.network, ".")
    const files = yield* openTensorFiles()
    const parameters = parametersOf(yield* files.file(options.parameters))
    const content = yield* files.file(options.batch)
    const batch = yield* attempt(() => batchOf(content, options.batch))
    const examples = batch.x.shape[0] ?? 0
    const threads = yield* chosenThreads(options.threads)
    const wasm = yield* Effect.promise(() => loadWasmFor(threads))
    const found = yield* Effect.scoped(
      Effect.gen(function* () {
        const host = yield* Effect.acquireRelease(
          attempt(() => makeCpuEngine(wasm, { network, batchSize: examples, objective: crossEntropy, threads })),
          (engine) => Effect.sync(() => engine[Symbol.dispose]())
        )
        yield* attempt(() => {
          host.load(parameters)
          fill(host, batch, options.batch)
        })
        if (options.engine === "webgpu") return yield* inspectOnGpu({ wasm, host, network, aggregator, examples })
        return yield* attempt(() => inspectOnCpu({ wasm, host, network, aggregator, examples }))
      })
    )
    const { losses, gramian, weights, direction, plan, ...rest } = found
    const tensors: Tensor[] = [
      { name: "losses", dtype: "F64", shape: [examples], data: losses },
      { name: "gramian", dtype: "F64", shape: [examples, examples], data: gramian.values },
      { name: "weights", dtype: "F64", shape: [examples], data: weights }
    ]
    for (const { name, shape, size } of plan.parameters) {
      const data = direction.get(name) ?? new Float32Array(size)
      tensors.push({ name: `direction.${name}`, dtype: "F32", shape, data })
    }
    const { engine, certificate } = rest
    const rows = Array.from({ length: examples }, (_, i) => gramian.values.subarray(i * examples, (i + 1) * examples))
    const report = {
      engine,
      examples,
      parameters: plan.parameterCount,
      losses,
      gramian: rows,
      conflicts: conflicts(gramian),
      weights,
      certificate,
      similarity: similarity(gramian, weights)
    }
    if (Option.isSome(options.out)) yield* writeWhole(options.out.value, writeSafetensors(tensors), "create")
    yield* printJson(report)
  })
).pipe(
  Command.withDescription("Losses, Gramian, conflicts, weights and certificate of one batch of a network, as JSON."),
  Command.withShortDescription("look at one batch")
)
