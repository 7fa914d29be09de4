/**
 * Milliseconds of an UPGrad step on TensorFlow.js's CPU backend, batches of 32, row by row: the least of some.
 *
 *   bun packages/tfjs/test/step-times.ts
 */
import { upgrad } from "@dualcone/aggregation"
import { makeDescent } from "@dualcone/tfjs"
import { loadWasm } from "@dualcone/wasm"
import { networks } from "../../network/src/index.ts"
import { perceptron as perceptronNetwork, randomBatch } from "../../network/test/upgrad-of-batch.ts"
import { tf } from "./backend.ts"
import { perceptron, svhn } from "./models.ts"

const wasm = await loadWasm()
const objectives = 32
for (const { network, build, steps } of [
  { network: perceptronNetwork, build: perceptron, steps: 20 },
  { network: networks.svhn, build: svhn, steps: 2 }
]) {
  const { variables, losses } = build(await randomBatch(network, objectives))
  using descent = makeDescent(wasm, { aggregator: upgrad(), optimizer: tf.train.sgd(0.01), variables })
  const rows = { objectives, loss: (row: number) => tf.squeeze(losses(row, row + 1)) }
  let least = Number.POSITIVE_INFINITY
  for (let step = 0; step < steps; step++) {
    const start = performance.now()
    await descent.step(rows)
    least = Math.min(least, performance.now() - start)
  }
  console.log(network.name, least.toFixed(1))
}
