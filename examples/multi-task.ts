// Multi-task learning: one trunk, two heads, the class of a digit and whether it is odd. Each batch estimates two
// objectives; UPGrad settles what the trunk does, and each head follows the plain gradient of its own task.
import { crossEntropy, Dualcone, datasets, multiTask, type NetworkDescription, sgd, upgrad } from "dualcone"

const network: NetworkDescription = {
  name: "class-and-parity",
  input: [1, 28, 28],
  layers: [
    { kind: "conv2d", outputs: 8, kernel: 5, stride: 2 },
    { kind: "elu" },
    { kind: "max-pool2d", kernel: 2 },
    { kind: "flatten" },
    { kind: "linear", outputs: 32 },
    { kind: "elu" }
  ],
  heads: {
    class: { layers: [{ kind: "linear", outputs: 10 }] },
    parity: { layers: [{ kind: "linear", outputs: 2 }] }
  }
}

await using dualcone = await Dualcone.make()
const digits = await datasets.digits({ examples: 1024 })
const labels = Array.from(digits.labels).flatMap((digit) => [digit, digit % 2]) // in the order of the heads
const run = dualcone.train({
  network,
  data: { ...digits, labels },
  objective: multiTask({ class: crossEntropy, parity: crossEntropy }, { jacobianOf: ["trunk"], outside: "plain" }),
  aggregator: upgrad(),
  optimizer: sgd({ learningRate: 0.1 }),
  epochs: 3,
  seed: 1
})
let conflicting = 0
for await (const { iteration, losses, conflicts } of run) {
  if (conflicts !== null && conflicts.pairs > 0) conflicting++
  if (iteration % 16 > 0) continue
  const [ofClass, ofParity] = Array.from(losses, (loss) => loss.toFixed(3))
  console.log(`step ${iteration}: class ${ofClass}, parity ${ofParity}; conflicts in ${conflicting} steps so far`)
}
