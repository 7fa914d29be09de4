/** Training as a stream: what a step says, and what interruption, errors and resuming leave behind. */
import { describe, expect, test } from "bun:test"
import { constant, dualproj, mean, sum, upgrad } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { Diverged, decodeCheckpoint, encodeCheckpoint, runDigest, sgd, ssjd } from "../src/index.ts"
import { data, engine, memoryStore, run, training } from "./problem.ts"

const bits = (values: ArrayLike<number>) => Array.from(values)

describe("steps", () => {
  test("count iterations and epochs from 1, and use the last incomplete batch", async () => {
    const steps = await run(training())
    expect(steps.map((step) => step.iteration)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(steps.map((step) => step.epoch)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3])
    expect(steps.map((step) => step.examples)).toEqual([8, 8, 6, 8, 8, 6, 8, 8, 6])
  })

  test("the mean loss is the mean of the losses", async () => {
    for (const { losses, meanLoss } of await run(training())) {
      expect(meanLoss).toBeCloseTo(losses.reduce((total, loss) => total + loss, 0) / losses.length, 14)
    }
  })

  test("the similarity of mean and sum is exactly 1, and needs no Gramian", async () => {
    for (const aggregator of [mean(), sum()]) {
      for (const step of await run(training(aggregator))) {
        expect(step.similarity).toBe(1)
        expect(step.conflicts).toBeNull()
        expect(step.certificate).toBeNull()
      }
    }
  })

  test("UPGrad and DualProj certify, turn away from the mean, and see conflicts", async () => {
    for (const aggregator of [upgrad(), dualproj()]) {
      const steps = await run(training(aggregator))
      expect(steps.every((step) => step.certificate?.status === "certified")).toBe(true)
      expect(steps.every((step) => step.similarity > 0)).toBe(true)
      expect(steps.filter((step) => step.similarity < 0.99).length).toBeGreaterThan(steps.length / 2)
      expect(steps.some((step) => (step.conflicts?.pairs ?? 0) > 0)).toBe(true)
    }
  })

  test("constant weights 1/8 on batches of 8 are the mean, with its similarity", async () => {
    const options = {
      ...training(constant({ weights: new Array<number>(8).fill(1 / 8) })),
      data: { ...data, examples: 16, images: data.images.slice(0, 48), labels: Array.from(data.labels).slice(0, 16) }
    }
    const weighted = await run(options)
    const plain = await run({ ...options, aggregator: mean() })
    expect(weighted.map((step) => step.meanLoss)).toEqual(plain.map((step) => step.meanLoss))
    for (const step of weighted) expect(step.similarity).toBeCloseTo(1, 12)
  })

  test("an explicit order replays the shuffled one", async () => {
    const { batchSize: _, epochs: __, ...options } = training()
    const { shuffled } = await import("../src/index.ts")
    const schedule = shuffled({ examples: 22, batchSize: 8, epochs: 3, seed: 7 })
    const batches = Array.from({ length: 9 }, (_, i) => schedule.batch(i + 1).slice())
    const replayed = await run({ ...options, batches })
    expect(replayed.map((step) => step.meanLoss)).toEqual((await run(training())).map((step) => step.meanLoss))
  })

  test("one step of the mean is one step of gradient descent, by finite differences", async () => {
    const parameters = new Map([
      ["0.weight", Float32Array.of(0.1, -0.2, 0.3, 0.05, 0.2, -0.1, -0.3, 0.1, 0.2)],
      ["0.bias", Float32Array.of(0.1, 0, -0.1)]
    ])
    const batches = [[0, 1, 2, 3]]
    const { store, written } = memoryStore()
    const options = { ...training(mean()), optimizer: sgd({ learningRate: 1 }), batches, parameters }
    await run({ ...options, store })
    const after = written.at(-1)?.parameters.get("0.bias")
    const loss = async (shift: number) => {
      const bias = Float32Array.of(0.1 + shift, 0, -0.1)
      const [step] = await run({ ...options, parameters: new Map(parameters).set("0.bias", bias) })
      return step?.meanLoss ?? Number.NaN
    }
    const slope = ((await loss(1 / 64)) - (await loss(-1 / 64))) * 32
    expect(Math.fround(0.1) - (after?.[0] ?? Number.NaN)).toBeCloseTo(slope, 4)
  })
})

