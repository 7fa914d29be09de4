/** A short training on real digits: the same bits in every runtime, unbroken or resumed. */
import {
  type Aggregator,
  type Checkpoint,
  crossEntropy,
  Dualcone,
  datasets,
  instanceWise,
  mean,
  type NetworkDescription,
  runDigest,
  sgd,
  type TrainOptions,
  upgrad
} from "../src/index.ts"
import { type ConformanceCase, holds } from "./case.ts"

/** A small relative of the MNIST network. */
const network: NetworkDescription = {
  name: "small",
  input: [1, 28, 28],
  layers: [
    { kind: "conv2d", outputs: 8, kernel: 3 },
    { kind: "max-pool2d", kernel: 2 },
    { kind: "elu" },
    { kind: "conv2d", outputs: 16, kernel: 3, groups: 8 },
    { kind: "max-pool2d", kernel: 3 },
    { kind: "elu" },
    { kind: "flatten" },
    { kind: "linear", outputs: 10 }
  ]
}

async function options(aggregator: Aggregator): Promise<TrainOptions> {
  return {
    network,
    data: await datasets.mnist({ examples: 70 }),
    objective: instanceWise(crossEntropy),
    aggregator,
    optimizer: sgd({ learningRate: 0.1, momentum: 0.5 }),
    batchSize: 16,
    epochs: 2,
    seed: 3,
    engine: "cpu"
  }
}

/** Trains up to `limit` iterations and gives the state at the end. */
async function trained(training: TrainOptions, limit = Number.POSITIVE_INFINITY): Promise<Checkpoint> {
  await using dualcone = await Dualcone.make()
  const run = dualcone.train(training)
  for await (const step of run) if (step.iteration === limit) break
  const checkpoint = run.checkpoint()
  if (checkpoint === undefined) throw new Error("a run leaves a checkpoint")
  return checkpoint
}

const digestOf = ({ history, parameters }: Checkpoint) => runDigest(history.losses, parameters)

/** Digests, and resuming. */
export const trainingCases: readonly ConformanceCase[] = [
  ...[upgrad(), mean()].map((aggregator) => ({
    name: `ten iterations of ${aggregator.name} on 70 digits`,
    async run() {
      const { history, parameters } = await trained(await options(aggregator))
      holds(history.losses.length === 10, `${history.losses.length} iterations instead of 10`)
      const [first = 0] = history.losses
      holds((history.losses.at(-1) ?? first) < first, "the loss did not fall")
      return runDigest(history.losses, parameters)
    }
  })),
  ...[1, 4, 5, 9].map((at) => ({
    name: `stopped after iteration ${at} and resumed`,
    async run() {
      const training = await options(upgrad())
      const whole = await digestOf(await trained(training))
      const stopped = await trained(training, at)
      holds(stopped.iteration === at, `stopped after ${stopped.iteration} instead of ${at}`)
      const resumed = await digestOf(await trained({ ...training, resume: stopped }))
      holds(resumed === whole, `the digest is ${resumed} instead of ${whole}`)
      return resumed
    }
  }))
]
