/** Sweeps of data sets with two labels an example: two heads, an objective each. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { idxDataset, overlayPairs, partners, writeIdx } from "@dualcone/datasets"
import { attemptPromise, CpuEngine } from "@dualcone/descent"
import { InputError } from "@dualcone/wasm"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import {
  costOf,
  type DataSets,
  dataSetFacts,
  expandSweep,
  firstRuns,
  iterationsOf,
  makeDataSets,
  objectiveOn,
  parseSweepConfig,
  trainRun
} from "../src/index.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { tinyNetwork } from "./tiny.ts"

setDefaultTimeout(60_000)

const expand = (config: object) =>
  Effect.runPromise(
    parseSweepConfig({ seeds: [0], aggregators: ["upgrad"], learningRates: [0.05], ...config }).pipe(
      Effect.flatMap((parsed) => expandSweep(parsed, "/base")),
      Effect.provide(NodeServices.layer)
    )
  )
const refusal = (data: object) =>
  expand({ data: [data] }).then(
    () => "accepted",
    (error: Error) => error.message
  )

const layers = Layer.merge(CpuEngine.on(1), NodeServices.layer)

/** The tiny network with a head for each garment of a pair. */
const head = { layers: [{ kind: "linear", outputs: 10 }] }
const twoHeads = {
  name: "two heads",
  input: tinyNetwork.input,
  layers: [...tinyNetwork.layers.slice(0, -1), { kind: "linear", outputs: 24 }, { kind: "relu" }],
  heads: { left: head, right: head }
}
const small = { name: "multi-fashion", examples: 300, subset: 0, network: twoHeads, epochs: 30 }

/** Writes pictures of a class as IDX: one bright square of 5 x 5 for each of ten classes, in two rows. */
function writePictures(folder: string, examples: number): { readonly images: string; readonly labels: string } {
  const images = new Uint8Array(examples * 784)
  const labels = Uint8Array.from({ length: examples }, (_, i) => (i * 7 + Math.floor(i / 10)) % 10)
  labels.forEach((label, i) => {
    for (let k = 0; k < 25; k++) {
      const row = 4 + 12 * Math.floor(label / 5) + Math.floor(k / 5)
      images[i * 784 + row * 28 + 5 * (label % 5) + (k % 5)] = 255
    }
  })
  const files = { images: join(folder, "train-images-idx3-ubyte"), labels: join(folder, "train-labels-idx1-ubyte") }
  writeFileSync(files.images, writeIdx({ shape: [examples, 28, 28], data: images }))
  writeFileSync(files.labels, writeIdx({ shape: [examples], data: labels }))
  return files
}

describe("a sweep of a set with two tasks", () => {
  test("has the LeNet of Sener and Koltun with a head a task, and an objective each", async () => {
    const names = ["multi-mnist", "multi-fashion", "cifar10-mnist"] as const
    const { groups } = await expand({ data: names.map((name) => ({ name })) })
    expect(
      groups.map(({ group }) => [group.dataSet, group.network.input, Object.keys(group.network.heads ?? {})])
    ).toEqual([
      ["multi-mnist", [1, 28, 28], ["left", "right"]],
      ["multi-fashion", [1, 28, 28], ["left", "right"]],
      ["cifar10-mnist", [3, 32, 32], ["class", "digit"]]
    ])
    for (const name of names) {
      expect(objectiveOn(name)).toEqual({ kind: "multi-task", losses: "cross-entropy" })
      expect(dataSetFacts(name).test).toBe(10_000)
    }
    expect(objectiveOn("mnist").kind).toBe("instance-wise")
    expect(groups.map(({ group }) => group.epochs)).toEqual([100, 100, 100])
  })

  test("refuses networks whose heads are not the tasks, in their order", async () => {
    expect(await refusal({ name: "multi-fashion", network: tinyNetwork })).toContain("each needs a head of its name")
    const swapped = { ...twoHeads, heads: { right: head, left: head } }
    expect(await refusal({ name: "multi-fashion", network: swapped })).toContain("left, right")
    expect(await refusal({ name: "mnist", digits: "here" })).toContain("digits of mnist")
    expect(await refusal({ name: "cifar10-mnist", digits: "here" })).toBe("accepted")
  })

  test("is costed without its data", async () => {
    const { groups } = await expand({ data: [small], aggregators: ["upgrad", "mgda"], batchSizes: [50] })
    const cost = await Effect.runPromise(costOf(groups, 1))
    expect(cost).toMatchObject({ runs: 2, iterations: 2 * 6 * 30 })
    expect(cost.rows.every(({ millisecondsPerStep }) => millisecondsPerStep > 0)).toBe(true)
  })

  test("trains both tasks, and tests them together", async () => {
    using folder = temporaryFolder()
    const files = writePictures(folder.path, 400)
    // What the loader does with the official files, on those of the test: all but the check that they are official.
    const dataSets: DataSets = {
      load: (_, { from, examples }) =>
        attemptPromise(async () => {
          const pictures = await idxDataset(files)
          return overlayPairs(pictures, partners(400, 400, 0), { from, examples })
        })
    }
    const { groups } = await expand({
      data: [small],
      optimizers: [{ name: "adam" }],
      batchSizes: [50],
      evaluate: { examples: 100 }
    })
    const [run] = groups.flatMap(firstRuns)
    if (run === undefined) throw new Error("the sweep has a run")
    const checkpoint = join(folder.path, "run.safetensors")
    const options = { dataSets, checkpoint, checkpointEveryMilliseconds: 60_000 }
    const result = await Effect.runPromise(trainRun(run, options).pipe(Effect.provide(layers)))
    expect(result.status).toBe("done")
    expect(result.losses).toHaveLength(iterationsOf(run.group))
    // Two of ten classes by chance, log 10 = 2.3 nats at the start.
    expect(result.losses[0]).toBeGreaterThan(2)
    expect(result.finalLoss ?? 9).toBeLessThan(0.5)
    expect(result.testAccuracy ?? 0).toBeGreaterThan(0.8)
    expect(result.testLoss ?? 9).toBeLessThan(1)
    // UPGrad solved a program of two rows in each step, and its direction is no longer the mean gradient.
    expect(result.certified).toBe(1)
    expect(result.similarity ?? 1).toBeLessThan(1)
  })

  test("reads the files of the set that it is made of, from the folder named", async () => {
    using folder = temporaryFolder()
    writePictures(folder.path, 60_000 / 200)
    const load = (directory: string) =>
      makeDataSets()
        .load({ name: "multi-fashion", folder: directory }, { split: "train", from: 0, examples: 2 })
        .pipe(Effect.flip, Effect.provide(NodeServices.layer), Effect.runPromise)
    const made = await load(folder.path)
    expect(made).toBeInstanceOf(InputError)
    expect(made.message).toContain("train-labels-idx1-ubyte.gz of Fashion-MNIST is 60000")
    expect((await load(join(folder.path, "nowhere"))).message).toContain('"dualcone data fashion-mnist"')
  })
})
