/**
 * How often a trained network is right.
 *
 * @module
 */
import { attempt, Engine, prepareData, type SsjdOptions, type TrainingData } from "@dualcone/descent"
import * as Effect from "effect/Effect"

const BATCH = 100

/** The share of examples whose largest output is their label. */
export const accuracy = Effect.fn("accuracy")(function* (
  training: Pick<SsjdOptions, "network" | "objective" | "aggregator" | "optimizer">,
  parameters: ReadonlyMap<string, Float32Array>,
  data: TrainingData
) {
  const engine = yield* Engine
  const last = data.examples % BATCH
  const sizes = [Math.min(BATCH, data.examples), ...(last > 0 && last < data.examples ? [last] : [])]
  const { network, objective, aggregator, optimizer } = training
  const trainer = yield* engine.trainer({
    network,
    objective,
    aggregator,
    optimizer,
    batchSizes: sizes,
    seed: 0,
    parameters
  })
  const { outputSize } = trainer.plan
  const prepared = yield* attempt(() => prepareData(data, trainer.plan))
  let right = 0
  for (let start = 0; start < data.examples; start += BATCH) {
    const examples = Math.min(BATCH, data.examples - start)
    const indices = Int32Array.from({ length: examples }, (_, i) => start + i)
    const outputs = yield* trainer.outputs(prepared.batch(indices))
    for (let i = 0; i < examples; i++) {
      const row = outputs.subarray(i * outputSize, (i + 1) * outputSize)
      if (row.indexOf(Math.max(...row)) === data.labels[start + i]) right++
    }
    yield* Effect.yieldNow
  }
  return right / data.examples
}, Effect.scoped)
