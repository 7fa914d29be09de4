// Two gradients that disagree: the mean moves against the first one, UPGrad against neither.
import { Dualcone, mean, upgrad } from "dualcone"

const jacobian = [
  [-4, 1, 1],
  [6, 1, 1]
]

await using dualcone = await Dualcone.make()
for (const aggregator of [mean(), upgrad()]) {
  const { direction } = dualcone.aggregate(aggregator, jacobian)
  const gains = jacobian.map((row) => row.reduce((sum, entry, k) => sum + entry * (direction[k] ?? 0), 0))
  console.log(`${aggregator.name}: direction ${round(direction)}, first-order gain of each objective ${round(gains)}`)
}

function round(values: Iterable<number>): string {
  return `[${Array.from(values, (value) => value.toFixed(3)).join(", ")}]`
}
