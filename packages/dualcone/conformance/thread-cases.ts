/** Engines on 1, 2 and 3 threads: the same bits, in every runtime, and workers that end. */
import {
  crossEntropy,
  Dualcone,
  instanceWise,
  loadWasmFor,
  makeCpuEngine,
  type NetworkDescription,
  networks,
  runDigest,
  sgd,
  upgrad
} from "../src/index.ts"
import { bits, type ConformanceCase, holds } from "./case.ts"

const THREADS = [1, 2, 3] as const
const BATCH = 11

/** No multiple of a tile anywhere. */
const odd: NetworkDescription = {
  name: "odd",
  input: [2, 15, 13],
  layers: [
    { kind: "conv2d", outputs: 16, kernel: 3 },
    { kind: "max-pool2d", kernel: 2 },
    { kind: "elu" },
    { kind: "conv2d", outputs: 7, kernel: 2, padding: 1 },
    { kind: "tanh" },
    { kind: "flatten" },
    { kind: "linear", outputs: 5 }
  ]
}

/** What a step leaves: the losses, the corners of the Gramian, and sums over the direction. */
async function step(network: NetworkDescription, threads: number): Promise<string> {
  const wasm = await loadWasmFor(threads)
  using engine = makeCpuEngine(wasm, { network, batchSize: BATCH, threads })
  const expected = wasm.workers === null ? 1 : threads // a page that is not isolated has one
  holds(engine.threads === expected, `${engine.threads} threads instead of ${expected}`)
  engine.outputs()
  engine.outputs() // workers start with the second batch
  await wasm.workers?.ready()
  holds((wasm.workers?.serving ?? 0) >= expected - 1, `${wasm.workers?.serving} workers serve`)
  engine.initialise(2)
  const { inputs, labels } = engine
  for (let i = 0; i < inputs.length; i++) inputs[i] = ((i * 7919) % 2003) / 1001.5 - 1
  for (let i = 0; i < labels.length; i++) labels[i] = i % engine.plan.outputSize
  const linearization = engine.linearize()
  const gramian = linearization.gramian().values.slice()
  const direction = linearization.pullback(new Float64Array(BATCH).fill(1 / BATCH))
  let [sum, alternating] = [0, 0]
  direction.forEach((entry, k) => {
    sum += entry
    alternating += k % 2 === 0 ? entry : -entry
  })
  return bits([
    ...linearization.values,
    gramian[0] ?? 0,
    gramian[BATCH - 1] ?? 0,
    gramian.at(-1) ?? 0,
    sum,
    alternating
  ])
}

/** What all numbers of threads give, once. */
async function same(of: (threads: number) => Promise<string>): Promise<string> {
  const [first = "", ...others] = [await of(1), await of(2), await of(3)]
  others.forEach((other, i) => {
    holds(other === first, `${THREADS[i + 1]} threads give ${other} instead of ${first}`)
  })
  return first
}

async function trained(threads: number): Promise<string> {
  await using dualcone = await Dualcone.make({ threads })
  const run = dualcone.train({
    network: networks.svhn,
    data: {
      name: "bytes",
      examples: 40,
      shape: [3, 32, 32],
      images: Uint8Array.from({ length: 40 * 3072 }, (_, i) => (i * 6343) % 251),
      labels: Int32Array.from({ length: 40 }, (_, i) => i % 10),
      scale: 255,
      mean: [0.5],
      deviation: [0.25]
    },
    objective: instanceWise(crossEntropy),
    aggregator: upgrad(),
    optimizer: sgd({ learningRate: 0.05 }),
    batchSize: 12,
    epochs: 2,
    seed: 7,
    engine: "cpu"
  })
  for await (const _ of run);
  const checkpoint = run.checkpoint()
  if (checkpoint === undefined) throw new Error("a run leaves a checkpoint")
  return runDigest(checkpoint.history.losses, checkpoint.parameters)
}

/** Bits, and ends. */
export const threadCases: readonly ConformanceCase[] = [
  ...[...Object.values(networks), odd].map((network) => ({
    name: `one step of ${network.name} on 1, 2 and 3 threads`,
    run: () => same((threads) => step(network, threads))
  })),
  {
    name: "a run on 1, 2 and 3 threads",
    run: () => same(trained)
  },
  {
    name: "workers end with the engine, also after it refused a batch",
    async run() {
      const wasm = await loadWasmFor(2)
      const { workers } = wasm
      {
        using engine = makeCpuEngine(wasm, { network: odd, batchSize: BATCH, threads: 2 })
        engine.outputs()
        engine.outputs()
        await workers?.ready()
        holds(workers === null || workers.serving > 0, "no worker serves")
        engine.labels[0] = -1
        let refused = false
        try {
          engine.linearize()
        } catch {
          refused = true
        }
        holds(refused, "a label of -1 was taken")
      }
      const deadline = performance.now() + 5000
      while ((workers?.serving ?? 0) > 0 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
      holds((workers?.serving ?? 0) === 0, `${workers?.serving} workers serve on`)
      return undefined
    }
  }
]
