// Jacobian descent on a function of one's own with a hand-written Jacobian. The two objectives share nothing and never
// conflict; still MGDA, which looks for the shortest combination, stops where the first of them cannot fall any more.
import { Dualcone, type JacobianObjective, mgda, sgd, upgrad } from "dualcone"

const objective: JacobianObjective = {
  values: ([a = 0, b = 0]) => [a * a, b * b],
  jacobian: ([a = 0, b = 0]) => [
    [2 * a, 0],
    [0, 2 * b]
  ]
}

await using dualcone = await Dualcone.make()
for (const aggregator of [mgda(), upgrad()]) {
  const run = dualcone.descend({
    objective,
    aggregator,
    start: [3, -2],
    optimizer: sgd({ learningRate: 0.1 }),
    steps: 100
  })
  for await (const { iteration, values } of run) {
    if (iteration % 50 > 0) continue
    console.log(`${aggregator.name}, step ${iteration}: values ${Array.from(values, (value) => value.toFixed(4))}`)
  }
}
