/** The CPU engine's surface: parameters in and out, batches, errors, memory. */
import { afterAll, describe, expect, test } from "bun:test"
import { InputError, loadWasm } from "@dualcone/wasm"
import { makeCpuEngine, type NetworkDescription, networks, parseDescription } from "../src/index.ts"

const wasm = await loadWasm()

const tiny: NetworkDescription = {
  name: "tiny",
  input: [1, 6, 6],
  layers: [
    { kind: "conv2d", outputs: 4, kernel: 3, padding: 1 },
    { kind: "tanh" },
    { kind: "average-pool2d", kernel: 2 },
    { kind: "flatten" },
    { kind: "linear", outputs: 3 }
  ]
}

const engine = makeCpuEngine(wasm, { network: tiny, batchSize: 5 })
afterAll(() => engine[Symbol.dispose]())

/** Numbers in [-1, 1) that look random. */
const scattered = (length: number) => Float32Array.from({ length }, (_, k) => ((k * 7919) % 2000) / 1000 - 1)

const refusal = (call: () => unknown): InputError => {
  try {
    call()
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error("nothing was refused")
}

describe("parameters", () => {
  test("are named and shaped as PyTorch does", () => {
    expect(engine.plan.parameters).toEqual([
      { name: "0.weight", shape: [4, 1, 3, 3], size: 36 },
      { name: "0.bias", shape: [4], size: 4 },
      { name: "4.weight", shape: [3, 36], size: 108 },
      { name: "4.bias", shape: [3], size: 3 }
    ])
  })

  test("come out as they went in, for every network", () => {
    for (const network of [tiny, ...Object.values(networks)]) {
      using each = makeCpuEngine(wasm, { network, batchSize: 1 })
      const given = new Map(each.plan.parameters.map(({ name, size }) => [name, scattered(size)]))
      each.load(given)
      expect(each.save()).toEqual(given)
    }
  })

  test("a vector goes to named tensors and back", () => {
    engine.initialise(3)
    const vector = engine.parameters.slice()
    const back = new Float32Array(vector.length)
    engine.import(engine.export(vector), back)
    expect(back).toEqual(vector)
  })

  test("a missing, an unknown and a wrongly sized tensor are refused by name", () => {
    const given = engine.save()
    given.delete("4.bias")
    expect(refusal(() => engine.load(given)).message).toContain("4.bias")
    given.set("4.bias", new Float32Array(4))
    expect(refusal(() => engine.load(given)).message).toBe(
      "the size of the parameter 4.bias is 4; it must be 3, of shape [3]"
    )
    given.set("9.weight", new Float32Array(4))
    expect(refusal(() => engine.load(given)).message).toContain("9.weight")
  })

  test("the same seed gives the same parameters, another seed others", () => {
    engine.initialise(1)
    const first = engine.save()
    engine.initialise(2)
    expect(engine.save()).not.toEqual(first)
    engine.initialise(1)
    expect(engine.save()).toEqual(first)
  })
})

describe("batches", () => {
  test("a step along a direction is p − rate d in float64, rounded once, the engine's own direction or another", () => {
    const start = engine.parameters.slice()
    const after = (d: Float32Array) => start.map((p, k) => Math.fround(p - 0.3 * (d[k] ?? Number.NaN)))
    const { direction } = engine.gradient(new Float64Array(5).fill(0.2))
    const own = direction.slice()
    engine.descend(direction, 0.3)
    expect(engine.parameters).toEqual(after(own))
    engine.parameters.set(start)
    const other = scattered(start.length)
    engine.descend(other, 0.3)
    expect(engine.parameters).toEqual(after(other))
    engine.parameters.set(start)
  })

  test("a partial batch gives what its examples give alone", () => {
    engine.initialise(1)
    engine.inputs.set(scattered(5 * 36))
    engine.labels.set([0, 1, 2, 0, 1])
    const whole = engine.linearize().values.slice()
    expect(engine.linearize({ examples: 3 }).values).toEqual(whole.slice(0, 3))
  })

  test("the Gramian holds the products of the pullbacks of single examples", () => {
    const linearization = engine.linearize()
    const { values, objectives } = linearization.gramian()
    const rows = Array.from({ length: objectives }, (_, i) =>
      linearization.pullback(Float64Array.from({ length: objectives }, (_, j) => (i === j ? 1 : 0))).slice()
    )
    rows.forEach((left, i) => {
      rows.forEach((right, j) => {
        const product = left.reduce((sum, value, k) => sum + value * (right[k] ?? 0), 0)
        expect(values[i * objectives + j]).toBeCloseTo(product, 5)
      })
    })
  })

  test("bad batches are refused", () => {
    engine.labels[3] = 3
    expect(refusal(() => engine.linearize()).message).toBe(
      "the label of example 3 is 3; it must be 0 to 2, the network has 3 outputs"
    )
    engine.labels[3] = 0
    expect(refusal(() => engine.linearize({ examples: 6 })).message).toContain("the batch size, 5")
    expect(refusal(() => engine.linearize().pullback(new Float64Array(4))).message).toContain("number of weights")
  })

  test("a linearization does not outlive its parameters", () => {
    const linearization = engine.linearize()
    engine.initialise(5)
    expect(refusal(() => linearization.gramian()).rule).toBe("linearize a batch first")
  })
})

describe("networks that are refused", () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ["an unknown layer", { input: [4], layers: [{ kind: "lstm" }] }, 'network.layers[0].kind is "lstm"'],
    ["batch normalisation", { input: [4], layers: [{ kind: "batch-norm2d" }] }, "use group-norm or layer-norm"],
    ["an unknown key", { input: [4], layers: [{ kind: "linear", outputs: 2, units: 3 }] }, "layers[0].units is 3"],
    ["a missing key", { input: [4], layers: [{ kind: "linear" }] }, "layers[0].outputs is missing"],
    ["a fraction", { input: [4], layers: [{ kind: "linear", outputs: 2.5 }] }, "layers[0].outputs is 2.5"],
    ["a shape of four axes", { input: [4, 4, 4, 4], layers: [] }, "it must be [features], [steps, features] or"],
    ["no layers", { input: [4], layers: {} }, "network.layers is {}"],
    ["text", "mnist.json", 'network is "mnist.json"']
  ]
  test.each(cases)("%s", (_, description, message) => {
    expect(refusal(() => parseDescription(description)).message).toContain(message)
  })

  const shapes: readonly (readonly [string, NetworkDescription["layers"], string])[] = [
    ["a linear layer on an image", [{ kind: "linear", outputs: 2 }], "flatten"],
    ["a kernel that does not fit", [{ kind: "conv2d", outputs: 2, kernel: 9 }, { kind: "flatten" }], "must fit"],
    ["groups that do not divide", [{ kind: "conv2d", outputs: 4, kernel: 3, groups: 2 }], "groups"],
    ["an output that is not flat", [{ kind: "conv2d", outputs: 4, kernel: 3 }], "it must be flat"],
    ["nothing to train", [{ kind: "flatten" }], "at least one layer to train"],
    ["an impossible probability", [{ kind: "dropout", probability: 1 }], "below 1"]
  ]
  test.each(shapes)("%s", (_, layers, message) => {
    const network = { name: "wrong", input: [1, 6, 6], layers }
    expect(refusal(() => makeCpuEngine(wasm, { network, batchSize: 2 })).message).toContain(message)
  })

  test("a batch size out of range", () => {
    for (const batchSize of [0, -1, 1.5, 65537, Number.NaN]) {
      expect(refusal(() => makeCpuEngine(wasm, { network: tiny, batchSize })).place).toBe("the batch size")
    }
  })
})

