/**
 * Groups of steps on a device, on an engine that only counts: its one parameter is the sum of the learning rates of the
 * steps that were made, and its loss is the parameter before the step. Steps halt where the test says.
 */
import { describe, expect, test } from "bun:test"
import { planAggregator, upgrad } from "@dualcone/aggregation"
import { InputError, loadWasm } from "@dualcone/wasm"
import type { Mark, StepReport, WebGpuEngine } from "@dualcone/webgpu"
import { type DeviceRun, makeDeviceRun } from "../src/device-run.ts"
import type { Batches } from "../src/engine.ts"

const wasm = await loadWasm()
const LAST = 400

type Halts = ReadonlyMap<number, StepReport["halted"]>

/** `halts` maps the number of a step to why it halts, unless its weights come from the host. */
function countingEngine(halts: Halts) {
  let value = 0
  let steps = 0
  let halted: StepReport["halted"] = null
  let waiting: StepReport[] = []
  const marks = new Map<Mark, number>()
  const counted = { submitted: 0, recalled: 0 }
  const report = (why: StepReport["halted"]): StepReport => ({
    ...{ replica: 0, losses: Float64Array.of(why === "diverged" ? Number.NaN : value), meanLoss: value },
    ...{ weights: Float64Array.of(1), similarity: 1, certificate: null, conflicts: null },
    ...{ gramian: { objectives: 1, values: Float64Array.of(1) }, halted: why }
  })
  const rate = (learningRate: number | readonly number[] | undefined) =>
    typeof learningRate === "number" ? learningRate : Number.NaN
  const engine: WebGpuEngine = {
    ...{ kind: "webgpu", batchSize: 1, replicas: 1, parameters: [], vectors: ["momentum"] },
    ...{ dispatches: 13, bytes: 0, window: 32 },
    load(state) {
      value = state.parameters.get("sum")?.[0] ?? 0
      steps = state.steps ?? 0
    },
    save: async () => ({ parameters: new Map([["sum", Float32Array.of(value)]]), optimizer: new Map(), steps }),
    step(_, __, options) {
      steps++
      counted.submitted = Math.max(counted.submitted, steps)
      halted ??= halts.get(steps) ?? null
      waiting.push(report(halted))
      if (halted === null) value += rate(options?.learningRate)
    },
    async reports() {
      const taken = waiting
      waiting = []
      return taken
    },
    linearize: async () => [report(null)],
    update(_, options) {
      steps++
      value += rate(options?.learningRate)
    },
    inspect: async () => ({ ...report(null), direction: new Map() }),
    mark() {
      const mark = { number: marks.size, steps }
      marks.set(mark, value)
      return mark
    },
    recall(mark) {
      counted.recalled++
      value = marks.get(mark) ?? Number.NaN
      steps = mark.steps
      halted = null
      waiting = []
    },
    release(after) {
      steps = after
      halted = null
      waiting = []
    },
    profile: async () => null,
    [Symbol.dispose]() {}
  }
  return { engine, counted }
}

const batches: Batches = { last: LAST, at: () => ({ examples: 1, write() {} }) }

/** `rateAt` gives the learning rate of an iteration, or throws. */
function runOf(halts: Halts = new Map(), hosted = false, rateAt = (iteration: number) => iteration) {
  const { engine, counted } = countingEngine(halts)
  const run = makeDeviceRun({
    engine,
    gather: () => ({ inputs: new Float32Array(1), labels: new Int32Array(1) }),
    rateAt,
    methods: new Map([[1, planAggregator(wasm, upgrad(), { objectives: 1, parameters: 1 })]]),
    hosted
  })
  return { run, counted }
}

/** The losses of the iterations from `first` to `last`. */
async function losses(run: DeviceRun, first: number, last: number): Promise<number[]> {
  const found: number[] = []
  for (let iteration = first; iteration <= last; iteration++) {
    found.push((await run.step(batches, iteration)).meanLoss)
  }
  return found
}

/** 1 + 2 + … + k: the parameter after k steps, and the loss of step k + 1. */
const sumTo = (k: number) => (k * (k + 1)) / 2
const expected = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => sumTo(first + i - 1))
const sumAfter = async (run: DeviceRun) => {
  const { iteration, state } = await run.state()
  return [iteration, state.parameters.get("sum")?.[0]]
}

