/** The Promise facade. */
import { describe, expect, test } from "bun:test"
import {
  crossEntropy,
  type DescentStep,
  Diverged,
  Dualcone,
  datasets,
  EngineError,
  grouped,
  InputError,
  instanceWise,
  linearizeJacobian,
  mean,
  multiTask,
  type NetworkDescription,
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

  test("keeps states while the loop runs where it is asked to, and no other way", async () => {
    await using dualcone = await Dualcone.make()
    const kept = async (asked: Pick<TrainOptions, "checkpointAfter">) => {
      const run = dualcone.train({ ...(await options()), ...asked })
      const iterations: (number | undefined)[] = []
      for await (const _ of run) iterations.push(run.checkpoint()?.iteration)
      return iterations
    }
    expect(await kept({ checkpointAfter: (iteration) => iteration % 3 === 0 })).toEqual([0, 0, 3, 3, 3, 6, 6, 6])
    expect(await kept({})).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
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

describe("descend takes any objective", () => {
  const bowl = (a: number, b: number) => ({
    values: ([x = 0]: Float64Array) => [((x - a) * (x - a)) / 2, ((x - b) * (x - b)) / 2],
    jacobian: ([x = 0]: Float64Array) => [[x - a], [x - b]]
  })
  const run = { start: [9], aggregator: mean(), optimizer: sgd({ learningRate: 0.5 }), steps: 40 }
  const end = async (steps: AsyncIterable<DescentStep>) => {
    let last = Number.NaN
    for await (const { next } of steps) last = next[0] ?? Number.NaN
    return last
  }

  test("a function, a random function, rows of very many, and linearizations drawn by hand", async () => {
    await using dualcone = await Dualcone.make()
    const ends = [
      dualcone.descend({ objective: bowl(1, 3), ...run }),
      dualcone.descend({ objective: { sample: () => bowl(1, 3) }, ...run }),
      dualcone.descend({ objective: { objectives: 7, rows: () => bowl(1, 3) }, rows: 2, ...run }),
      dualcone.descend({ draw: ([x = 0]: Float64Array) => linearizeJacobian([[x - 1], [x - 3]], [0, 0]), ...run })
    ]
    for (const steps of ends) expect(await end(steps)).toBeCloseTo(2, 9)
  })
})

test("predict gives outputs and classes of a trained network, more right than chance", async () => {
  await using dualcone = await Dualcone.make()
  const data = await datasets.mnist({ examples: 230 })
  const network: NetworkDescription = {
    name: "linear",
    input: [1, 28, 28],
    layers: [{ kind: "flatten" }, { kind: "linear", outputs: 10 }]
  }
  const run = dualcone.train({
    ...{ network, data, objective: instanceWise(crossEntropy), aggregator: mean() },
    ...{ optimizer: sgd({ learningRate: 0.05 }), epochs: 5, seed: 1 }
  })
  for await (const _ of run);
  const parameters = run.checkpoint()?.parameters ?? new Map()
  const { outputs, outputSize, classes } = await dualcone.predict({ network, parameters, data })
  expect([outputs.length, outputSize, classes.length]).toEqual([2300, 10, 230])
  const right = classes.filter((found, i) => found === data.labels[i]).length
  expect(right).toBeGreaterThan(150)
})

describe("inspect", () => {
  const network: NetworkDescription = { name: "linear", input: [2], layers: [{ kind: "linear", outputs: 2 }] }
  const batch = {
    network,
    parameters: new Map([
      ["0.weight", new Float32Array(4)],
      ["0.bias", new Float32Array(2)]
    ]),
    inputs: Float32Array.of(1, 2, -1, 1),
    labels: [0, 0],
    aggregator: mean()
  }

  test("of a linear network at zero has the closed form of the cross-entropy", async () => {
    await using dualcone = await Dualcone.make()
    const found = await dualcone.inspect(batch)
    expect(found).toMatchObject({ engine: "cpu", examples: 2, certificate: null, similarity: 1 })
    expect([...found.losses].map((loss) => loss / Math.LN2)).toEqual([1, 1].map((one) => expect.closeTo(one, 6)))
    // The deltas of the outputs are (-1/2, 1/2), so G_ij = (x_i · x_j + 1) / 2.
    expect([...found.gramian.values]).toEqual([3, 1, 1, 1.5])
    expect(found.conflicts).toMatchObject({ pairs: 0, share: 0 })
    expect([...found.weights]).toEqual([0.5, 0.5])
    expect([...(found.direction.get("0.weight") ?? [])]).toEqual([0, -0.75, 0, 0.75])
    expect([...(found.direction.get("0.bias") ?? [])]).toEqual([-0.5, 0.5])
  })

  test("refuses by place", async () => {
    await using dualcone = await Dualcone.make()
    const wrong = [
      [{ labels: [0, 2] }, "label 1 of the batch"],
      [{ labels: [] }, "the number of labels of the batch"],
      [{ inputs: Float32Array.of(1, 2, 3) }, "the number of inputs of the batch"],
      [{ inputs: Float32Array.of(1, 2, 3, Number.NaN), name: "b" }, "entry 1 of example 1 of the inputs of b"],
      [{ network: { ...network, heads: { a: { layers: [] }, b: { layers: [] } } } }, "losses of an example"]
    ] as const
    for (const [change, place] of wrong) {
      const refused = dualcone.inspect({ ...batch, ...change })
      await expect(refused).rejects.toBeInstanceOf(InputError)
      await expect(refused).rejects.toThrow(place)
    }
  })
})

test("groups by layers have one entry a layer, and an objective of tasks needs tasks", async () => {
  await using dualcone = await Dualcone.make()
  const data = await datasets.mnist({ examples: 40 })
  const options = {
    network: {
      name: "two layers",
      input: [1, 28, 28],
      layers: [{ kind: "flatten" }, { kind: "linear", outputs: 6 }, { kind: "tanh" }, { kind: "linear", outputs: 10 }]
    },
    ...{ data, optimizer: sgd({ learningRate: 0.05 }), epochs: 1, seed: 1, batchSize: 20 }
  } as const
  const byLayers = grouped({ weighting: upgrad(), groups: "layers" })
  for await (const step of dualcone.train({
    ...options,
    objective: instanceWise(crossEntropy),
    aggregator: byLayers
  })) {
    expect(step.weights).toBeNull()
    expect(step.similarity).toBeGreaterThan(0)
  }
  const tasks = async () => {
    for await (const _ of dualcone.train({ ...options, objective: multiTask(crossEntropy), aggregator: mean() }));
  }
  expect(tasks()).rejects.toThrow("it needs heads, or an output with steps")
})
