/** What the worker of the room training does, without a page: runs that rest, what a picture holds, files told apart. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { writeIdx } from "@dualcone/datasets"
import { parseTrainConfigText } from "@dualcone/descent"
import { loadWasm } from "@dualcone/wasm"
import {
  crossEntropy,
  Dualcone,
  instanceWise,
  makeCpuEngine,
  mean,
  networks,
  runDigest,
  sgd,
  upgrad,
  writeSafetensors
} from "dualcone"
import * as Effect from "effect/Effect"
import { elsewhere } from "../src/rooms/training/configuration.ts"
import { cosineOf, disagreements, settledBelow, worstPairs } from "../src/rooms/training/disagreement.ts"
import { exampleLoader } from "../src/rooms/training/examples.ts"
import { sortFiles } from "../src/rooms/training/given-files.ts"
import type { Ending, Picture, Report, Task } from "../src/rooms/training/protocol.ts"
import { addressOf, rates, rivals, type Settings, settingsOf, usual } from "../src/rooms/training/settings.ts"
import { beginRuns } from "../src/rooms/training/two-runs.ts"

setDefaultTimeout(60_000)

/** Three steps. */
const task: Task = {
  settings: { ...usual, examples: 24, batchSize: 8, epochs: 1 },
  files: null,
  start: null
}

/** All reports of two runs that are led on by so many steps at a time. */
async function reportsOf(dualcone: Dualcone, stepsAtATime: readonly number[]): Promise<readonly Report[]> {
  const reports: Report[] = []
  const examples = await exampleLoader()(task)
  using runs = await beginRuns(dualcone, 1, task, examples, (report) => reports.push(report))
  for (const steps of stepsAtATime) await runs.goOn(steps)
  return reports
}

const endingOf = (reports: readonly Report[]): Ending | undefined =>
  reports.flatMap((report) => (report.kind === "ended" ? [report.ending] : []))[0]

/** Entry by entry, to so many digits. */
function near(found: Float64Array, expected: Float64Array, digits: number): void {
  expect(found).toHaveLength(expected.length)
  for (const [i, entry] of found.entries()) expect(entry).toBeCloseTo(expected[i] ?? Number.NaN, digits)
}

describe("two runs", () => {
  test("have the digests of single runs that never rest, however often they do", async () => {
    await using dualcone = await Dualcone.make({ threads: 1 })
    const { training } = await exampleLoader()(task)
    const digests: string[] = []
    for (const [aggregator, learningRate] of [
      [mean(), usual.rates.mean],
      [upgrad(), usual.rates.rival]
    ] as const) {
      const run = dualcone.train({
        ...{ network: networks.mnist, data: training, objective: instanceWise(crossEntropy), aggregator },
        ...{ optimizer: sgd({ learningRate }), batchSize: 8, seed: 1, engine: "cpu" }
      })
      for await (const _ of run);
      const { history, parameters } = run.checkpoint() ?? {
        history: { losses: new Float64Array() },
        parameters: new Map()
      }
      digests.push(await runDigest(history.losses, parameters))
    }
    for (const rests of [[1, 1, 1], [1, Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY]]) {
      const ending = endingOf(await reportsOf(dualcone, rests))
      expect([ending?.digests.mean, ending?.digests.rival]).toEqual(digests)
    }
  })

  test("picture a step as it was: losses and Gramian at its parameters, the weights it took, sorted by class", async () => {
    await using dualcone = await Dualcone.make({ threads: 1 })
    const reports = await reportsOf(dualcone, [1])
    const [picture] = reports.flatMap((report): Picture[] => (report.kind === "picture" ? [report.picture] : []))
    if (picture === undefined) throw new Error("the first step has a picture")
    using engine = makeCpuEngine(await loadWasm(), { network: networks.mnist, batchSize: 8 })
    engine.initialise(1)
    const { training } = await exampleLoader()(task)
    const seen = await dualcone.inspect({
      network: networks.mnist,
      parameters: engine.save(),
      inputs: Float32Array.from(picture.images, (level) => (level / 255 - 0.1307) / 0.3081),
      labels: picture.labels,
      aggregator: upgrad()
    })
    expect(picture.labels).toEqual(picture.labels.slice().sort())
    expect(training.labels).toContain(picture.labels[0] ?? -1)
    for (const side of [picture.mean, picture.rival]) {
      near(side.losses, seen.losses, 5)
      near(side.gramian, seen.gramian.values, 2)
    }
    near(picture.rival.weights, seen.weights, 3)
    expect(picture.mean.weights).toEqual(new Float64Array(8).fill(1 / 8))
    // UPGrad's step hurts nobody: G w ≥ 0; the mean's gain is the mean of a row.
    expect(Math.min(...picture.rival.gains)).toBeGreaterThan(-1e-3)
    const row = picture.mean.gramian.subarray(0, 8)
    expect(picture.mean.gains[0]).toBeCloseTo(row.reduce((sum, entry) => sum + entry, 0) / 8, 9)
  })
})

