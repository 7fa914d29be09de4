// A small residual network on digits. A sum of branches is a layer, a branch without layers is the identity, and
// GroupNorm stands where others put BatchNorm, which mixes the examples of a batch: none would have its own gradient.
import {
  crossEntropy,
  Dualcone,
  datasets,
  instanceWise,
  type Layer,
  type NetworkDescription,
  sgd,
  upgrad
} from "dualcone"

const convolution = (stride = 1): Layer => ({ kind: "conv2d", outputs: 8, kernel: 3, stride, padding: 1 })
const norm: Layer = { kind: "group-norm", groups: 4 }
const elu: Layer = { kind: "elu" }
const residual: Layer = { kind: "sum", branches: [[], [convolution(), norm, elu, convolution(), norm]] }

const network: NetworkDescription = {
  name: "residual",
  input: [1, 28, 28],
  layers: [
    ...[convolution(2), norm, elu, residual, elu],
    ...[convolution(2), norm, elu, residual, elu],
    { kind: "flatten" },
    { kind: "linear", outputs: 10 }
  ]
}

await using dualcone = await Dualcone.make()
const run = dualcone.train({
  network,
  data: await datasets.digits({ examples: 512 }),
  objective: instanceWise(crossEntropy),
  aggregator: upgrad(),
  optimizer: sgd({ learningRate: 0.05 }),
  epochs: 3,
  seed: 1
})
for await (const { iteration, meanLoss, similarity } of run) {
  if (iteration % 8 > 0) continue
  console.log(`step ${iteration}: mean loss ${meanLoss.toFixed(3)}, cosine to the mean ${similarity.toFixed(3)}`)
}
