/** Trajectories, optimizers and networks that are no chain: the same bits in every runtime. */

import * as Effect from "effect/Effect"
import {
  adam,
  adamW,
  bloop,
  loadModule,
  logLipschitz,
  multiTask,
  type NetworkDescription,
  perStep,
  problemByName,
  regularized,
  rmsProp,
  runDigest,
  runTrajectory,
  schedules,
  squaredNorm,
  type TrainingData,
  trajectoryAggregator
} from "../src/effect.ts"
import { Dualcone, type TrainOptions, upgrad } from "../src/index.ts"
import { bits, type ConformanceCase, holds } from "./case.ts"

const trajectories = [
  ["cqf", "upgrad"],
  ["cr-mogm", "cr-mogm(mgda)"],
  ["cagrad-toy", "nash-mtl"],
  ["zdt3", "imtl-g"]
] as const

const examples = 24
const tokens = Float32Array.from({ length: examples * 4 }, (_, k) => (k * 7 + Math.floor(k / 3)) % 5)

const recurrent: NetworkDescription = {
  name: "recurrent",
  input: [4],
  layers: [
    { kind: "embedding", entries: 5, width: 3 },
    { kind: "recurrent", hidden: 6 },
    { kind: "linear", outputs: 5 }
  ]
}

const twoTasks: NetworkDescription = {
  name: "two tasks",
  input: [4],
  layers: [
    { kind: "linear", outputs: 8 },
    { kind: "sum", branches: [[], [{ kind: "linear", outputs: 8 }, { kind: "gelu" }]] },
    { kind: "layer-norm" }
  ],
  heads: {
    left: { layers: [{ kind: "linear", outputs: 5 }] },
    right: { layers: [{ kind: "linear", outputs: 5 }] }
  }
}

const perceptron: NetworkDescription = {
  name: "perceptron",
  input: [4],
  layers: [{ kind: "linear", outputs: 12 }, { kind: "relu" }, { kind: "linear", outputs: 5 }]
}

const data = (labels: readonly number[]): TrainingData => {
  return { name: "tokens", examples, shape: [4], images: tokens, labels, scale: 1, mean: [0], deviation: [1] }
}

const runs: readonly (readonly [string, TrainOptions])[] = [
  [
    "a recurrent network, one objective a step, AdamW with warm-up and cosine",
    {
      network: recurrent,
      data: data(Array.from(tokens, (token) => (token + 1) % 5)),
      objective: perStep("cross-entropy"),
      aggregator: upgrad(),
      optimizer: adamW({
        learningRate: schedules.linearWarmup({
          iterations: 3,
          schedule: schedules.cosine({ initial: 0.05, iterations: 9 })
        })
      }),
      batchSize: 8,
      epochs: 4,
      seed: 5,
      engine: "cpu"
    }
  ],
  [
    "a trunk with a sum and two heads, SEJD, RMSProp",
    {
      network: twoTasks,
      data: data(Array.from({ length: 2 * examples }, (_, k) => (k * 3) % 5)),
      objective: multiTask("cross-entropy", { jacobianOf: ["trunk"], outside: "plain" }),
      aggregator: upgrad(),
      optimizer: rmsProp({ learningRate: 0.01 }),
      batchSize: 10,
      epochs: 4,
      seed: 6,
      engine: "cpu"
    }
  ],
  [
    "a loss and a Lipschitz bound, Bloop with a moving average, Adam",
    {
      network: perceptron,
      data: data(Array.from({ length: examples }, (_, k) => (k * 3) % 5)),
      objective: regularized("cross-entropy", logLipschitz(), squaredNorm()),
      aggregator: bloop({ lambda: [0.1, 0.01], average: "after" }),
      optimizer: adam({ learningRate: 0.01 }),
      batchSize: 10,
      epochs: 4,
      seed: 7,
      engine: "cpu"
    }
  ]
]

/** Ends of paths, and digests of runs. */
export const pipelineCases: readonly ConformanceCase[] = [
  ...trajectories.map(([name, method]) => ({
    name: `${method} on ${name}, 200 updates`,
    async run() {
      const wasm = await Effect.runPromise(loadModule)
      const problem = problemByName(name, wasm.functions)
      const aggregator = trajectoryAggregator(method)
      const { end } = runTrajectory(wasm, { problem, aggregator, start: problem.starts[0] ?? [], steps: 200, seed: 9 })
      holds(end.every(Number.isFinite), "the end is not finite")
      return bits(end)
    }
  })),
  ...runs.map(([name, options]) => ({
    name,
    async run() {
      await using dualcone = await Dualcone.make()
      const run = dualcone.train(options)
      for await (const _ of run);
      const checkpoint = run.checkpoint()
      if (checkpoint === undefined) throw new Error("a run leaves a checkpoint")
      const { history, parameters } = checkpoint
      holds((history.losses.at(-1) ?? 1) < (history.losses[0] ?? 0), "the loss did not fall")
      return runDigest(history.losses, parameters)
    }
  }))
]
