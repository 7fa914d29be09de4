// Partial Jacobian descent: the Gramian, and so the weights, come from the last layers alone, and all parameters follow
// these weights. On these digits the conflicts of the last layers tell enough: the losses fall just as far.
import { crossEntropy, Dualcone, datasets, instanceWise, type NetworkDescription, sgd, upgrad } from "dualcone"

const network: NetworkDescription = {
  name: "dense",
  input: [1, 28, 28],
  layers: [
    { kind: "flatten" },
    { kind: "linear", outputs: 64 },
    { kind: "elu" },
    { kind: "linear", outputs: 32 },
    { kind: "elu" },
    { kind: "linear", outputs: 10 }
  ]
}
const parts = { "all layers": undefined, "the last two linear layers": ["3", "5"], "the last one": ["5"] }

await using dualcone = await Dualcone.make()
const data = await datasets.digits({ examples: 512 })
for (const [label, jacobianOf] of Object.entries(parts)) {
  const run = dualcone.train({
    network,
    data,
    objective: instanceWise(crossEntropy, jacobianOf === undefined ? {} : { jacobianOf }),
    aggregator: upgrad(),
    optimizer: sgd({ learningRate: 0.05 }),
    epochs: 4,
    seed: 1
  })
  const losses: number[] = []
  for await (const { meanLoss } of run) losses.push(meanLoss)
  const meanOf = (some: readonly number[]) => some.reduce((sum, loss) => sum + loss, 0) / some.length
  const [before, after] = [meanOf(losses.slice(0, 16)), meanOf(losses.slice(-16))]
  console.log(`Gramian of ${label}: mean loss ${before.toFixed(3)} in the first epoch, ${after.toFixed(3)} in the last`)
}
