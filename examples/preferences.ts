// The preference of UPGrad says whose projected gradient counts how much. Two bowls have the segment between their
// centres as Pareto set; sweeping the preference walks the end of the descent along it.
import { Dualcone, type JacobianObjective, sgd, upgrad } from "dualcone"

const bowls: JacobianObjective = {
  values: ([x = 0, y = 0]) => [(x + 1) ** 2 + y ** 2, (x - 1) ** 2 + y ** 2],
  jacobian: ([x = 0, y = 0]) => [
    [2 * (x + 1), 2 * y],
    [2 * (x - 1), 2 * y]
  ]
}

await using dualcone = await Dualcone.make()
for (const right of [0.01, 0.25, 0.5, 0.75, 0.99]) {
  const options = {
    objective: bowls,
    aggregator: upgrad({ preference: [1 - right, right] }),
    start: [0, 3],
    optimizer: sgd({ learningRate: 0.05 }),
    steps: 400
  }
  let end: ArrayLike<number> = options.start
  for await (const { next } of dualcone.descend(options)) end = next
  const [x, y] = Array.from(end, (entry) => entry.toFixed(3))
  console.log(`preference ${right} for the right bowl: ends at (${x}, ${y})`)
}