describe("disagreement", () => {
  // Rows (2, 0), (-1, 1), (0, 0.01): G by hand.
  const gramian = Float64Array.of(4, -2, 0, -2, 2, 0.01, 0, 0.01, 0.0001)

  test("counts pairs whose product is below what is settled", () => {
    expect(settledBelow(gramian)).toBeCloseTo((6.0001 / 3) * 0.01, 12)
    expect(disagreements(gramian, settledBelow(gramian))).toBe(1)
    expect(disagreements(gramian, 3)).toBe(0)
  })

  test("has the cosine of a pair, and the worst pairs first", () => {
    expect(cosineOf(gramian, 0, 1)).toBeCloseTo(-Math.SQRT1_2, 12)
    expect(cosineOf(gramian, 1, 1)).toBeCloseTo(1, 12)
    expect(worstPairs(gramian, 0.01, 5)).toEqual([{ row: 0, column: 1, cosine: cosineOf(gramian, 0, 1) }])
  })
})

describe("settings", () => {
  test("come back from the address that says them", () => {
    const changed: Settings = {
      ...{ rival: "mgda", rates: { mean: 0.05, rival: 0.4 }, batchSize: 16, examples: 100 },
      ...{ epochs: 3, seed: 7, engine: "webgpu" }
    }
    expect(settingsOf(addressOf(changed))).toEqual(changed)
    expect(addressOf(usual).toString()).toBe("")
  })

  test("are the usual ones where an address is wrong", () => {
    const wrong = new URLSearchParams("method=none&rate=-1&batch=1e9&digits=x&epochs=0&seed=0.5&engine=steam")
    expect(settingsOf(wrong)).toEqual(usual)
  })

  test("have rates in order, and every method's usual one", () => {
    expect(rates).toEqual([...rates].sort((a, b) => a - b))
    for (const rival of rivals)
      expect(settingsOf(new URLSearchParams({ method: rival })).rates.rival).toBeGreaterThan(0)
  })

  test("make a configuration that the command line accepts, for every method and side", async () => {
    for (const rival of rivals) {
      for (const side of ["mean", "rival"] as const) {
        const start = { name: "start.safetensors", bytes: new Uint8Array() }
        const { content } = elsewhere({ ...task, settings: { ...task.settings, rival }, start }, side)
        const { aggregator, parameters } = await Effect.runPromise(parseTrainConfigText(content, "shown"))
        expect(aggregator).toEqual({ name: side === "mean" ? "mean" : rival })
        expect(parameters).toBe("start.safetensors")
      }
    }
  })
})

describe("files are told apart by what they hold", () => {
  const given = (name: string, bytes: Uint8Array) => ({ name, bytes })
  const images = given("a", writeIdx({ shape: [2, 28, 28], data: new Uint8Array(2 * 784) }))
  const labels = given("b", writeIdx({ shape: [2], data: Uint8Array.of(0, 1) }))
  const packed = ({ name, bytes }: typeof images) => given(`${name}.gz`, Bun.gzipSync(bytes.slice()))
  const weights = given("w", writeSafetensors([{ name: "0.bias", dtype: "F32", shape: [1], data: Float32Array.of(1) }]))

  test("images and labels in either order, gzipped or not; parameters", async () => {
    expect(await sortFiles([images, labels])).toEqual({ files: { images, labels } })
    expect(await sortFiles([packed(labels), packed(images)])).toEqual({
      files: { images: packed(images), labels: packed(labels) }
    })
    expect(await sortFiles([weights])).toEqual({ start: weights })
  })

  test("anything else is told what is expected", async () => {
    const broken = given("broken.gz", Uint8Array.of(0x1f, 0x8b, 1, 2, 3))
    for (const files of [
      [images],
      [images, images],
      [labels, labels],
      [broken, broken],
      [weights, weights],
      [images, labels, weights]
    ]) {
      expect(await sortFiles(files)).toMatchObject({ problem: expect.stringMatching(/are expected$/) })
    }
  })
})
