/**
 * Milliseconds of an UPGrad step on jax-js's WebAssembly backend and on the CPU engine, batches of 32, the least of some.
 *
 *   bun packages/jax/test/step-times.ts
 */
import process from "node:process"
import { planAggregator, upgrad } from "@dualcone/aggregation"
import { makeOptimizer, sgd } from "@dualcone/descent"
import { makeDescent } from "@dualcone/jax"
import { loadWasm, loadWasmFor } from "@dualcone/wasm"
import { defaultDevice, init, tree } from "@jax-js/jax"
import { makeCpuEngine, type NetworkDescription, networks } from "../../network/src/index.ts"
import { perceptron as perceptronNetwork, randomBatch } from "../../network/test/upgrad-of-batch.ts"
import { arraysOf, byExample, perceptron, svhn } from "./models.ts"

await init("wasm")
defaultDevice("wasm")
const batchSize = 32
const optimizer = (n: number) => makeOptimizer(sgd({ learningRate: 0.01 }), n)

/** The least of so many. */
async function leastOf(steps: number, step: () => unknown): Promise<string> {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < steps; i++) {
    const start = performance.now()
    await step()
    least = Math.min(least, performance.now() - start)
  }
  return least.toFixed(2)
}

async function ofJax(network: NetworkDescription, logits: typeof perceptron): Promise<string> {
  const { parameters, batch } = arraysOf(await randomBatch(network, batchSize))
  const wasm = await loadWasm()
  using losses = byExample(logits)
  using descent = makeDescent(wasm, { losses, aggregator: upgrad(), optimizer, parameters })
  return await leastOf(20, () => descent.step(...tree.ref(batch)))
}

async function ofEngine(network: NetworkDescription): Promise<string> {
  const { inputs, labels } = await randomBatch(network, batchSize)
  const wasm = await loadWasmFor("auto")
  using engine = makeCpuEngine(wasm, { network, batchSize })
  engine.initialise(1)
  const parameters = engine.parameters.length
  using aggregator = planAggregator(wasm, upgrad(), { objectives: batchSize, parameters })
  const update = optimizer(parameters)
  let iteration = 0
  return await leastOf(300, () => {
    engine.inputs.set(inputs)
    engine.labels.set(labels)
    update.update(engine.parameters, aggregator.aggregate(engine.linearize()).direction, ++iteration)
  })
}

for (const [network, logits] of [
  [perceptronNetwork, perceptron],
  [networks.svhn, svhn]
] as const) {
  console.log(network.name, "engine", await ofEngine(network), "jax-js", await ofJax(network, logits))
}
process.exit() // the workers of jax-js keep Bun and Deno running
