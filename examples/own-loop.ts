// The training loop by hand, for loops that the library does not have: an engine that linearizes the losses of a batch,
// an aggregator that is planned once, an optimizer that updates the parameters in place.
import {
  crossEntropy,
  datasets,
  loadWasm,
  makeCpuEngine,
  makeOptimizer,
  networks,
  planAggregator,
  prepareData,
  sgd,
  shuffled,
  upgrad
} from "dualcone"

const data = await datasets.digits({ examples: 256 })
const schedule = shuffled({ examples: data.examples, batchSize: 32, epochs: 2, seed: 1 })

const wasm = await loadWasm()
using engine = makeCpuEngine(wasm, { network: networks.mnist, batchSize: 32, objective: crossEntropy })
const parameters = engine.parameters.length
using aggregator = planAggregator(wasm, upgrad(), { objectives: 32, parameters })
const optimizer = makeOptimizer(sgd({ learningRate: 0.1 }), parameters)
const prepared = prepareData(data, engine.plan)

engine.initialise(1)
for (let iteration = 1; iteration <= schedule.iterations; iteration++) {
  prepared.batch(schedule.batch(iteration)).write(engine)
  const linearization = engine.linearize()
  const { direction, certificate } = aggregator.aggregate(linearization)
  const meanLoss = linearization.values.reduce((sum, loss) => sum + loss, 0) / 32
  optimizer.update(engine.parameters, direction, iteration)
  if (iteration % 4 === 0) console.log(`step ${iteration}: mean loss ${meanLoss.toFixed(4)}, ${certificate?.status}`)
}