describe("a run on a device", () => {
  test("returns every step in order, having made later ones before", async () => {
    const { run, counted } = runOf()
    let ahead = 0
    for (let iteration = 1; iteration <= LAST; iteration++) {
      expect((await run.step(batches, iteration)).meanLoss).toBe(sumTo(iteration - 1))
      ahead = Math.max(ahead, counted.submitted - iteration)
    }
    expect(ahead).toBeGreaterThan(1)
    expect(counted.submitted).toBe(LAST)
    expect(await sumAfter(run)).toEqual([LAST, sumTo(LAST)])
  })

  test.each([1, 7, 33, 100, 257])(
    "has the state after iteration %i, taking back what was made behind it",
    async (k) => {
      const { run, counted } = runOf()
      expect(await losses(run, 1, k)).toEqual(expected(1, k))
      const takenBack = counted.submitted > k
      expect(await sumAfter(run)).toEqual([k, sumTo(k)])
      expect(counted.recalled).toBe(takenBack ? 1 : 0)
      expect(await losses(run, k + 1, LAST)).toEqual(expected(k + 1, LAST))
      expect(await sumAfter(run)).toEqual([LAST, sumTo(LAST)])
    }
  )

  test.each([1, 2, 60, 123])("that diverges at iteration %i fails there, with the state before it", async (k) => {
    const { run } = runOf(new Map([[k, "diverged"]]))
    expect(await losses(run, 1, k - 1)).toEqual(expected(1, k - 1))
    await expect(run.step(batches, k)).rejects.toMatchObject({ _tag: "Diverged", iteration: k, quantity: "loss" })
    expect(await sumAfter(run)).toEqual([k - 1, sumTo(k - 1)])
  })

  test("takes the weights of an uncertified step from the host, and goes on", async () => {
    const halts = new Map([1, 2, 50, 51, 130].map((k) => [k, "uncertified" as const]))
    const { run } = runOf(halts)
    for (let iteration = 1; iteration <= LAST; iteration++) {
      const { meanLoss, weighedOn } = await run.step(batches, iteration)
      expect([meanLoss, weighedOn]).toEqual([sumTo(iteration - 1), halts.has(iteration) ? "cpu" : "webgpu"])
      if (iteration === 49 || iteration === 51) expect(await sumAfter(run)).toEqual([iteration, sumTo(iteration)])
    }
    expect(await sumAfter(run)).toEqual([LAST, sumTo(LAST)])
  })

  test("with every weight from the host is never ahead", async () => {
    const { run, counted } = runOf(new Map(), true)
    expect(await losses(run, 1, 20)).toEqual(expected(1, 20))
    expect(counted.recalled).toBe(0)
    expect(await sumAfter(run)).toEqual([20, sumTo(20)])
  })

  test.each([1, 2, 60])("tells an error of iteration %i there, with the state before it", async (k) => {
    const { run } = runOf(new Map(), false, (iteration) => {
      if (iteration === k) throw new InputError({ rule: "it must be kind", place: "the rate", value: iteration })
      return iteration
    })
    expect(await losses(run, 1, k - 1)).toEqual(expected(1, k - 1))
    for (const _ of [1, 2]) await expect(run.step(batches, k)).rejects.toThrow(`the rate is ${k}; it must be kind`)
    expect(await sumAfter(run)).toEqual([k - 1, sumTo(k - 1)])
  })

  test("a restored optimizer needs its vectors", async () => {
    const { run } = runOf()
    const { state } = await run.state()
    await run.restore({ iteration: 0, state })
    await expect(run.restore({ iteration: 3, state })).rejects.toThrow("the saved momentum is missing")
  })

  test("goes on from a state that it is given", async () => {
    const { run } = runOf()
    await losses(run, 1, 10)
    const { iteration, state } = await run.state()
    const snapshot = { iteration, state: { ...state, optimizer: new Map([["momentum", new Map()]]) } }
    await losses(run, 11, 90)
    await run.restore(snapshot)
    expect(await losses(run, 11, 60)).toEqual(expected(11, 60))
  })

  test("refuses iterations that do not follow each other, and those behind the last", async () => {
    const { run } = runOf()
    await expect(run.step(batches, 2)).rejects.toThrow("iterations follow each other")
    await losses(run, 1, LAST)
    await expect(run.step(batches, LAST + 1)).rejects.toThrow(`only ${LAST} iterations`)
  })
})
