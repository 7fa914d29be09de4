// The direction of an aggregator goes to any optimizer. Here AdamW at a bold learning rate: warmed up over ten steps it
// starts better than at the constant rate, and along a cosine down to zero it ends better.
import {
  adamW,
  crossEntropy,
  Dualcone,
  datasets,
  instanceWise,
  type NetworkDescription,
  schedules,
  sgd,
  upgrad
} from "dualcone"

const network: NetworkDescription = {
  name: "dense",
  input: [1, 28, 28],
  layers: [{ kind: "flatten" }, { kind: "linear", outputs: 64 }, { kind: "elu" }, { kind: "linear", outputs: 10 }]
}
const cosine = schedules.cosine({ initial: 0.02, iterations: 55 })
const optimizers = {
  SGD: sgd({ learningRate: 0.1 }),
  AdamW: adamW({ learningRate: 0.02 }),
  "AdamW with warm-up and cosine": adamW({ learningRate: schedules.linearWarmup({ iterations: 10, schedule: cosine }) })
}

await using dualcone = await Dualcone.make()
const data = await datasets.digits({ examples: 512 })
for (const [label, optimizer] of Object.entries(optimizers)) {
  const run = dualcone.train({
    network,
    data,
    objective: instanceWise(crossEntropy),
    aggregator: upgrad(),
    optimizer,
    epochs: 4,
    seed: 1
  })
  const epochs: number[] = []
  for await (const { epoch, meanLoss } of run) epochs[epoch - 1] = (epochs[epoch - 1] ?? 0) + meanLoss / 16
  console.log(`${label}: mean loss of the epochs ${epochs.map((loss) => loss.toFixed(3)).join(", ")}`)
}
