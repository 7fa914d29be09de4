/**
 * From a decoded train configuration to what `networkDescent` takes: names looked up, files read, everything checked.
 *
 * @module
 */
import { type Aggregator, parseAggregator } from "@dualcone/aggregation"
import type { SafetensorsFile } from "@dualcone/network"
import { toFloat32 } from "@dualcone/network"
import { type ThreadCount, threadCount } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Path from "effect/Path"
import { attempt } from "../attempt.ts"
import { fileError } from "../durable-file.ts"
import { crossEntropy, instanceWise, type Objective, squaredError } from "../objectives/network-objective.ts"
import { parseOptimizer } from "../optimizers/optimizer.ts"
import type { NetworkDescentOptions } from "../pipelines/network-descent.ts"
import { parseTrainConfigText } from "./parse.ts"
import { resolveBatches, resolveData } from "./resolve-data.ts"
import { resolveNetwork } from "./resolve-network.ts"
import type { TrainConfig } from "./schema.ts"
import { openTensorFiles } from "./tensor-file.ts"

/** A configuration with everything it names in memory. */
export interface ResolvedConfig {
  readonly training: Omit<NetworkDescentOptions, "resume" | "store">
  /** `auto` when the configuration does not say. */
  readonly engine: "cpu" | "webgpu" | "auto"
  /** `auto` when the configuration does not say. */
  readonly threads: ThreadCount
}

/** Reads a configuration file and everything it names. Paths in it are relative to its folder. */
export const readTrainConfig = Effect.fn("readTrainConfig")(function* (file: string) {
  const files = yield* FileSystem
  const paths = yield* Path.Path
  const text = yield* files.readFileString(file).pipe(Effect.mapError(fileError(file, "read")))
  const config = yield* parseTrainConfigText(text, file)
  return yield* resolveTrainConfig(config, paths.dirname(paths.resolve(file)))
})

/** Looks up and reads everything a configuration names; paths are relative to `folder`. */
export const resolveTrainConfig = Effect.fn("resolveTrainConfig")(function* (config: TrainConfig, folder: string) {
  const paths = yield* Path.Path
  const tensors = yield* openTensorFiles()
  const aggregator: Aggregator = yield* attempt(() => parseAggregator(config.aggregator, "aggregator"))
  const optimizer = yield* attempt(() => parseOptimizer(config.optimizer, "optimizer"))
  const network = yield* resolveNetwork(config.network, folder)
  const data = yield* resolveData(config.data, network, folder, tensors)
  const order = config.batches ?? ("images" in config.data ? config.data.batches : undefined)
  const batches = order === undefined ? undefined : yield* resolveBatches(order, folder, tensors)
  const start =
    config.parameters === undefined ? undefined : yield* tensors.file(paths.resolve(folder, config.parameters))
  const parameters = start === undefined ? undefined : parametersOf(start)
  const { batchSize, epochs, seed } = config
  const training: ResolvedConfig["training"] = {
    network,
    data,
    objective: objectiveOf(config.objective),
    aggregator,
    optimizer,
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(epochs === undefined ? {} : { epochs }),
    ...(seed === undefined ? {} : { seed }),
    ...(batches === undefined ? {} : { batches }),
    ...(parameters === undefined ? {} : { parameters })
  }
  const threads = yield* attempt(() => threadCount(config.threads ?? "auto"))
  return { training, engine: config.engine ?? "auto", threads } satisfies ResolvedConfig
})

function objectiveOf(objective: TrainConfig["objective"]): Objective {
  if (typeof objective === "object") return objective
  return instanceWise(objective === "instance-wise-squared-error" ? squaredError : crossEntropy)
}

/**
 * The parameters of a safetensors file, by PyTorch's names. When any name starts with `model.`, only those count and
 * the prefix goes; what else is in the file is then not a parameter.
 */
export function parametersOf({ tensors }: SafetensorsFile): Map<string, Float32Array> {
  const prefix = "model."
  const prefixed = [...tensors.keys()].some((name) => name.startsWith(prefix))
  const parameters = new Map<string, Float32Array>()
  for (const [name, tensor] of tensors) {
    if (!prefixed) parameters.set(name, toFloat32(tensor))
    else if (name.startsWith(prefix)) parameters.set(name.slice(prefix.length), toFloat32(tensor))
  }
  return parameters
}
