// Eight clients, each with a shard of every batch; the last one sends poison. The mean follows it off a cliff. Multi-Krum,
// the mean of the gradients closest to their neighbours, and the trimmed mean of each coordinate do not.
import {
  crossEntropy,
  Dualcone,
  datasets,
  krum,
  mean,
  type NetworkDescription,
  sgd,
  sharded,
  trimmedMean
} from "dualcone"

const network: NetworkDescription = {
  name: "dense",
  input: [1, 28, 28],
  layers: [{ kind: "flatten" }, { kind: "linear", outputs: 32 }, { kind: "elu" }, { kind: "linear", outputs: 10 }]
}

// Client c owns the examples 64 c to 64 c + 63, and sends four of them in each step.
const [clients, own, sent] = [8, 64, 4]
const batches = Array.from({ length: own / sent }, (_, step) =>
  Array.from({ length: clients * sent }, (_, i) => Math.floor(i / sent) * own + step * sent + (i % sent))
)

// The last client's images are negative and glaring, and its labels are wrong.
const digits = await datasets.digits({ examples: clients * own })
const honest = (clients - 1) * own
const images = Float32Array.from(digits.images, (level, at) => (at < honest * 28 * 28 ? level : -100 * level))
const labels = Array.from(digits.labels, (label, i) => (i < honest ? label : (label + i) % 10))

await using dualcone = await Dualcone.make()
for (const aggregator of [mean(), krum({ byzantine: 1, selected: 5 }), trimmedMean({ trim: 1 })]) {
  const run = dualcone.train({
    network,
    data: { ...digits, images, labels },
    objective: sharded(crossEntropy, clients),
    aggregator,
    optimizer: sgd({ learningRate: 0.05 }),
    batches: [...batches, ...batches, ...batches, ...batches],
    seed: 1
  })
  let loss = Number.NaN
  for await (const { losses } of run) loss = losses.slice(0, -1).reduce((sum, each) => sum + each, 0) / (clients - 1)
  console.log(`${aggregator.name}: the last mean loss of the honest clients is ${loss.toFixed(3)}`)
}
