/**
 * Outputs of a trained network for a data set.
 *
 * @module
 */
import { mean } from "@dualcone/aggregation"
import type { NetworkDescription } from "@dualcone/network"
import * as Effect from "effect/Effect"
import { attempt } from "./attempt.ts"
import { prepareData, type TrainingData } from "./data.ts"
import { Engine } from "./engine.ts"
import { crossEntropy, instanceWise, type Losses } from "./objectives/network-objective.ts"
import { sgd } from "./optimizers/sgd.ts"

const BATCH = 100

/** What {@link predict} runs. */
export interface PredictOptions {
  readonly network: NetworkDescription
  /** By PyTorch's names: a checkpoint's, or those of a file. */
  readonly parameters: ReadonlyMap<string, Float32Array>
  readonly data: TrainingData
  /** What the network was trained for. Default: cross-entropy. */
  readonly loss?: Losses
}

/** Outputs of every example. */
export interface Prediction {
  /** [examples, outputs], row-major, heads side by side; dropout left out. */
  readonly outputs: Float32Array
  /** Outputs of one example. */
  readonly outputSize: number
  /** The index of the largest output of each example, [examples]: the class, for a network with one output a class. */
  readonly classes: Int32Array
}

/** The outputs of a network for all examples of a data set, in its order. */
export const predict = Effect.fn("predict")(function* (options: PredictOptions) {
  const { network, parameters, data, loss = crossEntropy } = options
  const { examples } = data
  const engine = yield* Engine
  const last = examples % BATCH
  const trainer = yield* engine.trainer({
    network,
    parameters,
    objective: instanceWise(loss),
    // Nothing is aggregated and nothing updated.
    aggregator: mean(),
    optimizer: sgd({ learningRate: 1 }),
    batchSizes: [Math.min(BATCH, examples), ...(last > 0 && last < examples ? [last] : [])],
    seed: 0
  })
  const prepared = yield* attempt(() => prepareData(data, trainer.plan))
  const { outputSize } = trainer.plan
  const outputs = new Float32Array(examples * outputSize)
  const classes = new Int32Array(examples)
  for (let start = 0; start < examples; start += BATCH) {
    const count = Math.min(BATCH, examples - start)
    const indices = Int32Array.from({ length: count }, (_, i) => start + i)
    outputs.set(yield* trainer.outputs(prepared.batch(indices)), start * outputSize)
    for (let i = start; i < start + count; i++) {
      const row = outputs.subarray(i * outputSize, (i + 1) * outputSize)
      classes[i] = row.indexOf(row.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY))
    }
    yield* Effect.yieldNow
  }
  return { outputs, outputSize, classes } satisfies Prediction
}, Effect.scoped)
