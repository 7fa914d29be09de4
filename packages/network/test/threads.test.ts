/** Engines on several threads: the bits of one thread, and workers that end when they are told to. */
import { describe, expect, test } from "bun:test"
import { InputError, loadWasm, loadWasmFor, MOST_THREADS, type Wasm } from "@dualcone/wasm"
import { makeCpuEngine, type NetworkDescription, type NetworkEngine, networks } from "../src/index.ts"

const plain = await loadWasm()
const shared = await loadWasmFor("auto")
const { workers } = shared
if (workers === null) throw new Error("Bun has shared memory and workers")

/** Kernels for blocked channels and plain ones, both forms of the Gramian, dropout, and sizes that no tile divides. */
const odd: NetworkDescription = {
  name: "odd",
  input: [3, 13, 11],
  layers: [
    { kind: "conv2d", outputs: 16, kernel: 3 },
    { kind: "elu" },
    { kind: "conv2d", outputs: 32, kernel: 3, groups: 16 },
    { kind: "max-pool2d", kernel: 2 },
    { kind: "elu" },
    { kind: "group-norm", groups: 4 },
    { kind: "dropout", probability: 0.25 },
    { kind: "conv2d", outputs: 48, kernel: 2, stride: 2, padding: 1 },
    { kind: "relu" },
    { kind: "flatten" },
    { kind: "linear", outputs: 9 },
    { kind: "tanh" },
    { kind: "linear", outputs: 5, bias: false }
  ]
}

/** A sum whose branches meet again, dropout and a strided convolution: a network that is no chain. */
const residual: NetworkDescription = {
  name: "residual",
  input: [2, 9, 9],
  layers: [
    { kind: "conv2d", outputs: 4, kernel: 3, padding: 1 },
    { kind: "sum", branches: [[], [{ kind: "relu" }, { kind: "conv2d", outputs: 4, kernel: 3, padding: 1 }]] },
    { kind: "dropout", probability: 0.25 },
    { kind: "conv2d", outputs: 6, kernel: 2, stride: 2 },
    { kind: "tanh" },
    { kind: "flatten" },
    { kind: "linear", outputs: 5 }
  ]
}

/** Numbers in [-1, 1) that look random. */
const scattered = (index: number) => ((index * 7919) % 2003) / 1001.5 - 1

/** Losses, Gramians and directions of two steps, and the parameters after them. */
function trace(engine: NetworkEngine): readonly (readonly number[])[] {
  const { batchSize, inputSize, outputSize } = engine.plan
  engine.initialise(5)
  for (let i = 0; i < batchSize * inputSize; i++) engine.inputs[i] = scattered(i)
  for (let i = 0; i < batchSize; i++) engine.labels[i] = i % outputSize
  const found: number[][] = []
  for (let step = 1; step <= 2; step++) {
    const examples = step === 1 ? batchSize : Math.ceil(batchSize / 2)
    const weights = Float64Array.from({ length: examples }, (_, i) => 0.5 + scattered(i) / 4)
    const linearization = engine.linearize({ examples, training: { step } })
    found.push([...linearization.values], [...linearization.gramian().values])
    const direction = linearization.pullback(weights)
    engine.descend(direction, 0.01)
    found.push([...engine.gradient(weights, { examples }).direction], [...engine.outputs({ examples })])
  }
  return [...found, [...engine.parameters]]
}

/** Two batches, with the second of which workers start, and what it takes them to come up. */
async function started(engine: NetworkEngine): Promise<void> {
  engine.outputs()
  engine.outputs()
  await workers?.ready()
}

const traceOf = async (wasm: Wasm, network: NetworkDescription, batchSize: number, threads: number) => {
  using engine = makeCpuEngine(wasm, { network, batchSize, threads })
  await started(engine)
  return { trace: trace(engine), used: engine.threads }
}

/** Resolves when no worker serves, or is still to come up: the pool tells them a turn of the event loop later. */
async function ended(): Promise<void> {
  await Bun.sleep(5)
  while (workers !== null && workers.serving > 0) await Bun.sleep(1)
}

