/**
 * Data of a configuration: by name, or as tensors of safetensors files.
 *
 * @module
 */
import { type Dataset, digits } from "@dualcone/datasets"
import { type NetworkDescription, type Tensor, toFloat32, toFloat64 } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import { attempt, attemptPromise } from "../attempt.ts"
import type { TrainingData } from "../data.ts"
import { loadNamedData } from "./named-data.ts"
import type { TrainConfig } from "./schema.ts"
import { splitTensorName, type TensorFiles } from "./tensor-file.ts"

/** Loads the data; paths are relative to `folder`. */
export const resolveData = Effect.fn("resolveData")(function* (
  data: TrainConfig["data"],
  network: NetworkDescription,
  folder: string,
  tensors: TensorFiles
) {
  const paths = yield* Path.Path
  if (!("images" in data)) {
    if (data.name === "digits") {
      const { name: _, ...range } = data
      return yield* attemptPromise(() => digits(range))
    }
    const { name, folder: given, ...which } = data
    const digitsFolder = data.name === "cifar10-mnist" ? data.digits : undefined
    const folders = {
      ...(given === undefined ? {} : { folder: paths.resolve(folder, given) }),
      ...(digitsFolder === undefined ? {} : { digits: paths.resolve(folder, digitsFolder) })
    }
    const loaded = yield* loadNamedData(name, folders, which)
    return yield* attempt(() => checkTasks(loaded, network))
  }
  const tensor = Effect.fnUntraced(function* (reference: string) {
    const { file, name } = splitTensorName(reference)
    return yield* tensors.tensor(paths.resolve(folder, file), name)
  })
  const images = yield* tensor(data.images)
  const labels = data.labels === undefined ? undefined : yield* tensor(data.labels)
  const targets = data.targets === undefined ? undefined : yield* tensor(data.targets)
  return yield* attempt((): TrainingData => {
    if (labels === undefined && targets === undefined) {
      throw new InputError({ rule: "explicit images need labels or targets", place: "data.labels", value: undefined })
    }
    const examples = images.shape[0] ?? 0
    return {
      name: data.images,
      examples,
      shape: network.input,
      images: images.dtype === "U8" ? images.data : toFloat32(images),
      labels: labels === undefined ? new Int32Array(examples) : indicesOf(labels, data.labels ?? ""),
      ...(targets === undefined ? {} : { targets: toFloat32(targets) }),
      scale: data.scale ?? 1,
      mean: data.mean ?? [0],
      deviation: data.deviation ?? [1]
    }
  })
})

/** The labels of several tasks come in a fixed order; heads of the same names in another would learn each other's. */
function checkTasks(dataset: Dataset, { heads }: NetworkDescription): Dataset {
  const { name, tasks = [] } = dataset
  const names = Object.keys(heads ?? {})
  const swapped = names.join() !== tasks.join() && tasks.length > 0 && tasks.every((task) => names.includes(task))
  if (!swapped) return dataset
  const rule = `the labels of ${name} are in the order ${tasks.join(", ")}`
  throw new InputError({ rule, place: "the order of the heads of the network", value: names })
}

/** The explicit order of examples: a tensor [iterations, batch size]. */
export const resolveBatches = Effect.fn("resolveBatches")(function* (
  reference: string,
  folder: string,
  tensors: TensorFiles
) {
  const paths = yield* Path.Path
  const { file, name } = splitTensorName(reference)
  const order = yield* tensors.tensor(paths.resolve(folder, file), name)
  return yield* attempt(() => {
    const [iterations, size] = order.shape
    if (order.shape.length !== 2 || iterations === undefined || size === undefined) {
      const place = `the shape of ${reference}`
      throw new InputError({ rule: "it must be [iterations, batch size]", place, value: order.shape })
    }
    const indices = indicesOf(order, reference)
    return Array.from({ length: iterations }, (_, i) => indices.subarray(i * size, (i + 1) * size))
  })
})

/** Whole numbers of any dtype; what they may be is checked where they are used. */
function indicesOf(tensor: Tensor, reference: string): Int32Array {
  return Int32Array.from(toFloat64(tensor), (value, i) => {
    if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) return value
    throw new InputError({ rule: "it must be a whole number", place: `entry ${i + 1} of ${reference}`, value })
  })
}
