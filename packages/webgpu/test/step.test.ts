/** Steps: what they change, and what is read of them. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { constant, dualproj, mean, upgrad, weighting } from "@dualcone/aggregation"
import { networks } from "@dualcone/network"
import { loadWasm } from "@dualcone/wasm"
import { at, flat, golden, goldenFile } from "../../network/test/golden.ts"
import { makeWebGpuEngine, type StepReport, type WebGpuEngine } from "../src/index.ts"
import { gpu, present } from "./adapter.ts"

setDefaultTimeout(120_000) // software GPUs compile a network for seconds

const wasm = await loadWasm()
const batch = golden("svhn")
const examples = batch.losses.length
const inputSize = batch.inputs.length / examples
const rate = 0.01

const halts = (reports: readonly StepReport[]) => reports.map(({ halted }) => halted)

describe.skipIf(gpu === null)("a step on SVHN's network", () => {
  let engine: WebGpuEngine
  beforeAll(async () => {
    if (gpu === null) return
    engine = await makeWebGpuEngine(gpu, {
      network: networks.svhn,
      batchSize: examples,
      aggregator: upgrad(),
      optimizer: { name: "sgd", learningRate: rate, momentum: 0.9, weightDecay: 0.01 }
    })
  })
  afterAll(() => engine?.[Symbol.dispose]())

  test("follows torch.optim.SGD with momentum and weight decay along the directions that it shows", async () => {
    engine.load({ parameters: batch.parameters })
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
      const { parameters: saved } = await engine.save()
      const found = flat(
        new Map([...batch.parameters.keys()].map((key) => [key, saved.get(key) ?? new Float32Array()]))
      )
      const worst = found.reduce((most, p, i) => Math.max(most, Math.abs(p - at(parameters, i))), 0)
      expect(worst).toBeLessThan(1e-6)
    }
  })

  test("takes the learning rate of the step", async () => {
    engine.load({ parameters: batch.parameters })
    engine.step(batch.inputs, batch.labels, { learningRate: 1e-30 })
    for (const [name, values] of (await engine.save()).parameters)
      expect(values).toEqual(batch.parameters.get(name) ?? values)
  })

  test("on fewer examples than planned is the step of these examples", async () => {
    const few = examples - 1
    engine.load({ parameters: batch.parameters })
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
    engine.load({ parameters: batch.parameters })
    engine.step(batch.inputs.with(5, Number.NaN), batch.labels)
    expect(halts(await engine.reports())).toEqual(["diverged"])
    for (const [name, values] of (await engine.save()).parameters)
      expect(values).toEqual(batch.parameters.get(name) ?? values)
  })

  test("that makes a parameter infinite halts the next one", async () => {
    engine.load({ parameters: batch.parameters })
    engine.step(batch.inputs, batch.labels, { learningRate: 3e38 })
    engine.step(batch.inputs, batch.labels, { learningRate: 3e38 })
    engine.step(batch.inputs, batch.labels)
    expect(halts(await engine.reports())).toEqual([null, "diverged", "diverged"])
  })

  test("the same batch gives the same bits again", async () => {
    engine.load({ parameters: batch.parameters })
    const once = await engine.inspect(batch.inputs, batch.labels)
    const twice = await engine.inspect(batch.inputs, batch.labels)
    expect(flat(twice.direction)).toEqual(flat(once.direction))
  })

  test("reports come in the order of the steps, as if each had been read at once", async () => {
    const rates = [1e-3, 2e-3, 3e-3]
    engine.load({ parameters: batch.parameters })
    for (const learningRate of rates) engine.step(batch.inputs, batch.labels, { learningRate })
    const together = await engine.reports()
    engine.load({ parameters: batch.parameters })
    const apart = []
    for (const learningRate of rates) {
      engine.step(batch.inputs, batch.labels, { learningRate })
      apart.push(...(await engine.reports()))
    }
    expect(together.map(({ losses }) => losses)).toEqual(apart.map(({ losses }) => losses))
    expect(together[0]?.meanLoss).not.toBe(together[1]?.meanLoss ?? 0)
  })

  test("goes back to a marked state, momentum included, and takes the same steps again", async () => {
    const fresh = async () => flat((await engine.save()).parameters)
    engine.load({ parameters: batch.parameters })
    engine.step(batch.inputs, batch.labels)
    const mark = engine.mark()
    for (let step = 0; step < 2; step++) engine.step(batch.inputs, batch.labels)
    const first = await fresh()
    engine.recall(mark)
    expect((await engine.save()).steps).toBe(1)
    expect(await fresh()).not.toEqual(first)
    for (let step = 0; step < 2; step++) engine.step(batch.inputs, batch.labels)
    expect(await fresh()).toEqual(first)
  })

  test("only the last three marks can be recalled", () => {
    const [first] = [1, 2, 3, 4].map(() => engine.mark())
    if (first === undefined) throw new Error("there is no mark")
    expect(() => engine.recall(first)).toThrow(/only the last 3 of \d+ can be recalled/)
  })

  test("inspected on a batch that is not finite has no direction", async () => {
    engine.load({ parameters: batch.parameters })
    await engine.inspect(batch.inputs, batch.labels)
    const { halted, direction } = await engine.inspect(batch.inputs.with(5, Number.NaN), batch.labels)
    expect(halted).toBe("diverged")
    expect(flat(direction).every((value) => value === 0)).toBe(true)
  })

  test("a saved state goes on to the same bits", async () => {
    engine.load({ parameters: batch.parameters })
    engine.step(batch.inputs, batch.labels)
    const state = await engine.save()
    engine.step(batch.inputs, batch.labels)
    const whole = await engine.save()
    engine.load(state)
    engine.step(batch.inputs, batch.labels)
    expect(await engine.save()).toEqual(whole)
  })

  const refused: readonly (readonly [string, () => void, RegExp])[] = [
    ["too many labels", () => engine.step(batch.inputs, new Int32Array(examples + 1)), /number of labels is 7/],
    ["no labels", () => engine.step(new Float32Array(), new Int32Array()), /number of labels is 0/],
    ["inputs of another size", () => engine.step(batch.inputs.subarray(1), batch.labels), /entries of the inputs/],
    ["a label that is no class", () => engine.step(batch.inputs, batch.labels.with(2, 10)), /label 2 is 10/],
    ["an update of what was not linearized", () => engine.update(batch.weights), /linearized/],
    ["a negative learning rate", () => engine.step(batch.inputs, batch.labels, { learningRate: -1 }), /rate is -1/],
    ["a missing tensor", () => engine.load({ parameters: new Map() }), /size of the parameter 0.weight is missing/],
    [
      "an unknown tensor",
      () => engine.load({ parameters: new Map([["x", new Float32Array()]]) }),
      /name of a parameter is "x"/
    ]
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
    engine.load({ parameters: batch.parameters })
    engine.step(batch.inputs, batch.labels)
    const [report] = await engine.reports()
    expect(report?.similarity).toBe(1)
    expect(report?.gramian).toBe(null)
    expect(report?.weights).toEqual(new Float64Array(examples).fill(Math.fround(1 / examples)))
  })

  test("constant takes its weights, DualProj its own program", async () => {
    using fixed = await makeWebGpuEngine(present(), {
      ...options,
      aggregator: constant({ weights: [...batch.weights] })
    })
    fixed.load({ parameters: batch.parameters })
    const shown = await fixed.inspect(batch.inputs, batch.labels)
    expect(shown.weights).toEqual(Float64Array.from(batch.weights, Math.fround))
    using projecting = await makeWebGpuEngine(present(), { ...options, aggregator: dualproj() })
    projecting.load({ parameters: batch.parameters })
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
    engine.load({ parameters: file.below("model.") })
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
      const [report] = await engine.reports()
      if (report === undefined) throw new Error("there is no report")
      expect(Math.abs(report.meanLoss / at(losses, step) - 1)).toBeLessThan(1e-5)
      expect(Math.abs(report.similarity - at(similarities, step))).toBeLessThan(1e-4)
      expect(report.certificate?.status).toBe("certified")
    }
  })
})
