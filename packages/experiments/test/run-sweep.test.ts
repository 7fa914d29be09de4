/** Running a sweep: stages, results, divergence, failures, and runs that go on from a checkpoint. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { existsSync } from "node:fs"
import { CpuEngine } from "@dualcone/descent"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import {
  costOf,
  estimate,
  fineRates,
  firstRuns,
  makeDataSets,
  paperFine,
  RunFailed,
  type RunResult,
  RunTrainer,
  runSweep,
  type Sweep,
  SweepStore,
  summarise,
  trainRun,
  workerThreads
} from "../src/index.ts"
import { fakeResult } from "./fake-result.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { expandTiny } from "./tiny.ts"

setDefaultTimeout(60_000)

/** Runs a sweep with a trainer and gives the rows, the summary and how many runs failed. */
const runWith = <E>(sweep: Sweep, folder: string, trainer: Layer.Layer<RunTrainer, E>) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const failed = yield* runSweep({ sweep })
      const store = yield* SweepStore
      const rows = yield* store.rows
      const failures = yield* store.failures
      return { failed, rows, failures, summary: summarise(rows, failures, yield* store.digest) }
    }).pipe(Effect.provide([trainer, SweepStore.layer(folder)]))
  )

const threads = (folder: string, program?: URL) =>
  workerThreads({ folder, size: 2, ...(program === undefined ? {} : { program }) }).pipe(
    Layer.provide(NodeServices.layer)
  )

/** A trainer whose areas are a function of the rate. */
const pretended = (areaOf: (rate: number, seed: number) => number, trained: string[] = []) =>
  Layer.succeed(RunTrainer, {
    size: 3,
    forget: () => Effect.void,
    train: (run) =>
      Effect.suspend((): Effect.Effect<RunResult, RunFailed> => {
        trained.push(run.id)
        const area = areaOf(run.learningRate, run.group.seed)
        if (Number.isNaN(area)) return Effect.fail(new RunFailed({ run: run.id, tag: "InputError", reason: "no" }))
        return Effect.succeed(fakeResult(area))
      })
  })

describe("stages", () => {
  const search = {
    aggregators: ["mean"],
    learningRates: { coarse: { from: 0.01, to: 1, count: 3 }, fine: { count: 5 } }
  }

  test("the fine stage follows the coarse results of each seed", async () => {
    using folder = temporaryFolder()
    const sweep = await Effect.runPromise(expandTiny(search))
    // Seed 0 is best near 1, seed 1 near 0.01.
    const areaOf = (rate: number, seed: number) => Math.abs(Math.log10(rate) + (seed === 0 ? 0.1 : 1.9))
    const { failed, rows, summary } = await runWith(sweep, folder.path, pretended(areaOf))
    expect(failed).toBe(0)
    const fineOf = (seed: number) =>
      rows.filter((row) => row.stage === "fine" && row.seed === seed).map(({ learning_rate }) => learning_rate)
    const margin = Math.cbrt(10)
    expect(fineOf(0)).toHaveLength(5)
    expect(fineOf(0)[0]).toBeCloseTo(0.1 / margin, 10)
    expect(fineOf(0)[4]).toBeCloseTo(margin, 10)
    expect(fineOf(1)[0]).toBeCloseTo(0.01 / margin, 10)
    expect(fineOf(1)[4]).toBeCloseTo(0.1 * margin, 10)
    const [line] = summary.results
    const best = line?.best.map(({ area }) => area) ?? []
    expect(line?.area).toEqual(estimate(best))
    for (const { seed, learningRate } of line?.best ?? []) {
      const least = Math.min(...rows.filter((row) => row.seed === seed).map(({ area }) => area ?? 0))
      expect(areaOf(learningRate, seed)).toBe(least)
    }
  })

  test("started again, only what has no result is run, and a fine stage that was not planned is", async () => {
    using folder = temporaryFolder()
    const sweep = await Effect.runPromise(expandTiny({ ...search, seeds: [0] }))
    const broken = await runWith(
      sweep,
      folder.path,
      pretended((rate) => (rate === 0.1 ? Number.NaN : rate))
    )
    expect(broken.failed).toBe(1)
    expect(broken.rows).toHaveLength(3)
    expect(broken.failures).toMatchObject([{ tag: "InputError", message: "no" }])
    const trained: string[] = []
    const whole = await runWith(
      sweep,
      folder.path,
      pretended((rate) => rate, trained)
    )
    expect(whole.failed).toBe(0)
    expect(whole.failures).toEqual([])
    const margin = paperFine.margin
    expect(whole.rows.map(({ learning_rate }) => learning_rate)).toEqual([
      ...[0.01, 0.1, 1],
      ...fineRates(
        [0.01, 0.1].map((rate) => ({ learningRate: rate, area: rate })),
        { count: 5, margin }
      )
    ])
    expect(trained).toHaveLength(6)
    const again: string[] = []
    await runWith(
      sweep,
      folder.path,
      pretended((rate) => rate, again)
    )
    expect(again).toEqual([])
  })

  test("where every coarse run diverges nothing is refined", async () => {
    using folder = temporaryFolder()
    const sweep = await Effect.runPromise(expandTiny(search))
    const { rows, summary } = await runWith(
      sweep,
      folder.path,
      pretended(() => Number.POSITIVE_INFINITY)
    )
    expect(rows).toHaveLength(6)
    expect(summary.results[0]).toMatchObject({ best: [], area: { mean: null, standardError: null } })
  })
})

