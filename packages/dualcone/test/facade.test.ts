/** The Promise facade. */
import { describe, expect, test } from "bun:test"
import {
  crossEntropy,
  Diverged,
  Dualcone,
  datasets,
  EngineError,
  InputError,
  instanceWise,
  mean,
  networks,
  sgd,
  type TrainOptions,
  upgrad
} from "../src/index.ts"

const options = async (): Promise<TrainOptions> => ({
  network: { name: "linear", input: [1, 28, 28], layers: [{ kind: "flatten" }, { kind: "linear", outputs: 10 }] },
  data: await datasets.mnist({ examples: 64 }),
  objective: instanceWise(crossEntropy),
  aggregator: upgrad(),
  optimizer: sgd({ learningRate: 0.05 }),
  batchSize: 16,
  epochs: 2,
  seed: 1
})

test("aggregate gives direction, weights and certificate", async () => {
  await using dualcone = await Dualcone.make()
  const { direction, weights, certificate } = dualcone.aggregate(upgrad(), [
    [-4, 1, 1],
    [6, 1, 1]
  ])
  expect(direction[0]).toBeCloseTo(0.2929, 4)
  expect(weights).toHaveLength(2)
  expect(certificate?.status).toBe("certified")
  expect(() => dualcone.aggregate(mean(), [[1], [2, 3]])).toThrow(InputError)
})

describe("train", () => {
  test("iterates over all steps", async () => {
    await using dualcone = await Dualcone.make()
    const iterations: number[] = []
    for await (const step of dualcone.train(await options())) iterations.push(step.iteration)
    expect(iterations).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test("break closes the run and leaves a checkpoint that train resumes to the same bits", async () => {
    await using dualcone = await Dualcone.make()
    const run = dualcone.train(await options())
    for await (const step of run) if (step.iteration === 3) break
    const resume = run.checkpoint()
    expect(resume?.iteration).toBe(3)
    if (resume === undefined) return
    const [whole, rest]: [number[], number[]] = [[], []]
    for await (const step of dualcone.train(await options())) whole.push(step.meanLoss)
    for await (const step of dualcone.train({ ...(await options()), resume })) rest.push(step.meanLoss)
    expect(rest).toEqual(whole.slice(3))
  })

  test("errors are thrown by the loop, as instances of their classes", async () => {
    await using dualcone = await Dualcone.make()
    const all = async (change: Partial<TrainOptions>) => {
      for await (const _ of dualcone.train({ ...(await options()), ...change }));
    }
    await expect(all({ engine: "webgpu" })).rejects.toBeInstanceOf(EngineError)
    await expect(all({ network: networks.svhn })).rejects.toBeInstanceOf(InputError)
    await expect(all({ optimizer: sgd({ learningRate: 3e38 }), epochs: 20 })).rejects.toBeInstanceOf(Diverged)
  })

  test("timers run while training runs", async () => {
    await using dualcone = await Dualcone.make()
    let ticks = 0
    const timer = setInterval(() => ticks++, 0)
    for await (const _ of dualcone.train({ ...(await options()), epochs: 20 }));
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(3)
  })
})
