/** A loss and functions of the parameters as objectives: gradients by differences, and runs that are known otherwise. */
import { describe, expect, test } from "bun:test"
import { bloop, generator, mixed, upgrad } from "@dualcone/aggregation"
import { type Layer, makeCpuEngine, type NetworkDescription, type NetworkEngine, networks } from "@dualcone/network"
import { InputError, loadWasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import {
  adam,
  CpuEngine,
  crossEntropy,
  instanceWise,
  logLipschitz,
  type NetworkDescentOptions,
  networkDescent,
  regularized,
  sgd,
  squaredNorm
} from "../src/index.ts"
import { planRegularized } from "../src/objectives/regularized.ts"
import { planRegularizer } from "../src/regularizers/regularizer.ts"
import { memoryStore, data as small } from "./problem.ts"

const wasm = await loadWasm()

const perceptron: NetworkDescription = {
  name: "perceptron",
  input: [3],
  layers: [
    { kind: "linear", outputs: 7 },
    { kind: "relu" },
    { kind: "linear", outputs: 5, bias: false },
    { kind: "tanh" },
    { kind: "linear", outputs: 3 }
  ]
}

const started = (network: NetworkDescription, batchSize = 1): NetworkEngine => {
  const engine = makeCpuEngine(wasm, { network, batchSize })
  engine.initialise(3)
  return engine
}

describe("a regularizer's gradient is its difference quotient, whatever the engine's own order", () => {
  const cases = [
    ["log-lipschitz of a perceptron", logLipschitz(), perceptron],
    ["squared-norm of a perceptron", squaredNorm(), perceptron],
    ["squared-norm of convolutions", squaredNorm(), networks.svhn]
  ] as const
  for (const [name, regularizer, network] of cases) {
    test(name, () => {
      using engine = started(network)
      const write = planRegularizer(regularizer, engine, wasm.functions)
      const gradient = new Float32Array(engine.parameters.length)
      const unused = new Float32Array(engine.parameters.length)
      write(gradient)
      const { next } = generator(4)
      for (let k = 0; k < 40; k++) {
        const at = next() % engine.parameters.length
        const { parameters } = engine
        const before = parameters[at] ?? 0
        parameters[at] = before + 2 ** -9
        const above = { value: write(unused), parameter: parameters[at] ?? 0 }
        parameters[at] = before - 2 ** -9
        const below = { value: write(unused), parameter: parameters[at] ?? 0 }
        parameters[at] = before
        const quotient = (above.value - below.value) / (above.parameter - below.parameter)
        expect(Math.abs((gradient[at] ?? 0) - quotient)).toBeLessThan(1e-4)
      }
    })
  }

  test("and its value that of the tensors by name", () => {
    using engine = started(networks.svhn)
    const gradient = new Float32Array(engine.parameters.length)
    const value = planRegularizer(squaredNorm(), engine, wasm.functions)(gradient)
    let squares = 0
    for (const tensor of engine.save().values()) for (const entry of tensor) squares += entry * entry
    expect(value).toBeCloseTo(squares / 2, 8)
  })

  test("log-lipschitz is no function of the biases", () => {
    using engine = started(perceptron)
    const gradient = new Float32Array(engine.parameters.length)
    const write = planRegularizer(logLipschitz(), engine, wasm.functions)
    const value = write(gradient)
    for (const [name, tensor] of engine.export(gradient)) {
      expect(tensor.every((entry) => entry === 0)).toBe(name.endsWith("bias"))
    }
    // Twice the first matrix: log 2 more.
    const doubled = new Map(
      [...engine.save()].map(([name, tensor]) => [name, name === "0.weight" ? tensor.map((w) => 2 * w) : tensor])
    )
    engine.load(doubled)
    expect(write(gradient)).toBeCloseTo(value + Math.log(2), 12)
  })
})

describe("log-lipschitz is refused where it bounds nothing", () => {
  const refusal = (network: NetworkDescription) => {
    using engine = makeCpuEngine(wasm, { network, batchSize: 1 })
    try {
      planRegularizer(logLipschitz(), engine, wasm.functions)
    } catch (error) {
      if (error instanceof InputError) return error.message
    }
    return "taken"
  }
  const chain = (...layers: Layer[]): NetworkDescription => ({ name: "chain", input: [4], layers })
  const linear = { kind: "linear", outputs: 4 } as const

  test("convolutions, layers that stretch, ties, heads", () => {
    expect(refusal(networks.svhn)).toContain('layer 0 of the network under log-lipschitz is "conv2d"')
    expect(refusal(chain(linear, { kind: "gelu" }, linear))).toContain("layer 1")
    expect(refusal(chain(linear, { kind: "layer-norm" }, linear))).toContain("layer-norm")
    expect(refusal(chain(linear, { ...linear, tie: "0" }))).toContain("a tied linear layer")
    const heads = { a: { layers: [linear] }, b: { layers: [linear] } }
    expect(refusal({ ...chain(linear), heads })).toContain("heads")
    expect(refusal(chain(linear, { kind: "sigmoid" }, linear))).toBe("taken")
  })
})

const options = (more: Partial<NetworkDescentOptions> = {}): NetworkDescentOptions => ({
  network: perceptron,
  data: small,
  objective: regularized(crossEntropy, logLipschitz()),
  aggregator: bloop({ lambda: 0.3 }),
  optimizer: sgd({ learningRate: 0.2 }),
  batchSize: 8,
  epochs: 4,
  seed: 5,
  ...more
})

async function parametersAfter(run: NetworkDescentOptions): Promise<ReadonlyMap<string, Float32Array>> {
  const { store, written } = memoryStore()
  await networkDescent({ ...run, store }).pipe(Stream.runDrain, Effect.provide(CpuEngine.layer), Effect.runPromise)
  return written.at(-1)?.parameters ?? new Map()
}

const stepsOf = (run: NetworkDescentOptions) =>
  networkDescent(run).pipe(Stream.runCollect, Effect.provide(CpuEngine.layer), Effect.runPromise)

describe("a loss and a regularizer in training", () => {
  test("mixed with half the squared norm is SGD on the mean loss with weight decay λ", async () => {
    const lambda = 0.05
    const mixedRun = options({
      objective: regularized(crossEntropy, squaredNorm()),
      aggregator: mixed({ lambda })
    })
    const decayed = options({
      objective: instanceWise(crossEntropy),
      aggregator: { name: "mean" },
      optimizer: sgd({ learningRate: 0.2, weightDecay: lambda })
    })
    const [seen, expected] = [await parametersAfter(mixedRun), await parametersAfter(decayed)]
    expect(seen.size).toBe(5)
    for (const [name, values] of expected) {
      values.forEach((value, k) => {
        expect(Math.abs((seen.get(name)?.[k] ?? 0) - value)).toBeLessThan(1e-6)
      })
    }
  })

  test("values are the mean loss and the regularizers; the mean loss told leaves those out", async () => {
    const objective = regularized(crossEntropy, logLipschitz(), squaredNorm())
    const [first] = await stepsOf(options({ objective, aggregator: upgrad() }))
    const [examples] = await stepsOf(options({ objective: instanceWise(crossEntropy), aggregator: upgrad() }))
    expect(first?.losses).toHaveLength(3)
    expect(first?.weights).toHaveLength(3)
    expect(first?.meanLoss).toBe(first?.losses[0] ?? Number.NaN)
    expect(first?.meanLoss).toBeCloseTo(examples?.meanLoss ?? Number.NaN, 6)
    using engine = makeCpuEngine(wasm, { network: perceptron, batchSize: 1 })
    engine.initialise(5)
    const gradient = new Float32Array(engine.parameters.length)
    const regularizers = [logLipschitz(), squaredNorm()]
    const values = regularizers.map((regularizer) => planRegularizer(regularizer, engine, wasm.functions)(gradient))
    expect([...(first?.losses.subarray(1) ?? [])]).toEqual(values)
  })

  test("the Gramian is that of the rows, and Bloop leaves the loss alone to first order", () => {
    using engine = started(perceptron, 4)
    engine.inputs.set(Float32Array.from({ length: 12 }, (_, k) => Math.sin(k)))
    engine.labels.set([0, 1, 2, 1])
    const linearize = planRegularized(
      engine,
      { kind: "regularized", loss: crossEntropy, regularizers: [logLipschitz()] },
      wasm.functions
    )
    const linearization = linearize({ examples: 4 })
    const rows = [...linearization.jacobian()]
    const n = engine.parameters.length
    const [main, auxiliary] = [rows.slice(0, n), rows.slice(n)]
    const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0)
    const { values } = linearization.gramian()
    const expected = [
      product(main, main),
      product(main, auxiliary),
      product(auxiliary, main),
      product(auxiliary, auxiliary)
    ]
    expected.forEach((entry, k) => {
      expect(values[k]).toBeCloseTo(entry, 12)
    })
    const weights = Float64Array.of(1 - 0.3 * ((expected[1] ?? 0) / (expected[0] ?? 1)), 0.3)
    const direction = [...linearization.pullback(weights)]
    expect(product(direction, main)).toBeCloseTo(expected[0] ?? 0, 6)
  })

  test("goes on from a checkpoint to the same bits", async () => {
    const run = options({
      aggregator: bloop({ lambda: 0.3, average: "after" }),
      optimizer: adam({ learningRate: 0.01 })
    })
    const whole = await parametersAfter(run)
    const stopped = memoryStore()
    await networkDescent({ ...run, store: stopped.store }).pipe(
      Stream.take(5),
      Stream.runDrain,
      Effect.provide(CpuEngine.layer),
      Effect.runPromise
    )
    const resume = stopped.written.at(-1)
    if (resume === undefined) throw new Error("a checkpoint was written")
    const rest = await parametersAfter({ ...run, resume })
    for (const [name, values] of whole) expect([...(rest.get(name) ?? [])]).toEqual([...values])
  })

  test("a matrix that vanishes ends the run as one that diverged, naming the objective", async () => {
    using engine = makeCpuEngine(wasm, { network: perceptron, batchSize: 1 })
    engine.initialise(1)
    const parameters = new Map(
      [...engine.save()].map(([name, tensor]) => [name, name === "2.weight" ? tensor.fill(0) : tensor])
    )
    await expect(stepsOf(options({ parameters }))).rejects.toThrow("objective 1 is -Infinity")
  })
})