describe("memory", () => {
  test("200 engines made and disposed leave it as it was after the first", () => {
    makeCpuEngine(wasm, { network: networks.svhn, batchSize: 8 })[Symbol.dispose]()
    const before = wasm.memory.buffer.byteLength
    for (let i = 0; i < 200; i++) makeCpuEngine(wasm, { network: networks.svhn, batchSize: 8 })[Symbol.dispose]()
    expect(wasm.memory.buffer.byteLength).toBe(before)
  })

  test("steps allocate nothing", () => {
    using svhn = makeCpuEngine(wasm, { network: networks.svhn, batchSize: 4 })
    svhn.initialise(1)
    const weights = new Float64Array(4).fill(0.25)
    const before = wasm.memory.buffer.byteLength
    for (let i = 0; i < 200; i++) {
      const linearization = svhn.linearize()
      linearization.gramian()
      linearization.pullback(weights)
    }
    expect(wasm.memory.buffer.byteLength).toBe(before)
  })
})

describe("squared error", () => {
  test("is the mean over outputs of the squared difference", () => {
    using regression = makeCpuEngine(wasm, {
      network: { name: "line", input: [1], layers: [{ kind: "linear", outputs: 2 }] },
      batchSize: 1,
      objective: "squared-error"
    })
    regression.load(
      new Map([
        ["0.weight", Float32Array.of(2, -1)],
        ["0.bias", Float32Array.of(0.5, 0)]
      ])
    )
    regression.inputs.set([3])
    regression.targets.set([6, -1])
    // Outputs 6.5 and -3: ((0.5)² + (-2)²) / 2 = 2.125; ∂/∂y = (0.5, -2), so G = (0.5² + 2²)(3² + 1) = 42.5.
    const linearization = regression.linearize()
    expect(linearization.values[0]).toBe(2.125)
    expect(linearization.gramian().values[0]).toBeCloseTo(42.5, 5)
    expect(regression.outputs()).toEqual(Float32Array.of(6.5, -3))
  })
})
