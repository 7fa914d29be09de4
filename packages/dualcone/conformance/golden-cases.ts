/** The networks of the paper beside PyTorch's float64 values (`golden/`), on any engine. */
import {
  constant,
  crossEntropy,
  Dualcone,
  instanceWise,
  networks,
  readSafetensors,
  runDigest,
  sgd,
  type TrainingData,
  toFloat32,
  toFloat64,
  upgrad
} from "../src/index.ts"
import { type ConformanceCase, holds } from "./case.ts"
import type { ReadFile } from "./files.ts"

/** Iterations of the recorded training that are repeated. */
const REPLAYED = 10

/** A golden file: its tensors by name, and the parameters below a prefix. */
async function goldenFile(readFile: ReadFile, name: string) {
  const { tensors } = readSafetensors(await readFile(`golden/${name}.safetensors`), name)
  const tensor = (key: string) => {
    const found = tensors.get(key)
    if (found === undefined) throw new Error(`${name} has no ${key}`)
    return found
  }
  return {
    float32: (key: string) => toFloat32(tensor(key)),
    float64: (key: string) => toFloat64(tensor(key)),
    below: (prefix: string) =>
      new Map(
        [...tensors]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, value]) => [key.slice(prefix.length), toFloat32(value)])
      )
  }
}

const at = (values: ArrayLike<number>, i: number) => values[i] ?? Number.NaN

/** The largest relative error of `found`. */
function largestError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = found.length === expected.length ? 0 : Number.NaN
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(at(found, i) / at(expected, i) - 1)
    if (!(error <= largest)) largest = error
  }
  return largest
}

/** The largest error of an entry of a Gramian, in geometric means of its two diagonal entries. */
function gramianError(found: ArrayLike<number>, expected: ArrayLike<number>, m: number): number {
  let largest = 0
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      const scale = Math.sqrt(at(expected, i * (m + 1)) * at(expected, j * (m + 1)))
      const error = Math.abs(at(found, i * m + j) - at(expected, i * m + j)) / scale
      if (!(error <= largest)) largest = error
    }
  }
  return largest
}

/** ‖found − expected‖ / ‖expected‖ over all tensors. */
function distance(found: ReadonlyMap<string, Float32Array>, expected: ReadonlyMap<string, Float32Array>): number {
  let error = 0
  let square = 0
  for (const [name, values] of expected) {
    const other = found.get(name) ?? new Float32Array(0)
    for (let i = 0; i < values.length; i++) {
      error += (at(other, i) - at(values, i)) ** 2
      square += at(values, i) ** 2
    }
  }
  return Math.sqrt(error / square)
}

const below = (error: number, bound: number, what: string) =>
  holds(error <= bound, `${what} off by ${error}, more than ${bound}`)

/** Losses, Gramian and pullback of one batch of each network, and ten recorded iterations of training. */
export const goldenCases = (engine: "cpu" | "webgpu"): readonly ConformanceCase[] => [
  ...Object.entries(networks).map(
    ([name, network]): ConformanceCase => ({
      name: `inspect on ${engine}: the golden batch of ${name}`,
      async run(readFile) {
        const golden = await goldenFile(readFile, name)
        const weights = golden.float64("input.weights")
        await using dualcone = await Dualcone.make()
        const { losses, gramian, direction, ...found } = await dualcone.inspect({
          ...{ network, engine, aggregator: constant({ weights: [...weights] }) },
          ...{
            parameters: golden.below("model."),
            inputs: golden.float32("input.x"),
            labels: golden.float64("input.y")
          }
        })
        holds(found.engine === engine, `it ran on ${found.engine}`)
        below(largestError(losses, golden.float64("expect.losses")), 1e-4, "the losses are")
        below(gramianError(gramian.values, golden.float64("expect.gramian"), losses.length), 1e-3, "the Gramian is")
        below(distance(direction, golden.below("expect.pullback.")), 1e-3, "the pullback is")
        return runDigest(Float64Array.of(...losses, ...gramian.values), direction)
      }
    })
  ),
  {
    name: `train on ${engine}: the first ten iterations of a recorded run`,
    async run(readFile) {
      const golden = await goldenFile(readFile, "training-mnist")
      const expected = golden.float64("expect.upgrad.losses").subarray(0, REPLAYED)
      const order = golden.float64("input.batches")
      const size = order.length / golden.float64("expect.upgrad.losses").length
      const data: TrainingData = {
        ...{ name: "training-mnist", examples: 1024, shape: [1, 28, 28] },
        ...{ images: golden.float32("input.images"), labels: golden.float64("input.labels") },
        ...{ scale: 255, mean: [0.1307], deviation: [0.3081] }
      }
      await using dualcone = await Dualcone.make()
      const run = dualcone.train({
        ...{ network: networks.mnist, parameters: golden.below("model."), data, engine },
        ...{ objective: instanceWise(crossEntropy), aggregator: upgrad(), optimizer: sgd({ learningRate: 0.005 }) },
        batches: Array.from({ length: REPLAYED }, (_, i) => Int32Array.from(order.subarray(i * size, (i + 1) * size)))
      })
      for await (const _ of run);
      const checkpoint = run.checkpoint()
      if (checkpoint === undefined) throw new Error("a run leaves a checkpoint")
      const { history, parameters } = checkpoint
      below(largestError(history.losses, expected), 1e-4, "the losses are")
      return runDigest(history.losses, parameters)
    }
  }
]
