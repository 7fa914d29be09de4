/** A small training problem for the linear engine: 22 examples of 3 features in 3 classes that partly contradict. */
import { type Aggregator, upgrad } from "@dualcone/aggregation"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import {
  type Checkpoint,
  type CheckpointStore,
  cpuEngineLayer,
  crossEntropy,
  instanceWise,
  type SsjdOptions,
  type Step,
  sgd,
  ssjd,
  type TrainingData
} from "../src/index.ts"
import { makeLinearEngine } from "./linear-engine.ts"

const EXAMPLES = 22

/** Bytes from a fixed rule; labels follow the brightest feature, every fifth one does not. */
export const data: TrainingData = {
  name: "small",
  examples: EXAMPLES,
  shape: [3],
  images: Uint8Array.from({ length: EXAMPLES * 3 }, (_, i) => (i * 97 + 31 * (i % 7)) % 256),
  labels: Uint8Array.from({ length: EXAMPLES }, (_, i) => (i % 5 === 0 ? (i * 2) % 3 : i % 3)),
  scale: 255,
  mean: [0.5],
  deviation: [0.25]
}

/** Three epochs of three batches (8, 8 and 6 examples), with momentum. */
export const training = (aggregator: Aggregator = upgrad()): SsjdOptions => ({
  network: { name: "linear", input: [3], layers: [{ kind: "linear", outputs: 3 }] },
  data,
  objective: instanceWise(crossEntropy),
  aggregator,
  optimizer: sgd({ learningRate: 0.5, momentum: 0.9, weightDecay: 0.01 }),
  batchSize: 8,
  epochs: 3,
  seed: 7
})

/** The engine of these tests. */
export const engine = cpuEngineLayer(makeLinearEngine)

/** A store that keeps every checkpoint it is given. */
export function memoryStore(everyMilliseconds = Number.POSITIVE_INFINITY) {
  const written: Checkpoint[] = []
  const store: CheckpointStore = {
    everyMilliseconds,
    write: (checkpoint) => Effect.sync(() => void written.push(checkpoint))
  }
  return { written, store }
}

/** All steps, or the first `limit`. */
export const run = (options: SsjdOptions, limit = Number.POSITIVE_INFINITY): Promise<readonly Step[]> =>
  ssjd(options).pipe(Stream.take(limit), Stream.runCollect, Effect.provide(engine), Effect.runPromise)
