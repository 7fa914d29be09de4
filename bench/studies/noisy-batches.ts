/**
 * Averaged weights against the noise of small batches: "On the Convergence of Stochastic Multi-Objective Gradient
 * Manipulation" (CR-MOGM, NeurIPS 2022), Table 2, on MultiFashion: two garments in one picture, a task each.
 *
 * Each method trains the LeNet of Sener and Koltun (arXiv 1810.04650, without dropout) by SGD for as many steps, on
 * batches of 8, 4 and 2. Weights from a batch are biased by its noise, the more the smaller it is; averaged over the
 * steps they are not. What is told is the loss of both tasks together, on examples of the training set, in the end.
 *
 *   bun bench/studies/noisy-batches.ts [--folder FOLDER] [--steps N] [--json FILE]
 *
 * @module
 */
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import {
  type Aggregator,
  crMogm,
  crossEntropy,
  Dualcone,
  datasets,
  mean,
  mgda,
  multiTask,
  type NetworkDescription,
  pcgrad,
  sgd,
  type TrainingData
} from "dualcone"
import { textTable } from "dualcone/bench"

const EXAMPLES = 30_000
/** Of them, those on which the loss is taken in the end. */
const MEASURED = 3000
const BATCH_SIZES = [8, 4, 2]
const CLASSES = 10

const methods: Readonly<Record<string, Aggregator>> = {
  mean: mean(),
  mgda: mgda(),
  "cr-mgda": crMogm({ weighting: mgda() }),
  pcgrad: pcgrad(),
  "cr-pcgrad": crMogm({ weighting: pcgrad() })
}

const head = [{ kind: "linear", outputs: 50 }, { kind: "relu" }, { kind: "linear", outputs: CLASSES }] as const
const network: NetworkDescription = {
  name: "lenet-two-heads",
  input: [1, 28, 28],
  layers: [
    ...([{ kind: "conv2d", outputs: 10, kernel: 5 }, { kind: "max-pool2d", kernel: 2 }, { kind: "relu" }] as const),
    ...([{ kind: "conv2d", outputs: 20, kernel: 5 }, { kind: "max-pool2d", kernel: 2 }, { kind: "relu" }] as const),
    ...([{ kind: "flatten" }, { kind: "linear", outputs: 50 }, { kind: "relu" }] as const)
  ],
  heads: { left: { layers: head }, right: { layers: head } }
}

/** −log softmax(outputs)_label, summed over the two heads, in the mean over the examples. */
function lossOfBoth(outputs: Float32Array, labels: ArrayLike<number>, examples: number): number {
  let sum = 0
  for (let row = 0; row < 2 * examples; row++) {
    const logits = outputs.subarray(row * CLASSES, (row + 1) * CLASSES)
    const largest = Math.max(...logits)
    const total = logits.reduce((all, logit) => all + Math.exp(logit - largest), 0)
    sum += Math.log(total) + largest - (logits[labels[row] ?? 0] ?? Number.NaN)
  }
  return sum / examples
}

const { values: flags } = parseArgs({
  options: {
    folder: { type: "string", default: "/usr/share/datasets/fashion-mnist" },
    steps: { type: "string", default: "7500" },
    json: { type: "string" }
  }
})
const steps = Number(flags.steps)
const pairs = await datasets.multiFashion({ folder: flags.folder, examples: EXAMPLES })
const data: TrainingData = pairs
const measured: TrainingData = {
  ...pairs,
  examples: MEASURED,
  images: pairs.images.subarray(0, MEASURED * 784),
  labels: pairs.labels.subarray(0, 2 * MEASURED)
}

await using dualcone = await Dualcone.make({ threads: 1 })
const rows: { readonly method: string; readonly batchSize: number; readonly loss: number }[] = []
for (const batchSize of BATCH_SIZES) {
  for (const [method, aggregator] of Object.entries(methods)) {
    const objective = multiTask(crossEntropy)
    // PCGrad is a sum of rows here, and a mean in the paper.
    const optimizer = sgd({ learningRate: method.endsWith("pcgrad") ? 0.015 : 0.03 })
    const epochs = Math.ceil((steps * batchSize) / EXAMPLES)
    const run = dualcone.train({
      ...{ network, data, objective, aggregator, optimizer, batchSize, epochs, seed: 1, engine: "cpu" }
    })
    for await (const { iteration } of run) if (iteration === steps) break
    const { parameters } = run.checkpoint() ?? { parameters: new Map<string, Float32Array>() }
    const { outputs } = await dualcone.predict({ network, parameters, data: measured, engine: "cpu" })
    const loss = lossOfBoth(outputs, measured.labels, MEASURED)
    rows.push({ method, batchSize, loss })
    process.stderr.write(`${method}, batches of ${batchSize}: ${loss.toFixed(3)}\n`)
  }
}
const lossOf = (method: string, batchSize: number) =>
  rows.find((row) => row.method === method && row.batchSize === batchSize)?.loss ?? Number.NaN
process.stdout.write(
  textTable([
    ["loss of both tasks, batches of", ...Object.keys(methods)],
    ...BATCH_SIZES.map((size): readonly [string, ...string[]] => [
      String(size),
      ...Object.keys(methods).map((method) => lossOf(method, size).toFixed(2))
    ])
  ])
)
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify({ steps, rows }, null, 2)}\n`)
