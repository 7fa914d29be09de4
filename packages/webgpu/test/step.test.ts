/** Steps: what they change, what they cost, and what is read of them. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { constant, dualproj, mean, upgrad, weighting } from "@dualcone/aggregation"
import { networks } from "@dualcone/network"
import { loadWasm } from "@dualcone/wasm"
import { makeWebGpuEngine, type WebGpuEngine } from "../src/index.ts"
import { gpu, present } from "./adapter.ts"
import { counting } from "./counting.ts"
import { at, flat, golden, goldenFile } from "./golden.ts"

setDefaultTimeout(120_000) // software GPUs compile a network for seconds

const wasm = await loadWasm()
const batch = golden("svhn")
const examples = batch.losses.length
const inputSize = batch.inputs.length / examples
const rate = 0.01

describe.skipIf(gpu === null)("a step on SVHN's network", () => {
  const counted = gpu === null ? null : counting(gpu.device)
  let engine: WebGpuEngine
  beforeAll(async () => {
    if (counted === null) return
    engine = await makeWebGpuEngine(
      { ...present(), guard: present().guard, device: counted.device },
      {
        network: networks.svhn,
        batchSize: examples,
        aggregator: upgrad(),
        optimizer: { name: "sgd", learningRate: rate, momentum: 0.9, weightDecay: 0.01 }
      }
    )
  })
  afterAll(() => engine?.[Symbol.dispose]())

  test("is one submit of at most 13 dispatches, and makes no buffer, bind group or pipeline", async () => {
    engine.load(batch.parameters)
    engine.step(batch.inputs, batch.labels)
    const before = { ...counted?.counts }
    engine.step(batch.inputs, batch.labels)
    const after = { ...counted?.counts }
    expect(after).toEqual({ ...before, submits: (before.submits ?? 0) + 1, dispatches: (before.dispatches ?? 0) + 13 })
    expect(engine.dispatches).toBe(13)
    await engine.read()
    expect({ ...counted?.counts, submits: 0 }).toEqual({ ...after, submits: 0 })
  })

  test("follows torch.optim.SGD with momentum and weight decay along the directions that it shows", async () => {
    engine.load(batch.parameters)
    let parameters = flat(batch.parameters)
    let momentum = new Float64Array(parameters.length)
    for (let step = 0; step < 2; step++) {
      const { direction } = await engine.inspect(batch.inputs, batch.labels)
      const shown = flat(
        new Map([...batch.parameters.keys()].map((key) => [key, direction.get(key) ?? new Float32Array()]))
      )
      const decayed = shown.map((d, i) => d + 0.01 * at(parameters, i))
      momentum = momentum.map((b, i) => (step === 0 ? 0 : 0.9 * b) + at(decayed, i))
      parameters = parameters.map((p, i) => p - rate * at(momentum, i))
      engine.step(batch.inputs, batch.labels)
      const saved = await engine.save()
      const found = flat(
        new Map([...batch.parameters.keys()].map((key) => [key, saved.get(key) ?? new Float32Array()]))
      )
      const worst = found.reduce((most, p, i) => Math.max(most, Math.abs(p - at(parameters, i))), 0)
      expect(worst).toBeLessThan(1e-6)
    }
  })

  test("takes the learning rate of the step", async () => {
    engine.load(batch.parameters)
    engine.step(batch.inputs, batch.labels, { learningRate: 1e-30 })
    for (const [name, values] of await engine.save()) expect(values).toEqual(batch.parameters.get(name) ?? values)
  })

  test("on fewer examples than planned is the step of these examples", async () => {
    const few = examples - 1
    engine.load(batch.parameters)
    const all = await engine.inspect(batch.inputs, batch.labels)
    const odd = await engine.inspect(batch.inputs.subarray(0, few * inputSize), batch.labels.subarray(0, few))
    expect(odd.losses).toEqual(all.losses.slice(0, few))
    for (let i = 0; i < few; i++) {
      for (let j = 0; j < few; j++) {
        expect(odd.gramian?.values[i * few + j]).toBe(all.gramian?.values[i * examples + j])
      }
    }
    if (odd.gramian === null) throw new Error("there is no Gramian")
    using solver = weighting(wasm, upgrad(), few)
    solver.weigh(odd.gramian).weights.forEach((weight, i) => {
      expect(at(odd.weights, i)).toBeCloseTo(weight, 5)
    })
  })

  test("of a batch that is not finite updates nothing and says so", async () => {
    engine.load(batch.parameters)
    engine.step(batch.inputs.with(5, Number.NaN), batch.labels)
    expect((await engine.read()).diverged).toBe(true)
    for (const [name, values] of await engine.save()) expect(values).toEqual(batch.parameters.get(name) ?? values)
  })

  test("that makes a parameter infinite says so", async () => {
    engine.load(batch.parameters)
    engine.step(batch.inputs, batch.labels, { learningRate: 3e38 })
    engine.step(batch.inputs, batch.labels, { learningRate: 3e38 })
    expect((await engine.read()).diverged).toBe(true)
  })

  test("the same batch gives the same bits again", async () => {
    engine.load(batch.parameters)
    const once = await engine.inspect(batch.inputs, batch.labels)
    const twice = await engine.inspect(batch.inputs, batch.labels)
    expect(flat(twice.direction)).toEqual(flat(once.direction))
  })

  test("many reads at once take turns", async () => {
    engine.load(batch.parameters)
    engine.step(batch.inputs, batch.labels, { learningRate: 1e-30 })
    const reports = await Promise.all([1, 2, 3, 4, 5, 6].map(() => engine.read()))
    for (const { losses } of reports) expect(losses).toEqual(reports[0]?.losses ?? losses)
  })

  const refused: readonly (readonly [string, () => void, RegExp])[] = [
    ["too many labels", () => engine.step(batch.inputs, new Int32Array(examples + 1)), /number of labels is 7/],
    ["no labels", () => engine.step(new Float32Array(), new Int32Array()), /number of labels is 0/],
    ["inputs of another size", () => engine.step(batch.inputs.subarray(1), batch.labels), /entries of the inputs/],
    ["a label that is no class", () => engine.step(batch.inputs, batch.labels.with(2, 10)), /label 2 is 10/],
    ["a learning rate of 0", () => engine.step(batch.inputs, batch.labels, { learningRate: 0 }), /learning rate is 0/],
    ["a missing tensor", () => engine.load(new Map()), /size of the parameter 0.weight is missing/],
    ["an unknown tensor", () => engine.load(new Map([["x", new Float32Array()]])), /name of a parameter is "x"/]
  ]
  test.each(refused)("refuses %s", (_, run, message) => {
    expect(run).toThrow(message)
  })
})

describe.skipIf(gpu === null)("other methods", () => {
  const options = {
    network: networks.svhn,
    batchSize: examples,
    optimizer: { name: "sgd", learningRate: rate }
  } as const

  test("mean needs neither Gramian nor weights: 10 dispatches, and the direction of 1/m each", async () => {
    using engine = await makeWebGpuEngine(present(), { ...options, aggregator: mean() })
    expect(engine.dispatches).toBe(10)
    engine.load(batch.parameters)
    engine.step(batch.inputs, batch.labels)
    const report = await engine.read()
    expect(report.similarity).toBe(1)
    expect(report.gramian).toBe(null)
    expect(report.weights).toEqual(new Float64Array(examples).fill(Math.fround(1 / examples)))
  })

  test("constant takes its weights, DualProj its own program", async () => {
    using fixed = await makeWebGpuEngine(present(), {
      ...options,
      aggregator: constant({ weights: [...batch.weights] })
    })
    fixed.load(batch.parameters)
    const shown = await fixed.inspect(batch.inputs, batch.labels)
    expect(shown.weights).toEqual(Float64Array.from(batch.weights, Math.fround))
    using projecting = await makeWebGpuEngine(present(), { ...options, aggregator: dualproj() })
    projecting.load(batch.parameters)
    const { gramian, weights, certificate } = await projecting.inspect(batch.inputs, batch.labels)
    if (gramian === null) throw new Error("there is no Gramian")
    using solver = weighting(wasm, dualproj(), examples)
    solver.weigh(gramian).weights.forEach((weight, i) => {
      expect(at(weights, i)).toBeCloseTo(weight, 5)
    })
    expect(certificate?.rows).toEqual({ total: 1, certified: 1 })
  })

  test("a ridge too small for single precision is refused", async () => {
    const aggregator = upgrad({ ridge: { kind: "diagonal", epsilon: 1e-8 } })
    await expect(makeWebGpuEngine(present(), { ...options, aggregator })).rejects.toThrow("diagonal:1e-8")
  })
})

describe.skipIf(gpu === null)("training on MNIST", () => {
  test("three steps of UPGrad have the losses of float64 to 1e-5", async () => {
    const file = goldenFile("training-mnist")
    const images = file.float32("input.images")
    const classes = file.int32("input.labels")
    const batches = file.int32("input.batches")
    const losses = file.float64("expect.upgrad.losses")
    const similarities = file.float64("expect.upgrad.similarity")
    using engine = await makeWebGpuEngine(present(), {
      network: networks.mnist,
      batchSize: 32,
      aggregator: upgrad(),
      optimizer: { name: "sgd", learningRate: 0.005 }
    })
    engine.load(file.below("model."))
    for (let step = 0; step < 3; step++) {
      const chosen = batches.subarray(32 * step, 32 * (step + 1))
      const inputs = new Float32Array(32 * 784)
      chosen.forEach((index, i) => {
        inputs.set(
          images.subarray(784 * index, 784 * (index + 1)).map((pixel) => (pixel / 255 - 0.1307) / 0.3081),
          784 * i
        )
      })
      engine.step(
        inputs,
        Int32Array.from(chosen, (index) => at(classes, index))
      )
      const report = await engine.read()
      expect(Math.abs(report.meanLoss / at(losses, step) - 1)).toBeLessThan(1e-5)
      expect(Math.abs(report.similarity - at(similarities, step))).toBeLessThan(1e-4)
      expect(report.certificate?.status).toBe("certified")
    }
  })
})
