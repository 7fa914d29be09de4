// An objective of which only vector-Jacobian products are to be had, as from automatic differentiation in reverse. For
// the Gramian UPGrad asks one product a row, and one more for the direction; nobody ever writes a Jacobian down.
import { Dualcone, type PullbackObjective, sgd, upgrad } from "dualcone"

// Row i pulls every coordinate k towards target(i, k): f_i(x) = ½ Σ_k (x_k - target(i, k))².
const rows = 3
const target = (i: number, k: number) => (k % rows === i ? 1 : 0)
let products = 0

const objective: PullbackObjective = {
  values: (x) =>
    Array.from({ length: rows }, (_, i) => x.reduce((sum, entry, k) => sum + (entry - target(i, k)) ** 2 / 2, 0)),
  pullback(x, weights) {
    products++
    return x.map((entry, k) => weights.reduce((sum, weight, i) => sum + weight * (entry - target(i, k)), 0))
  }
}

await using dualcone = await Dualcone.make()
const run = dualcone.descend({
  objective,
  aggregator: upgrad(),
  start: new Float64Array(1200).fill(2),
  optimizer: sgd({ learningRate: 0.2 }),
  steps: 20
})
for await (const { iteration, values } of run) {
  if (iteration % 10 > 0) continue
  console.log(
    `step ${iteration}: values ${Array.from(values, (value) => value.toFixed(2))}, ${products} products so far`
  )
}
