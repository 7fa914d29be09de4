// Instance-wise training: every digit of a batch is an objective of its own, and no step sacrifices one to the others.
import { crossEntropy, Dualcone, datasets, instanceWise, type NetworkDescription, sgd, upgrad } from "dualcone"

const network: NetworkDescription = {
  name: "small",
  input: [1, 28, 28],
  layers: [
    { kind: "conv2d", outputs: 8, kernel: 3, stride: 2 },
    { kind: "elu" },
    { kind: "conv2d", outputs: 16, kernel: 3 },
    { kind: "max-pool2d", kernel: 2 },
    { kind: "elu" },
    { kind: "flatten" },
    { kind: "linear", outputs: 10 }
  ]
}

await using dualcone = await Dualcone.make()
const run = dualcone.train({
  network,
  data: await datasets.mnist({ examples: 512 }),
  objective: instanceWise(crossEntropy),
  aggregator: upgrad(),
  optimizer: sgd({ learningRate: 0.1 }),
  batchSize: 32,
  epochs: 3,
  seed: 1
})
for await (const { iteration, meanLoss, similarity, conflicts } of run) {
  if (iteration % 8 > 0) continue
  const share = Math.round(100 * (conflicts?.share ?? 0))
  console.log(
    `iteration ${iteration}: mean loss ${meanLoss.toFixed(4)}, ${share} % of the pairs conflict, cosine to the mean ${similarity.toFixed(3)}`
  )
}