describe("worker threads", () => {
  test("a run that diverges is recorded with its iteration and an infinite area", async () => {
    using folder = temporaryFolder()
    const change = { aggregators: ["mean"], seeds: [0], learningRates: [0.1, 1e38] }
    const sweep = await Effect.runPromise(expandTiny(change))
    const { failed, rows } = await runWith(sweep, folder.path, threads(folder.path))
    expect(failed).toBe(0)
    expect(rows[0]).toMatchObject({ status: "done", diverged_at: null, test_accuracy: expect.any(Number) })
    expect(rows[1]).toMatchObject({
      status: "diverged",
      area: Number.POSITIVE_INFINITY,
      final_loss: null,
      test_loss: null
    })
    const curves = await Effect.runPromise(
      SweepStore.use((store) => store.curves(rows[1]?.run ?? "")).pipe(Effect.provide(SweepStore.layer(folder.path)))
    )
    expect(curves.losses).toHaveLength((rows[1]?.diverged_at ?? 0) - 1)
    expect(curves.losses.every(Number.isFinite)).toBe(true)
  })

  test("an input that breaks a rule fails its runs by name, and the others go on", async () => {
    using folder = temporaryFolder()
    const [digits] = (await Effect.runPromise(expandTiny())).groups
    const data = [
      { name: "fashion-mnist", folder: "/nowhere", examples: 64, epochs: 1 },
      { name: "digits", examples: 64, epochs: 1, network: digits?.group.network }
    ]
    const sweep = await Effect.runPromise(expandTiny({ data, aggregators: ["mean"], seeds: [0], learningRates: [0.1] }))
    const { failed, rows, failures } = await runWith(sweep, folder.path, threads(folder.path))
    expect(failed).toBe(1)
    expect(failures).toMatchObject([{ tag: "InputError", message: expect.stringContaining("/nowhere") }])
    expect(rows.map(({ status }) => status)).toEqual([null, "done"])
  })

  test("a worker that dies fails its run, and another takes its place", async () => {
    using folder = temporaryFolder()
    const change = { aggregators: ["mean"], learningRates: [0.05, 0.1, 0.2, 0.3] }
    const sweep = await Effect.runPromise(expandTiny(change))
    const program = new URL("./dying-worker.ts", import.meta.url)
    const { failed, rows, failures } = await runWith(sweep, folder.path, threads(folder.path, program))
    expect(failed).toBe(2)
    expect(failures.map(({ tag, message }) => [tag, message])).toEqual([
      ["WorkerDied", "its worker ended with code 3"],
      ["WorkerDied", "its worker ended with code 3"]
    ])
    expect(rows.filter(({ status }) => status === "done")).toHaveLength(6)
  })
})

test("a run that was interrupted goes on from its checkpoint to the same bits", async () => {
  using folder = temporaryFolder()
  const data = [{ name: "digits", examples: 512, epochs: 30, network: (await tinyGroup()).network }]
  const optimizers = [{ name: "adam" }]
  const sweep = await Effect.runPromise(expandTiny({ data, optimizers, learningRates: [0.01], seeds: [0] }))
  const [run] = sweep.groups.flatMap(firstRuns)
  if (run === undefined) throw new Error("the sweep has a run")
  const checkpoint = `${folder.path}/run.safetensors`
  const options = { dataSets: makeDataSets(), checkpoint, checkpointEveryMilliseconds: 60_000 }
  const layers = Layer.merge(CpuEngine.on(1), NodeServices.layer)
  const whole = await Effect.runPromise(
    trainRun(run, { ...options, checkpoint: `${folder.path}/other.safetensors` }).pipe(Effect.provide(layers))
  )
  const seen: number[] = []
  await Effect.runPromise(
    Effect.gen(function* () {
      const reached = Promise.withResolvers<void>()
      const report = (iteration: number) => {
        if (iteration === 40) reached.resolve()
      }
      const fiber = yield* Effect.forkChild(trainRun(run, { ...options, report, checkpointEveryMilliseconds: 0 }))
      yield* Effect.promise(() => reached.promise)
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(layers))
  )
  expect(existsSync(checkpoint)).toBe(true)
  const resumed = await Effect.runPromise(
    trainRun(run, { ...options, report: (iteration) => seen.push(iteration) }).pipe(Effect.provide(layers))
  )
  expect(seen[0]).toBeGreaterThanOrEqual(40)
  expect({ ...resumed, milliseconds: 0 }).toEqual({ ...whole, milliseconds: 0 })
})

const tinyGroup = async () => {
  const [planned] = (await Effect.runPromise(expandTiny())).groups
  if (planned === undefined) throw new Error("the sweep has a group")
  return planned.group
}

test("the plan counts all runs and adds up", async () => {
  const sweep = await Effect.runPromise(expandTiny())
  const cost = await Effect.runPromise(costOf(sweep.groups, 2))
  // UPGrad: 3 coarse and 4 fine rates, RGW: 1 rate; 2 seeds; 4 batches x 2 epochs.
  expect(cost).toMatchObject({ runs: 16, iterations: 128, workers: 2 })
  expect(cost.rows.map(({ aggregator, runs, iterations }) => [aggregator, runs, iterations])).toEqual([
    ["upgrad", 14, 112],
    ["rgw", 2, 16]
  ])
  const [a, b] = cost.rows
  expect(cost.hoursOnOneWorker).toBe((a?.hours ?? 0) + (b?.hours ?? 0))
  expect(cost.hours).toBe(cost.hoursOnOneWorker / 2)
  expect(cost.rows.every(({ millisecondsPerStep }) => millisecondsPerStep > 0)).toBe(true)
})
