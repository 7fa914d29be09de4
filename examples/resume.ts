// Stop and go on: leaving the loop keeps a checkpoint of everything that a step changes. It goes through a file's bytes
// here, and the resumed run ends at the same bits, losses and parameters, as one that was never stopped.
import {
  adam,
  crossEntropy,
  Dualcone,
  datasets,
  decodeCheckpoint,
  encodeCheckpoint,
  instanceWise,
  type NetworkDescription,
  runDigest,
  type TrainOptions,
  type TrainRun,
  upgrad
} from "dualcone"

const network: NetworkDescription = {
  name: "dense",
  input: [1, 28, 28],
  layers: [{ kind: "flatten" }, { kind: "linear", outputs: 32 }, { kind: "elu" }, { kind: "linear", outputs: 10 }]
}
const options: TrainOptions = {
  network,
  data: await datasets.digits({ examples: 256 }),
  objective: instanceWise(crossEntropy),
  aggregator: upgrad(),
  optimizer: adam(),
  epochs: 2,
  seed: 1
}

/** Trains up to this step and tells the state that it leaves. */
async function trainTo(last: number, run: TrainRun) {
  for await (const { iteration } of run) if (iteration === last) break
  const checkpoint = run.checkpoint()
  if (checkpoint === undefined) throw new Error("a run that was begun has a checkpoint")
  const digest = await runDigest(checkpoint.history.losses, checkpoint.parameters)
  console.log(`after step ${checkpoint.iteration}: ${digest.slice(0, 16)}`)
  return checkpoint
}

await using dualcone = await Dualcone.make()
await trainTo(16, dualcone.train(options))
const file = encodeCheckpoint(await trainTo(5, dualcone.train(options)))
await trainTo(16, dualcone.train({ ...options, resume: decodeCheckpoint(file, "checkpoint.safetensors") }))