describe("the bits are those of the module for one thread", () => {
  test.each(Object.values(networks))("$name with 1, 2 and 3 threads", async (network) => {
    const expected = await traceOf(plain, network, 10, 1)
    expect(expected.used).toBe(1)
    for (const threads of [1, 2, 3]) {
      expect(await traceOf(shared, network, 10, threads)).toEqual({ trace: expected.trace, used: threads })
    }
  })

  test.each([1, 3, 6, 21, 40])("odd shapes, %i examples", async (batchSize) => {
    const expected = await traceOf(plain, odd, batchSize, 1)
    for (const threads of [2, 3, 5]) {
      const used = Math.min(threads, Math.ceil(batchSize / 4))
      expect(await traceOf(shared, odd, batchSize, threads)).toEqual({ trace: expected.trace, used })
    }
  })

  test.each([1, 6, 21])("a network that is no chain, %i examples", async (batchSize) => {
    const expected = await traceOf(plain, residual, batchSize, 1)
    for (const threads of [2, 3]) {
      const used = Math.min(threads, Math.ceil(batchSize / 4))
      expect(await traceOf(shared, residual, batchSize, threads)).toEqual({ trace: expected.trace, used })
    }
  })

  test("also before any worker is up", async () => {
    await ended()
    const expected = await traceOf(plain, odd, 9, 1)
    using engine = makeCpuEngine(shared, { network: odd, batchSize: 9, threads: 3 })
    expect(trace(engine)).toEqual(expected.trace)
  })
})

describe("threads", () => {
  test("are one on the module for one thread, and for rows that all examples share", () => {
    using alone = makeCpuEngine(plain, { network: odd, batchSize: 16, threads: 4 })
    expect(alone.threads).toBe(1)
    const heads = { left: { layers: [{ kind: "linear", outputs: 2 }] } } as const
    const network: NetworkDescription = { name: "heads", input: [3], layers: [], heads }
    using sums = makeCpuEngine(shared, { network, batchSize: 16, rows: "losses", threads: 3 })
    expect(sums.threads).toBe(1)
    using examples = makeCpuEngine(shared, { network, batchSize: 16, threads: 3 })
    expect(examples.threads).toBe(3)
  })

  test("are as many as there are cores by default, but no more than groups of four examples", () => {
    const cores = Math.min(navigator.hardwareConcurrency, 8)
    using many = makeCpuEngine(shared, { network: odd, batchSize: 64 })
    expect(many.threads).toBe(cores)
    using few = makeCpuEngine(shared, { network: odd, batchSize: 4 })
    expect(few.threads).toBe(1)
  })

  test.each([0, -1, 1.5, MOST_THREADS + 1, Number.NaN])("cannot be %d", (threads) => {
    const make = () => makeCpuEngine(shared, { network: odd, batchSize: 8, threads })
    expect(make).toThrow(InputError)
    expect(make).toThrow(`threads is ${threads}; it must be auto or an integer from 1 to 64`)
  })
})

describe("workers", () => {
  const made = (threads: number) => makeCpuEngine(shared, { network: odd, batchSize: 40, threads })

  test("do not start for a single batch", async () => {
    await ended()
    using engine = made(2)
    engine.linearize().gramian()
    await workers.ready()
    expect(workers.serving).toBe(0)
  })

  test("serve as long as an engine wants them, and end with the last", async () => {
    await ended()
    const [first, second] = [made(3), made(2)]
    expect(workers.serving).toBe(0)
    await started(first)
    await started(second)
    expect(workers.serving).toBe(2)
    first[Symbol.dispose]()
    await Bun.sleep(5)
    expect(workers.serving).toBe(2)
    second[Symbol.dispose]()
    await ended()
  })

  test("end after an engine refused its batch", async () => {
    {
      using engine = made(2)
      await started(engine)
      expect(workers.serving).toBe(1)
      engine.labels[0] = 99
      expect(() => engine.linearize()).toThrow(InputError)
    }
    await ended()
  })

  test("are shared by engines that follow one another at once", async () => {
    await ended()
    for (let i = 0; i < 50; i++) {
      using engine = made(2)
      engine.outputs()
      engine.linearize()
    }
    await workers.ready()
    expect(workers.serving).toBeLessThanOrEqual(1)
    await ended()
  })

  test("200 engines, made, stepped and disposed of with their workers, leave the memory where it was", async () => {
    let before = 0
    for (let i = 0; i < 200; i++) {
      {
        using engine = made(3)
        await started(engine)
        expect(workers.serving).toBe(2)
        engine.linearize().gramian()
      }
      await ended()
      if (i === 20) before = shared.memory.buffer.byteLength
    }
    expect(shared.memory.buffer.byteLength).toBe(before)
  }, 60_000)
})
