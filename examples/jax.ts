// A function of jax-js, each example an objective: its vmap(grad), UPGrad's direction, an optimizer of Dualcone.
import process from "node:process"
import { exampleLosses, makeDescent } from "@dualcone/jax"
import { defaultDevice, init, type Array as JaxArray, nn, numpy as np, random } from "@jax-js/jax"
import { datasets, loadWasm, makeOptimizer, sgd, upgrad } from "dualcone"

await init("wasm")
defaultDevice("wasm")

const examples = 256
const batchSize = 32
const digits = await datasets.mnist({ examples })
const images = Float32Array.from(digits.images, (level) => level / digits.scale)
const labels = Int32Array.from(digits.labels)

// What is handed on is used up in jax-js: here every argument once.
type Parameters = { hidden: JaxArray; output: JaxArray }
const loss = ({ hidden, output }: Parameters, pixels: JaxArray, chosen: JaxArray) =>
  nn
    .logSoftmax(np.matmul(nn.elu(np.matmul(pixels, hidden)), output))
    .mul(chosen)
    .sum()
    .neg()

using losses = exampleLosses(loss)
const uniform = (seed: number, shape: number[]) => {
  const bound = 1 / Math.sqrt(shape[0] ?? 1)
  return random.uniform(random.key(seed), shape, { minval: -bound, maxval: bound })
}
using descent = makeDescent(await loadWasm(), {
  losses,
  aggregator: upgrad(),
  optimizer: (n) => makeOptimizer(sgd({ learningRate: 0.1 }), n),
  parameters: { hidden: uniform(1, [784, 32]), output: uniform(2, [32, 10]) }
})
for (let step = 1; step <= 48; step++) {
  const first = ((step - 1) * batchSize) % examples
  const pixels = np.array(images.slice(first * 784, (first + batchSize) * 784), { shape: [batchSize, 784] })
  const chosen = nn.oneHot(np.array(labels.slice(first, first + batchSize)), 10)
  const { values, certificate } = await descent.step(pixels, chosen)
  const mean = values.reduce((sum, value) => sum + value, 0) / batchSize
  if (step % 16 === 0) console.log(`step ${step}: mean loss ${mean.toFixed(2)}, ${certificate?.status}`)
}
process.exit() // the workers of jax-js keep Bun and Deno running
