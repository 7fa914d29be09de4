// What every step tells: the weight of each objective, the cosine of the direction and the mean gradient, the share of
// the pairs that conflict, and whether the weights are proved. Without conflicts they are those of the mean, 1/4 each.
import { crossEntropy, Dualcone, datasets, instanceWise, networks, sgd, upgrad } from "dualcone"

await using dualcone = await Dualcone.make()
const run = dualcone.train({
  network: networks.mnist,
  data: await datasets.digits({ examples: 64 }),
  objective: instanceWise(crossEntropy),
  aggregator: upgrad(),
  optimizer: sgd({ learningRate: 0.1 }),
  batchSize: 4,
  seed: 1
})
for await (const { iteration, weights, similarity, conflicts, certificate } of run) {
  const shown = Array.from(weights ?? [], (weight) => weight.toFixed(3)).join(", ")
  const share = Math.round(100 * (conflicts?.share ?? 0))
  console.log(
    `step ${iteration}: weights ${shown}; cosine ${similarity.toFixed(3)}; ${share} % conflict; ${certificate?.status}`
  )
}
