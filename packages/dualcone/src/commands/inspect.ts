/**
 * `dualcone inspect`: one batch of a network in numbers: losses, Gramian, conflicts, weights, certificate.
 *
 * @module
 */
import {
  attempt,
  engineNames,
  inspectBatch,
  openTensorFiles,
  parametersOf,
  resolveNetwork,
  writeWhole
} from "@dualcone/descent"
import {
  type NetworkDescription,
  type SafetensorsFile,
  type Tensor,
  toFloat32,
  toFloat64,
  writeSafetensors
} from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
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

function batchOf({ tensors }: SafetensorsFile, file: string, { input }: NetworkDescription): BatchTensors {
  const named = (name: "x" | "y") => {
    const tensor = tensors.get(name) ?? tensors.get(`input.${name}`)
    if (tensor !== undefined) return tensor
    const rule = `the batch needs x and y (or input.x and input.y); the file has ${[...tensors.keys()].join(", ").slice(0, 200)}`
    throw new InputError({ rule, place: `the tensor ${name} of ${file}`, value: undefined })
  }
  const batch = { x: named("x"), y: named("y") }
  const [examples = 0] = batch.x.shape
  const size = input.reduce((product, side) => product * side, 1)
  if (batch.x.data.length !== examples * size) {
    const rule = `the network takes ${size} numbers an example`
    throw new InputError({ rule, place: `the shape of x of ${file}`, value: batch.x.shape })
  }
  if (examples < 1 || batch.y.data.length !== examples) {
    const place = `the number of labels of ${file}`
    throw new InputError({ rule: `x has ${examples} examples`, place, value: batch.y.data.length })
  }
  return batch
}

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
    const batch = yield* attempt(() => batchOf(content, options.batch, network))
    const threads = yield* chosenThreads(options.threads, 1)
    const found = yield* inspectBatch({
      ...{ network, parameters, aggregator, engine: options.engine, threads, name: options.batch },
      ...{ inputs: toFloat32(batch.x), labels: toFloat64(batch.y) }
    })
    const { engine, plan, examples, losses, gramian, conflicts, weights, certificate, similarity, direction } = found
    const tensors: Tensor[] = [
      { name: "losses", dtype: "F64", shape: [examples], data: losses },
      { name: "gramian", dtype: "F64", shape: [examples, examples], data: gramian.values },
      { name: "weights", dtype: "F64", shape: [examples], data: weights }
    ]
    for (const { name, shape, size } of plan.parameters) {
      const data = direction.get(name) ?? new Float32Array(size)
      tensors.push({ name: `direction.${name}`, dtype: "F32", shape, data })
    }
    const rows = Array.from({ length: examples }, (_, i) => gramian.values.subarray(i * examples, (i + 1) * examples))
    const report = {
      ...{ engine, examples, parameters: plan.parameterCount, losses, gramian: rows },
      ...{ conflicts, weights, certificate, similarity }
    }
    if (Option.isSome(options.out)) yield* writeWhole(options.out.value, writeSafetensors(tensors), "create")
    yield* printJson(report)
  })
).pipe(
  Command.withDescription("Losses, Gramian, conflicts, weights and certificate of one batch of a network, as JSON."),
  Command.withShortDescription("look at one batch")
)