describe("whatever closes the stream, the state after the last completed step is stored", () => {
  const stopped = async (limit: number) => {
    const { store, written } = memoryStore()
    await run({ ...training(), store }, limit)
    return written.at(-1)
  }

  test("take", async () => {
    expect((await stopped(4))?.iteration).toBe(4)
  })

  test("interruption", async () => {
    const { store, written } = memoryStore()
    let seen = 0
    const program = ssjd({ ...training(), epochs: 1_000_000, store }).pipe(
      Stream.runForEach(() => Effect.sync(() => void seen++)),
      Effect.provide(engine)
    )
    const exit = await Effect.runPromise(
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(program)
        while (seen < 5) yield* Effect.sleep("1 millis")
        yield* Fiber.interrupt(fiber)
        return yield* Fiber.await(fiber)
      })
    )
    expect(Exit.hasInterrupts(exit)).toBe(true)
    const last = written.at(-1)
    expect(last?.iteration).toBeGreaterThanOrEqual(seen)
    expect(last?.history.losses.length).toBe(last?.iteration ?? -1)
  })

  test("an error of the consumer", async () => {
    const { store, written } = memoryStore()
    const exit = await ssjd({ ...training(), store }).pipe(
      Stream.runForEach((step) => (step.iteration === 3 ? Effect.fail("enough") : Effect.void)),
      Effect.provide(engine),
      Effect.runPromiseExit
    )
    expect(Exit.isFailure(exit)).toBe(true)
    expect(written.at(-1)?.iteration).toBe(3)
  })
})

describe("resuming", () => {
  for (const at of [0, 1, 2, 3, 5, 8, 9]) {
    test(`after iteration ${at} ends in the same bits`, async () => {
      const whole = memoryStore()
      await run({ ...training(), store: whole.store })
      const first = memoryStore()
      if (at > 0) await run({ ...training(), store: first.store }, at)
      else await run({ ...training(), epochs: 1, store: first.store }, 1)
      const saved = at > 0 ? first.written.at(-1) : first.written[0]
      expect(saved?.iteration).toBe(at)
      if (saved === undefined) return
      // Through the bytes of the file, as a new process would.
      const resume = decodeCheckpoint(encodeCheckpoint(saved), "checkpoint")
      const second = memoryStore()
      const steps = await run({ ...training(), store: second.store, resume })
      expect(steps.length).toBe(9 - at)
      const [a, b] = [whole.written.at(-1), second.written.at(-1)]
      if (a === undefined || b === undefined) throw new Error("both runs end with a checkpoint")
      expect(bits(b.history.losses)).toEqual(bits(a.history.losses))
      expect(bits(b.history.similarities)).toEqual(bits(a.history.similarities))
      expect(bits(b.history.statuses)).toEqual(bits(a.history.statuses))
      expect(await runDigest(b.history.losses, b.parameters)).toBe(await runDigest(a.history.losses, a.parameters))
      expect(encodeCheckpoint(b)).toEqual(encodeCheckpoint(a))
    })
  }

  test("a checkpoint of another run is refused, naming what differs", async () => {
    const { store, written } = memoryStore()
    await run({ ...training(), store }, 2)
    const [resume] = written.slice(-1)
    if (resume === undefined) throw new Error("a stopped run leaves a checkpoint")
    const differing: [string, object][] = [
      ["seed", { seed: 8 }],
      ["aggregator", { aggregator: dualproj() }],
      ["optimizer", { optimizer: sgd({ learningRate: 0.4 }) }],
      ["batchSize", { batchSize: 11 }],
      ["data", { data: { ...data, labels: data.labels.length > 0 ? [...Array.from(data.labels).slice(1), 0] : [] } }]
    ]
    for (const [key, change] of differing) {
      const failed = run({ ...training(), ...change, resume })
      await expect(failed).rejects.toThrow(`${key} of the run to continue`)
    }
    await expect(run({ ...training(), epochs: 30, resume }, 1)).resolves.toHaveLength(1)
  })
})

describe("errors are typed", () => {
  test("a loss that is not finite is Diverged, with its iteration, and leaves no trace", async () => {
    const { store, written } = memoryStore()
    const options = { ...training(mean()), optimizer: sgd({ learningRate: 3e38 }), epochs: 20, store }
    const error = await ssjd(options).pipe(Stream.runDrain, Effect.flip, Effect.provide(engine), Effect.runPromise)
    expect(error).toBeInstanceOf(Diverged)
    if (!(error instanceof Diverged)) return
    expect(error.iteration).toBeGreaterThan(1)
    expect(error.message).toContain(`diverged at iteration ${error.iteration}`)
    expect(written.at(-1)?.iteration).toBe(error.iteration - 1)
  })

  test("broken rules are InputErrors before the first step", async () => {
    const wrong = [
      { batchSize: 0 },
      { aggregator: upgrad({ preference: [1, 2] }) },
      { data: { ...data, shape: [1] } },
      { batches: [[99]] }
    ]
    for (const change of wrong) {
      const { store, written } = memoryStore()
      await expect(run({ ...training(), ...change, store })).rejects.toBeInstanceOf(InputError)
      expect(written).toEqual([])
    }
  })
})

test("a preference that fits the full batch but not the last is refused at the start", async () => {
  const preference = new Array<number>(8).fill(1)
  await expect(run(training(upgrad({ preference })))).rejects.toThrow("preference")
})
