/** The engine on WebGPU beside the CPU's: the same steps in single precision, resuming, and a device that goes away. */
import { describe, expect, test } from "bun:test"
import { cagrad, crMogm, famo, graddrop, mean, mgda, strict, upgrad } from "@dualcone/aggregation"
import type { NetworkDescription } from "@dualcone/network"
import { counting, type DeviceResult, requestDevice } from "@dualcone/webgpu"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import {
  adaGrad,
  adam,
  adamW,
  CpuEngine,
  crossEntropy,
  type Engine,
  type EngineError,
  instanceWise,
  type NetworkDescentOptions,
  networkDescent,
  rmsProp,
  schedules,
  sgd,
  type TrainingData,
  webGpuEngineLayer
} from "../src/index.ts"
import { memoryStore } from "./problem.ts"

const first = await requestDevice()
if (!first.found && process.env.CI === "true") throw first.error
if (!first.found) console.warn(`\nSKIPPED: the tests of the engine on WebGPU. ${first.error.message}\n`)
if (first.found) first.gpu[Symbol.dispose]()

/** A small relative of the MNIST network. */
const network: NetworkDescription = {
  name: "small",
  input: [1, 28, 28],
  layers: [
    { kind: "conv2d", outputs: 8, kernel: 3 },
    { kind: "elu" },
    { kind: "conv2d", outputs: 16, kernel: 3 },
    { kind: "max-pool2d", kernel: 2 },
    { kind: "elu" },
    { kind: "conv2d", outputs: 16, kernel: 3 },
    { kind: "max-pool2d", kernel: 3 },
    { kind: "elu" },
    { kind: "flatten" },
    { kind: "linear", outputs: 16 },
    { kind: "elu" },
    { kind: "linear", outputs: 10 }
  ]
}

const EXAMPLES = 22
/** Bytes from a fixed rule, brighter where the label says. */
const data: TrainingData = {
  name: "stripes",
  examples: EXAMPLES,
  shape: [1, 28, 28],
  images: Uint8Array.from({ length: EXAMPLES * 784 }, (_, k) => {
    const [example, pixel] = [Math.floor(k / 784), k % 784]
    return (pixel % 10 === example % 10 ? 200 : 20) + ((k * 37) % 31)
  }),
  labels: Array.from({ length: EXAMPLES }, (_, example) => example % 10),
  scale: 255,
  mean: [0.3],
  deviation: [0.3]
}

/** The same examples again and again. */
const many: TrainingData = {
  ...data,
  examples: 600,
  images: Uint8Array.from({ length: 600 * 784 }, (_, k) => Number(data.images[k % data.images.length])),
  labels: Array.from({ length: 600 }, (_, example) => Number(data.labels[example % EXAMPLES]))
}

const options = (change: Partial<NetworkDescentOptions> = {}): NetworkDescentOptions => ({
  network,
  data,
  objective: instanceWise(crossEntropy),
  aggregator: upgrad(),
  optimizer: sgd({ learningRate: 0.05, momentum: 0.5 }),
  batchSize: 8,
  epochs: 3,
  seed: 3,
  ...change
})

const run = (
  layer: Layer.Layer<Engine, EngineError>,
  training: NetworkDescentOptions,
  limit = Number.POSITIVE_INFINITY
) => networkDescent(training).pipe(Stream.take(limit), Stream.runCollect, Effect.provide(layer), Effect.runPromise)

