// A loss and a function of the parameters as objectives: how well a perceptron fits digits, and the logarithm of a bound
// on its Lipschitz constant, the product of the spectral norms of its layers. Mixing the two pays for a smoother network
// with loss; Bloop takes of the bound's gradient only what leaves the loss alone.
import {
  adam,
  bloop,
  crossEntropy,
  Dualcone,
  datasets,
  logLipschitz,
  mixed,
  type NetworkDescription,
  regularized
} from "dualcone"

const network: NetworkDescription = {
  name: "perceptron",
  input: [1, 28, 28],
  layers: [{ kind: "flatten" }, { kind: "linear", outputs: 32 }, { kind: "relu" }, { kind: "linear", outputs: 10 }]
}

await using dualcone = await Dualcone.make()
const data = await datasets.digits({ examples: 512 })
const ways = {
  "without it": mixed({ lambda: 0 }),
  mixed: mixed({ lambda: 0.3 }),
  bloop: bloop({ lambda: 0.3, average: "after" }) // leaves the moving average of the loss's gradient alone
}
for (const [name, aggregator] of Object.entries(ways)) {
  const run = dualcone.train({
    network,
    data,
    objective: regularized(crossEntropy, logLipschitz()), // row 0 the mean loss of the batch, row 1 the bound
    aggregator,
    optimizer: adam({ learningRate: 0.001 }),
    batchSize: 32,
    epochs: 40,
    seed: 1
  })
  let [loss, bound] = [0, 0]
  for await (const { epoch, losses } of run) {
    if (epoch === 40) loss += (losses[0] ?? 0) / 16
    bound = losses[1] ?? 0
  }
  console.log(`${name}: loss ${loss.toFixed(3)}, log Lipschitz ${bound.toFixed(2)}`)
}
