/** SSJD and SEJD on networks beside the same runs with explicit Jacobians, and resuming with every method. */
import { describe, expect, test } from "bun:test"
import { aggregate, krum, linearizeJacobian, mean, meanOfRows, methods, shards, upgrad } from "@dualcone/aggregation"
import { makeCpuEngine, type NetworkDescription, type NetworkEngine } from "@dualcone/network"
import { loadWasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { examples as everyMethod } from "../../aggregation/test/examples.ts"
import {
  CpuEngine,
  crossEntropy,
  instanceWise,
  instanceWiseMultiTask,
  multiTask,
  type NetworkDescentOptions,
  networkDescent,
  perStep,
  prepareData,
  scheduleOf,
  sejd,
  sgd,
  sharded,
  squaredError,
  ssjd,
  type TrainingData
} from "../src/index.ts"
import { memoryStore, data as small, training } from "./problem.ts"

const wasm = await loadWasm()
const RATE = 0.1

const run = (options: NetworkDescentOptions) =>
  networkDescent(options).pipe(Stream.runCollect, Effect.provide(CpuEngine.layer), Effect.runPromise)

/** A trunk and two heads: a class of three, and one number. */
const twoTasks: NetworkDescription = {
  name: "two tasks",
  input: [3],
  layers: [{ kind: "linear", outputs: 6 }, { kind: "tanh" }],
  heads: {
    class: { layers: [{ kind: "linear", outputs: 3 }] },
    size: { layers: [{ kind: "linear", outputs: 1 }] }
  }
}
const losses = { class: crossEntropy, size: squaredError }

/** The small data with a second loss an example, which the first task does not care for. */
const twoLabels: TrainingData = {
  ...small,
  labels: Array.from(small.labels).flatMap((label) => [label, 0]),
  targets: Float32Array.from({ length: small.examples }, (_, i) => ((i * 7) % 5) - 2)
}

const options = (objective: NetworkDescentOptions["objective"]): NetworkDescentOptions => ({
  network: twoTasks,
  data: twoLabels,
  objective,
  aggregator: upgrad(),
  optimizer: sgd({ learningRate: RATE }),
  batchSize: 8,
  epochs: 3,
  seed: 2
})

/** Goes through the batches of a run on an engine of its own, which `update` moves. */
function replay(run: NetworkDescentOptions, engine: NetworkEngine, update: (examples: number) => void) {
  const schedule = scheduleOf(run)
  const prepared = prepareData(run.data, engine.plan)
  for (let iteration = 1; iteration <= schedule.iterations; iteration++) {
    const batch = prepared.batch(schedule.batch(iteration))
    batch.write(engine)
    update(batch.examples)
  }
}

const descend = (engine: NetworkEngine, direction: ArrayLike<number>) => {
  const { parameters } = engine
  for (let k = 0; k < parameters.length; k++) parameters[k] = (parameters[k] ?? 0) - RATE * (direction[k] ?? 0)
}

describe("SSJD", () => {
  test("with the mean is plain SGD to the last bit", async () => {
    const objective = instanceWise(crossEntropy)
    const run = { ...training(mean()), objective, optimizer: sgd({ learningRate: RATE }), seed: 4 }
    const { store, written } = memoryStore()
    await ssjd({ ...run, store }).pipe(Stream.runDrain, Effect.provide(CpuEngine.layer), Effect.runPromise)
    using engine = makeCpuEngine(wasm, { network: run.network, batchSize: 8 })
    engine.initialise(4)
    replay(run, engine, (examples) => {
      const { direction } = engine.gradient(new Float64Array(examples).fill(1 / examples), { examples })
      descend(engine, direction)
    })
    for (const [name, values] of engine.save()) {
      expect([...(written.at(-1)?.parameters.get(name) ?? [])]).toEqual([...values])
    }
  })
})

describe("SEJD on a trunk and two heads", () => {
  /** Rows of the Jacobian by one backward pass a task, in the engine's own order. */
  const explicit = (engine: NetworkEngine, examples: number) => {
    const rows = [0, 1].map((task) => {
      const weights = Float64Array.from([0, 1], (other) => (other === task ? 1 : 0))
      return Float64Array.from(engine.gradient(weights, { examples }).direction)
    })
    return linearizeJacobian(rows)
  }
  const make = (part: object = {}) =>
    makeCpuEngine(wasm, { network: twoTasks, batchSize: 8, objective: losses, rows: "losses", ...part })

  test("with UPGrad equals the same run with an explicit Jacobian, step by step", async () => {
    const steps = await run(options(multiTask(losses)))
    using engine = make()
    engine.initialise(2)
    let k = 0
    replay(options(multiTask(losses)), engine, (examples) => {
      const step = steps[k++]
      const values = engine.gradient(new Float64Array(2), { examples }).values.slice()
      const { weights, direction } = aggregate(wasm, upgrad(), explicit(engine, examples))
      expect(step?.losses).toHaveLength(2)
      values.forEach((value, task) => {
        expect(Math.abs((step?.losses[task] ?? 0) - value)).toBeLessThan(1e-6 * (1 + value))
      })
      weights.forEach((weight, task) => {
        expect(Math.abs((step?.weights?.[task] ?? 0) - weight)).toBeLessThan(1e-5)
      })
      descend(engine, direction)
    })
    expect(k).toBe(9)
  })

  test("the trunk alone aggregated: heads follow the gradient of their own task", async () => {
    const part = { jacobianOf: ["trunk"], outside: "plain" } as const
    const { store, written } = memoryStore()
    await sejd({ ...options(multiTask(losses)), objective: multiTask(losses, part), store }).pipe(
      Stream.runDrain,
      Effect.provide(CpuEngine.layer),
      Effect.runPromise
    )
    using engine = make()
    engine.initialise(2)
    const inTrunk = new Float64Array(engine.parameters.length)
    for (const { layer, start, end } of engine.columnGroups) if (layer.startsWith("trunk")) inTrunk.fill(1, start, end)
    replay(options(multiTask(losses)), engine, (examples) => {
      const whole = explicit(engine, examples)
      const rows = Float64Array.from(whole.jacobian())
      const trunkRows = rows.map((entry, at) => entry * (inTrunk[at % inTrunk.length] ?? 0))
      const trunk = linearizeJacobian({ objectives: 2, parameters: inTrunk.length, values: trunkRows })
      const { weights } = aggregate(wasm, upgrad(), trunk)
      const plain = whole.pullback(Float64Array.of(1, 1))
      const weighted = whole.pullback(weights)
      descend(
        engine,
        weighted.map((entry, k) => (inTrunk[k] === 1 ? entry : (plain[k] ?? 0)))
      )
    })
    for (const [name, values] of engine.save()) {
      values.forEach((value, k) => {
        expect(Math.abs((written.at(-1)?.parameters.get(name)?.[k] ?? 0) - value)).toBeLessThan(2e-6)
      })
    }
  })

  test("examples times tasks: one objective each", async () => {
    const [first] = await run(options(instanceWiseMultiTask(losses)))
    expect(first?.examples).toBe(8)
    expect(first?.losses).toHaveLength(16)
    const [summed] = await run(options(instanceWise(losses)))
    summed?.losses.forEach((loss, e) => {
      expect(loss).toBeCloseTo((first?.losses[2 * e] ?? 0) + (first?.losses[2 * e + 1] ?? 0), 5)
    })
  })
})

describe("other objectives", () => {
  test("shards are means of neighbours in the batch", async () => {
    const base = { ...training(), optimizer: sgd({ learningRate: RATE }), batchSize: 8, epochs: 1, seed: 3 }
    const [step] = await run({ ...base, objective: sharded(crossEntropy, 3) })
    const [examples] = await run({ ...base, objective: instanceWise(crossEntropy) })
    const rows = linearizeJacobian(
      Array.from(examples?.losses ?? [], () => [0]),
      examples?.losses
    )
    const means = meanOfRows(rows, shards(8, 3)).values
    expect(step?.losses).toHaveLength(3)
    step?.losses.forEach((loss, i) => {
      expect(loss).toBeCloseTo(means[i] ?? 0, 6)
    })
  })

  test("Krum leaves out the poisoned shard", async () => {
    const poisoned = Float32Array.from(small.images, (byte, k) => (k < 4 * 3 ? 100 * byte : byte))
    const batches = [Array.from({ length: 20 }, (_, i) => i)]
    const [step] = await run({
      ...training(krum({ byzantine: 1, selected: 3 })),
      data: { ...small, images: poisoned },
      objective: sharded(crossEntropy, 5),
      batches
    })
    expect(step?.weights?.[0]).toBe(0)
    expect((step?.weights ?? new Float64Array(0)).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
  })

  test("one objective a time step of a recurrent network", async () => {
    const steps = 5
    const network: NetworkDescription = {
      name: "echo",
      input: [steps],
      layers: [
        { kind: "embedding", entries: 4, width: 3 },
        { kind: "recurrent", hidden: 8 },
        { kind: "linear", outputs: 4 }
      ]
    }
    // Each step asks for the token of the step before; the first for 0.
    const examples = 24
    const tokens = Float32Array.from({ length: examples * steps }, (_, k) => (k * 7 + Math.floor(k / 3)) % 4)
    const labels = Array.from(tokens, (_, k) => (k % steps === 0 ? 0 : (tokens[k - 1] ?? 0)))
    const data = { name: "echo", examples, shape: [steps], images: tokens, labels, scale: 1, mean: [0], deviation: [1] }
    const optimizer = sgd({ learningRate: 0.5 })
    const seen = await run({
      network,
      data,
      objective: perStep(crossEntropy),
      aggregator: upgrad(),
      optimizer,
      batchSize: 8,
      epochs: 60,
      seed: 1
    })
    expect(seen[0]?.losses).toHaveLength(steps)
    expect(seen.at(-1)?.meanLoss ?? 1).toBeLessThan(0.6 * (seen[0]?.meanLoss ?? 0))
  })
})

describe("every method goes on from a checkpoint to the same bits", () => {
  using engine = makeCpuEngine(wasm, { network: training().network, batchSize: 1 })
  const remembering = everyMethod(2, engine.parameters.length).filter(([, { name }]) =>
    methods.some((method) => method.name === name && (method.stateful || method.random))
  )
  test("there are many", () => expect(remembering.length).toBeGreaterThan(20))
  for (const [name, aggregator] of remembering) {
    test(name, async () => {
      const base = training(aggregator)
      // Two shards, so that methods for one main and one auxiliary objective can serve.
      const options = { ...base, objective: sharded(crossEntropy, 2), batchSize: 11 }
      const whole = memoryStore()
      await run({ ...options, store: whole.store })
      const stopped = memoryStore()
      await networkDescent({ ...options, store: stopped.store }).pipe(
        Stream.take(3),
        Stream.runDrain,
        Effect.provide(CpuEngine.layer),
        Effect.runPromise
      )
      const resume = stopped.written.at(-1)
      if (resume === undefined) throw new Error("a checkpoint was written")
      expect(resume.iteration).toBe(3)
      const rest = memoryStore()
      await run({ ...options, resume, store: rest.store })
      const [expected, seen] = [whole.written.at(-1), rest.written.at(-1)]
      expect(seen?.iteration).toBe(expected?.iteration ?? -1)
      for (const [parameter, values] of expected?.parameters ?? []) {
        expect([...(seen?.parameters.get(parameter) ?? [])]).toEqual([...values])
      }
      for (const [array, values] of expected?.aggregator ?? []) {
        expect([...(seen?.aggregator.get(array) ?? [])]).toEqual([...values])
      }
    })
  }
})
