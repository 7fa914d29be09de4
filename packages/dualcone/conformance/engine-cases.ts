/** The same short training through the public API on each engine. */
import {
  crossEntropy,
  Dualcone,
  datasets,
  instanceWise,
  type NetworkDescription,
  runDigest,
  sgd,
  upgrad
} from "../src/index.ts"
import { type ConformanceCase, holds } from "./case.ts"

/** A small relative of the MNIST network, of the family that every engine has kernels for. */
const network: NetworkDescription = {
  name: "small",
  input: [1, 28, 28],
  layers: [
    { kind: "conv2d", outputs: 8, kernel: 3 },
    { kind: "elu" },
    { kind: "conv2d", outputs: 16, kernel: 3 },
    { kind: "max-pool2d", kernel: 2 },
    { kind: "elu" },
    { kind: "conv2d", outputs: 16, kernel: 3 },
    { kind: "max-pool2d", kernel: 3 },
    { kind: "elu" },
    { kind: "flatten" },
    { kind: "linear", outputs: 16 },
    { kind: "elu" },
    { kind: "linear", outputs: 10 }
  ]
}

/** Twenty iterations: five batches of eight digits, four times. */
async function trained(engine: "cpu" | "webgpu") {
  await using dualcone = await Dualcone.make()
  const run = dualcone.train({
    ...{ network, data: await datasets.mnist({ examples: 40 }), batchSize: 8, epochs: 4, seed: 11, engine },
    ...{ objective: instanceWise(crossEntropy), aggregator: upgrad() },
    optimizer: sgd({ learningRate: 0.05, momentum: 0.5 })
  })
  for await (const _ of run);
  const checkpoint = run.checkpoint()
  if (checkpoint === undefined) throw new Error("a run leaves a checkpoint")
  const { history, parameters } = checkpoint
  holds(history.losses.length === 20, `${history.losses.length} iterations instead of 20`)
  holds((history.losses.at(-1) ?? 1) < (history.losses[0] ?? 0), "the loss did not fall")
  return { losses: history.losses, digest: await runDigest(history.losses, parameters) }
}

/** On the CPU: the same bits in every runtime. */
export const cpuEngineCases: readonly ConformanceCase[] = [
  { name: "train on cpu: twenty iterations of a small network", run: async () => (await trained("cpu")).digest }
]

/** On WebGPU: the same bits on the same device, and the losses of the CPU to single precision. */
export const webGpuEngineCases: readonly ConformanceCase[] = [
  ...cpuEngineCases,
  {
    name: "train on webgpu: twenty iterations of a small network, beside the CPU's",
    async run() {
      const [cpu, gpu] = [await trained("cpu"), await trained("webgpu")]
      gpu.losses.forEach((loss, i) => {
        const expected = cpu.losses[i] ?? Number.NaN
        holds(Math.abs(loss / expected - 1) < 1e-4, `loss ${i} is ${loss}, the CPU's ${expected}`)
      })
      return gpu.digest
    }
  }
]
