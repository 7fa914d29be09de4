// Instance-wise multi-task learning: every digit of a batch has two losses, its class and its parity, and each of the
// two is an objective. A batch of 16 makes 32 of them, in the order of the examples.
import { crossEntropy, Dualcone, datasets, instanceWiseMultiTask, type NetworkDescription, sgd, upgrad } from "dualcone"

const network: NetworkDescription = {
  name: "class-and-parity",
  input: [1, 28, 28],
  layers: [{ kind: "flatten" }, { kind: "linear", outputs: 32 }, { kind: "elu" }],
  heads: {
    class: { layers: [{ kind: "linear", outputs: 10 }] },
    parity: { layers: [{ kind: "linear", outputs: 2 }] }
  }
}

await using dualcone = await Dualcone.make()
const digits = await datasets.digits({ examples: 512 })
const run = dualcone.train({
  network,
  data: { ...digits, labels: Array.from(digits.labels).flatMap((digit) => [digit, digit % 2]) },
  objective: instanceWiseMultiTask({ class: crossEntropy, parity: crossEntropy }),
  aggregator: upgrad(),
  optimizer: sgd({ learningRate: 0.05 }),
  batchSize: 16,
  epochs: 3,
  seed: 1
})
const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
for await (const { iteration, losses } of run) {
  if (iteration % 16 > 0) continue
  const ofClass = meanOf(losses.filter((_, row) => row % 2 === 0)).toFixed(3)
  const ofParity = meanOf(losses.filter((_, row) => row % 2 === 1)).toFixed(3)
  console.log(`step ${iteration}: ${losses.length} objectives, class ${ofClass}, parity ${ofParity}`)
}
