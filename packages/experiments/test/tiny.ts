/** A sweep so small that a run takes milliseconds. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { expandSweep, parseSweepConfig } from "../src/index.ts"

/** Some hundred numbers, on 7 x 7 means of the digits. */
export const tinyNetwork = {
  name: "tiny",
  input: [1, 28, 28],
  layers: [{ kind: "average-pool2d", kernel: 4 }, { kind: "flatten" }, { kind: "linear", outputs: 10 }]
}

/** Two methods, two seeds, rates of which the last diverges. */
export const tinySweep = {
  data: [{ name: "digits", examples: 64, network: tinyNetwork, epochs: 2 }],
  seeds: [0, 1],
  aggregators: ["upgrad", { aggregator: { name: "rgw" }, learningRates: [0.1] }],
  batchSizes: [16],
  learningRates: { coarse: { from: 0.01, to: 1, count: 3 }, fine: { count: 4, margin: 2 } },
  evaluate: { examples: 100 }
}

/** The sweep, expanded. */
export const expandTiny = (change: object = {}) =>
  parseSweepConfig({ ...tinySweep, ...change }).pipe(
    Effect.flatMap((config) => expandSweep(config, "/")),
    Effect.provide(NodeServices.layer)
  )
