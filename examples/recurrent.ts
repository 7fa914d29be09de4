// A loss a time step: a recurrent network reads eight bits and says after each whether more ones than zeros came so far.
// Each step is an objective, its mean loss over the batch; no step forgets its own for the sake of the others.
import { adam, crossEntropy, Dualcone, generator, type NetworkDescription, perStep, upgrad } from "dualcone"

const network: NetworkDescription = {
  name: "majority",
  input: [8, 1],
  layers: [
    { kind: "recurrent", hidden: 16 },
    { kind: "linear", outputs: 2 }
  ]
}

const examples = 1024
const { below } = generator(1)
const images = Float32Array.from({ length: 8 * examples }, () => 2 * below(2) - 1)
const labels = new Int32Array(images.length)
let balance = 0
images.forEach((bit, at) => {
  balance = at % 8 === 0 ? bit : balance + bit
  labels[at] = balance > 0 ? 1 : 0
})

await using dualcone = await Dualcone.make()
const run = dualcone.train({
  network,
  data: { name: "bits", examples, shape: [8, 1], images, labels, scale: 1, mean: [0], deviation: [1] },
  objective: perStep(crossEntropy),
  aggregator: upgrad(),
  optimizer: adam({ learningRate: 0.01 }),
  epochs: 2,
  seed: 1
})
for await (const { iteration, losses } of run) {
  if (iteration % 16 > 0) continue
  console.log(`step ${iteration}: losses of the time steps ${Array.from(losses, (loss) => loss.toFixed(3)).join(", ")}`)
}
