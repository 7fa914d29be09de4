// One main loss and an auxiliary one that may only help: a² / 2 and ((a - 1)² + b²) / 2, section 3.3 of Bloop. Mixing
// them ends where neither wants to be; Bloop, which takes of the auxiliary gradient only what leaves the main loss
// alone, ends in the minimum of the main loss that the auxiliary one likes best: (0, 0).
import { bloop, Dualcone, type JacobianObjective, mixed, sgd } from "dualcone"

const objective: JacobianObjective = {
  values: ([a = 0, b = 0]) => [a ** 2 / 2, ((a - 1) ** 2 + b ** 2) / 2],
  jacobian: ([a = 0, b = 0]) => [
    [a, 0],
    [a - 1, b]
  ]
}

await using dualcone = await Dualcone.make()
for (const aggregator of [mixed({ lambda: 1 }), bloop({ lambda: 1 })]) {
  const options = { objective, aggregator, start: [2, 2], optimizer: sgd({ learningRate: 0.5 }), steps: 40 }
  for await (const { iteration, next, values } of dualcone.descend(options)) {
    if (iteration < options.steps) continue
    const [a, b] = Array.from(next, (entry) => entry.toFixed(3))
    console.log(`${aggregator.name} ends at (${a}, ${b}), with the main loss ${(values[0] ?? 0).toFixed(3)}`)
  }
}
