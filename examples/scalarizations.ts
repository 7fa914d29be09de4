// Scalarizations weigh by the values of the objectives alone. Two saturating wells have a front that bends the wrong
// way: the mean rolls into one of them, STCH, a smooth maximum, stops between them where its preference says. Two
// bowls in units of 100 to 1: FAMO lets both fall at the same relative rate.
import { type Aggregator, Dualcone, famo, type JacobianObjective, mean, sgd, stch } from "dualcone"

// With d the squared distance to a centre, the value d / (1 + d) and the slope 1 / (1 + d)² of it in d.
const wells: JacobianObjective = {
  values: ([x = 0, y = 0]) => [(x + 1) ** 2 + y ** 2, (x - 1) ** 2 + y ** 2].map((d) => d / (1 + d)),
  jacobian: ([x = 0, y = 0]) =>
    [x + 1, x - 1].map((beside) => {
      const slope = 2 / (1 + beside ** 2 + y ** 2) ** 2
      return [slope * beside, slope * y]
    })
}
const bowls: JacobianObjective = {
  values: ([x = 0, y = 0]) => [100 * ((x + 1) ** 2 + y ** 2), (x - 1) ** 2 + y ** 2],
  jacobian: ([x = 0, y = 0]) => [
    [200 * (x + 1), 200 * y],
    [2 * (x - 1), 2 * y]
  ]
}

await using dualcone = await Dualcone.make()

async function report(objective: JacobianObjective, aggregator: Aggregator, learningRate: number, steps: number) {
  const options = { objective, aggregator, start: [0.2, 1], optimizer: sgd({ learningRate }), steps }
  let end: ArrayLike<number> = options.start
  for await (const { next } of dualcone.descend(options)) end = next
  const before = Array.from(objective.values(Float64Array.from(options.start)))
  const after = Array.from(objective.values(Float64Array.from(end)))
  const left = after.map((value, i) => `${Math.round((100 * value) / (before[i] ?? 1))} %`)
  return `values ${after.map((value) => value.toFixed(3)).join(", ")}, ${left.join(" and ")} of those at the start`
}

console.log(`wells, mean: ${await report(wells, mean(), 0.2, 500)}`)
for (const preference of [
  [0.4, 0.6],
  [0.5, 0.5],
  [0.6, 0.4]
]) {
  const aggregator = stch({ mu: 0.01, preference })
  console.log(`wells, STCH with preference ${preference}: ${await report(wells, aggregator, 0.2, 500)}`)
}
for (const aggregator of [mean(), famo()]) {
  console.log(`bowls, ${aggregator.name}: ${await report(bowls, aggregator, 0.005, 50)}`)
}
