// Momentum as an objective: an optimizer adds the gradient and its moving average; "Jacobian Descent" suggests to
// aggregate the two instead, so that no step goes against either. In a narrow valley the heavy ball arrives first but
// goes up every other step; UPGrad of {gradient, momentum} hardly ever does, where the gradient alone diverges.
import { type Aggregator, Dualcone, gradientAndMomentum, type JacobianObjective, mean, sgd, upgrad } from "dualcone"

const valley: JacobianObjective = {
  values: ([x = 0, y = 0]) => [(x ** 2 + 100 * y ** 2) / 2],
  jacobian: ([x = 0, y = 0]) => [[x, 100 * y]]
}

await using dualcone = await Dualcone.make()

async function report(label: string, aggregator: Aggregator, momentum: number): Promise<void> {
  const options = { objective: valley, start: [10, 1], optimizer: sgd({ learningRate: 0.03, momentum }), steps: 200 }
  let rises = 0
  let last = Number.POSITIVE_INFINITY
  for await (const { values } of dualcone.descend({ ...options, aggregator })) {
    const [value = 0] = values
    if (value > last) rises++
    last = value
  }
  console.log(`${label}: ${last.toExponential(2)} after ${options.steps} steps, of which ${rises} went up`)
}

await report("gradient alone", mean(), 0)
await report("heavy ball", mean(), 0.9)
await report("UPGrad of gradient and momentum", gradientAndMomentum({ weighting: upgrad() }), 0)
