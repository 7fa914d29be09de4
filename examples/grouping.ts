// Together or by layer: one Gramian of all parameters gives one weight an example, `grouped` weighs the examples anew
// in each layer, so that each layer settles its own conflicts, and needs the whole Jacobian for it.
import {
  type Aggregator,
  crossEntropy,
  Dualcone,
  datasets,
  grouped,
  instanceWise,
  loadWasm,
  makeCpuEngine,
  type NetworkDescription,
  sgd,
  upgrad
} from "dualcone"

const dense = (outputs: number) => ({ kind: "linear", outputs }) as const
const elu = { kind: "elu" } as const
const network: NetworkDescription = {
  name: "dense",
  input: [1, 28, 28],
  layers: [{ kind: "flatten" }, dense(32), elu, dense(16), elu, dense(10)]
}

// The columns of each layer, in the engine's own order; padding goes to the layer before it.
using engine = makeCpuEngine(await loadWasm(), { network, batchSize: 1 })
const starts = engine.columnGroups.map(({ start }) => start)
const groups = starts.map((start, i) => (starts[i + 1] ?? engine.parameters.length) - start)
console.log(`columns of the layers: ${groups}`)

await using dualcone = await Dualcone.make()
const data = await datasets.digits({ examples: 256 })
const weighting = upgrad()
const methods: Readonly<Record<string, Aggregator>> = {
  together: weighting,
  "by layer": grouped({ weighting, groups })
}
for (const [label, aggregator] of Object.entries(methods)) {
  const objective = instanceWise(crossEntropy)
  const optimizer = sgd({ learningRate: 0.05 })
  const run = dualcone.train({ network, data, objective, aggregator, optimizer, epochs: 4, seed: 1 })
  for await (const { iteration, meanLoss, similarity } of run) {
    if (iteration % 16 > 0) continue
    console.log(
      `${label}, step ${iteration}: mean loss ${meanLoss.toFixed(3)}, cosine to the mean ${similarity.toFixed(3)}`
    )
  }
}
