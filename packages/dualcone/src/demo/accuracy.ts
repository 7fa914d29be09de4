/**
 * How often a trained network is right.
 *
 * @module
 */
import { predict, type TrainingData } from "@dualcone/descent"
import type { NetworkDescription } from "@dualcone/network"
import * as Effect from "effect/Effect"

/** The share of examples whose largest output is their label. */
export const accuracy = Effect.fn("accuracy")(function* (
  network: NetworkDescription,
  parameters: ReadonlyMap<string, Float32Array>,
  data: TrainingData
) {
  const { classes } = yield* predict({ network, parameters, data })
  return classes.reduce((right, found, i) => right + (found === data.labels[i] ? 1 : 0), 0) / data.examples
})