describe.skipIf(!first.found)("the engine on WebGPU", () => {
  const gpu = webGpuEngineLayer(requestDevice)

  const changes: Readonly<Record<string, Partial<NetworkDescentOptions>>> = {
    "UPGrad with momentum": {},
    "the mean with a schedule": {
      aggregator: mean(),
      optimizer: sgd({ learningRate: schedules.inverseSqrt({ initial: 0.1 }) })
    },
    "a cosine that ends at 0": {
      optimizer: sgd({ learningRate: schedules.cosine({ initial: 0.05, iterations: 5 }) })
    },
    Adam: { optimizer: adam({ learningRate: 0.003, weightDecay: 0.01 }) },
    "AdamW with AMSGrad": { optimizer: adamW({ learningRate: 0.003, weightDecay: 0.1, amsgrad: true }) },
    "RMSProp, centred, with momentum": { optimizer: rmsProp({ learningRate: 1e-4, centered: true, momentum: 0.5 }) },
    "AdaGrad with a decay": { optimizer: adaGrad({ learningRate: 0.01, learningRateDecay: 0.1, weightDecay: 0.01 }) },
    "MGDA, whose weights are found on the CPU": { aggregator: mgda() },
    "UPGrad with the strict ridge, likewise": { aggregator: upgrad({ ridge: strict }) },
    "a method that remembers": {
      aggregator: crMogm({ weighting: cagrad(), smoothing: { kind: "constant", alpha: 0.5 } })
    },
    "a method that looks at the losses after the update": { aggregator: famo({ learningRate: 0.1 }) }
  }
  test.each(Object.entries(changes))("%s takes the steps of the CPU, to 2e-5 of the losses", async (_, change) => {
    const expected = await run(CpuEngine.layer, options(change))
    const seen = await run(gpu, options(change))
    expect(seen).toHaveLength(9)
    seen.forEach((step, k) => {
      const cpu = expected[k]
      expect(step.examples).toBe(cpu?.examples ?? 0)
      expect(Math.abs(step.meanLoss / (cpu?.meanLoss ?? 0) - 1)).toBeLessThan(2e-5)
      expect(Math.abs(step.similarity - (cpu?.similarity ?? 0))).toBeLessThan(2e-4)
      expect(step.certificate?.status).toBe(cpu?.certificate?.status)
    })
  })

  test("goes on from a checkpoint to the same bits on one device, momentum included", async () => {
    const whole = memoryStore()
    await run(gpu, options({ store: whole.store }))
    const stopped = memoryStore()
    await run(gpu, options({ store: stopped.store }), 4)
    const resume = stopped.written.at(-1)
    if (resume === undefined) throw new Error("a checkpoint was written")
    const rest = memoryStore()
    await run(gpu, options({ store: rest.store, resume }))
    for (const [parameter, values] of whole.written.at(-1)?.parameters ?? []) {
      expect([...(rest.written.at(-1)?.parameters.get(parameter) ?? [])]).toEqual([...values])
    }
  })

  for (const [name, again] of [
    ["a new device", true],
    ["the CPU when there is none", false]
  ] as const) {
    test(`a lost device: the run goes on on ${name}, with every step`, async () => {
      const expected = await run(gpu, options())
      const devices: GPUDevice[] = []
      const request = async (): Promise<DeviceResult> => {
        const result = devices.length > 0 && !again ? nothing : await requestDevice()
        if (result.found) devices.push(result.gpu.device)
        return result
      }
      const steps = await networkDescent(options()).pipe(
        Stream.tap(({ iteration }) =>
          Effect.sync(() => {
            if (iteration === 4) devices[0]?.destroy()
          })
        ),
        Stream.runCollect,
        Effect.provide(webGpuEngineLayer(request)),
        Effect.runPromise
      )
      expect(devices).toHaveLength(again ? 2 : 1)
      expect(steps.map((step) => step.iteration)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
      steps.forEach((step, k) => {
        expect(Math.abs(step.meanLoss / (expected[k]?.meanLoss ?? 0) - 1)).toBeLessThan(again ? 1e-7 : 1e-5)
      })
    })
  }

  test("where single precision solves nothing, the weights of every step come from the CPU and the step says so", async () => {
    const request = async (): Promise<DeviceResult> => {
      const result = await requestDevice()
      return result.found
        ? { found: true, gpu: counting(result.gpu, { runs: (kernel) => kernel !== "dual-cone" }).gpu }
        : result
    }
    const expected = await run(gpu, options())
    const seen = await run(webGpuEngineLayer(request), options())
    expect(expected.map(({ weighedOn }) => weighedOn)).toEqual(new Array(9).fill("webgpu"))
    expect(seen.map(({ weighedOn }) => weighedOn)).toEqual(new Array(9).fill("cpu"))
    seen.forEach(({ meanLoss, certificate }, k) => {
      expect(Math.abs(meanLoss / (expected[k]?.meanLoss ?? 0) - 1)).toBeLessThan(1e-5)
      expect(certificate?.kind).toBe("dual-cone")
    })
  })

  test.each([
    [upgrad(), 1e20],
    [mean(), 1e10],
    [mean(), 1e30]
  ])(
    "a run of %o at the rate %f diverges where the CPU's does, with the parameters before it",
    async (aggregator, learningRate) => {
      const ended = async (layer: Layer.Layer<Engine, EngineError>) => {
        const { store, written } = memoryStore()
        const exit = await networkDescent(options({ aggregator, optimizer: sgd({ learningRate }), store })).pipe(
          Stream.runDrain,
          Effect.provide(layer),
          Effect.exit,
          Effect.runPromise
        )
        expect(Exit.isFailure(exit)).toBe(true)
        const last = written.at(-1)
        for (const values of last?.parameters.values() ?? []) expect(values.every(Number.isFinite)).toBe(true)
        return { exit: String(exit), iteration: last?.iteration }
      }
      const cpu = await ended(CpuEngine.layer)
      const webgpu = await ended(gpu)
      expect(webgpu.iteration).toBe(cpu.iteration ?? -1)
      expect(webgpu.exit).toContain(`diverged at iteration ${(cpu.iteration ?? -1) + 1}`)
    }
  )

  test("a lost device behind a checkpoint: a resumed run goes on from there, whatever takes over", async () => {
    const change = { aggregator: crMogm({ weighting: cagrad() }), optimizer: adam({ learningRate: 0.003 }) }
    const expected = await run(gpu, options(change))
    const stopped = memoryStore()
    await run(gpu, options({ ...change, store: stopped.store }), 4)
    const resume = stopped.written.at(-1)
    if (resume === undefined) throw new Error("a checkpoint was written")
    for (const again of [true, false]) {
      const devices: GPUDevice[] = []
      const request = async (): Promise<DeviceResult> => {
        const result = devices.length > 0 && !again ? nothing : await requestDevice()
        if (result.found) devices.push(result.gpu.device)
        return result
      }
      const steps = await networkDescent(options({ ...change, resume })).pipe(
        Stream.tap(({ iteration }) =>
          Effect.sync(() => {
            if (iteration === 6) devices[0]?.destroy()
          })
        ),
        Stream.runCollect,
        Effect.provide(webGpuEngineLayer(request)),
        Effect.runPromise
      )
      expect(steps.map((step) => step.iteration)).toEqual([5, 6, 7, 8, 9])
      for (const { iteration, meanLoss } of steps) {
        expect(Math.abs(meanLoss / (expected[iteration - 1]?.meanLoss ?? 0) - 1)).toBeLessThan(1e-5)
      }
    }
  })

  test("a device lost in one run is replaced for the next one of the same layer", async () => {
    const devices: GPUDevice[] = []
    const request = async (): Promise<DeviceResult> => {
      const result = await requestDevice()
      if (result.found) devices.push(result.gpu.device)
      return result
    }
    const twice = Effect.gen(function* () {
      const first = yield* networkDescent(options()).pipe(Stream.take(2), Stream.runCollect)
      devices[0]?.destroy()
      yield* Effect.promise(async () => devices[0]?.lost)
      const second = yield* networkDescent(options()).pipe(Stream.take(2), Stream.runCollect)
      return [first, second].map((steps) => [...steps].map(({ meanLoss }) => meanLoss))
    })
    const [first, second] = await twice.pipe(Effect.provide(webGpuEngineLayer(request)), Effect.runPromise)
    expect(second).toEqual(first)
    expect(devices).toHaveLength(2)
  })

  const refused: readonly (readonly [string, Partial<NetworkDescentOptions>, string])[] = [
    [
      "a method that needs the Jacobian",
      { aggregator: graddrop() },
      "no Jacobian, which the aggregator graddrop asks for"
    ],
    ["batches of 600", { data: many, batchSize: 600 }, "512 examples a batch at most, not 600"]
  ]
  test.each(refused)("%s: refused with the way out", async (_, change, reason) => {
    const exit = await networkDescent(options(change)).pipe(
      Stream.runDrain,
      Effect.provide(gpu),
      Effect.exit,
      Effect.runPromise
    )
    expect(Exit.isFailure(exit)).toBe(true)
    expect(String(exit)).toContain(`${reason}`)
    expect(String(exit)).toContain("take the engine cpu or auto")
  })
})

/** WebGPU without adapters. */
const emptyGpu: GPU = {
  requestAdapter: async () => null,
  getPreferredCanvasFormat: () => "bgra8unorm",
  wgslLanguageFeatures: new Set<string>()
}
const nothing: DeviceResult = await requestDevice({ gpu: emptyGpu })
