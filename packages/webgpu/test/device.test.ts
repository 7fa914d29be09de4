/** Devices: found, trusted, lost. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { upgrad } from "@dualcone/aggregation"
import { networks } from "@dualcone/network"
import { golden } from "../../network/test/golden.ts"
import { canary } from "../src/canary.ts"
import { counting, isSoftware, makeWebGpuEngine, requestDevice } from "../src/index.ts"
import { gpu, present } from "./adapter.ts"

setDefaultTimeout(120_000) // software GPUs compile a network for seconds

describe.skipIf(gpu === null)("a device", () => {
  test("is described by its adapter", () => {
    const { source, vendor, limits } = present().adapter
    expect(source).toBe("npm")
    expect(vendor).not.toBe("")
    expect(limits.maxStorageBuffersPerShaderStage).toBeGreaterThanOrEqual(8)
  })

  test("passes the canary", async () => {
    expect(await canary(present().device)).toBe(null)
  })

  test("that leaves kernels out fails the canary: entry 0 stays 0", async () => {
    expect(await canary(counting(present(), { runs: () => false }).gpu.device)).toBe("entry 0 is 0, not 190")
  })

  test("once lost fails every wait and every step with the reason", async () => {
    const result = await requestDevice()
    if (!result.found) throw result.error
    const lost = result.gpu
    const { inputs, labels } = golden("svhn")
    const options = { network: networks.svhn, batchSize: 6, optimizer: { name: "sgd", learningRate: 0.1 } } as const
    const engine = await makeWebGpuEngine(lost, { ...options, aggregator: upgrad() })
    engine.step(inputs, labels)
    const waiting = engine.reports()
    lost.device.destroy()
    await expect(waiting).rejects.toMatchObject({ name: "WebGpuError", kind: "lost" })
    await lost.device.lost
    expect(lost.lost?.kind).toBe("lost")
    expect(() => engine.step(inputs, labels)).toThrow("the GPU device was lost (destroyed)")
    await expect(engine.save()).rejects.toThrow("the GPU device was lost")
    await expect(lost.guard(Promise.resolve(1))).rejects.toThrow("the GPU device was lost")
  })
})

test("without an adapter the result says what to install", async () => {
  const result = await requestDevice({
    gpu: {
      wgslLanguageFeatures: new Set<string>(),
      getPreferredCanvasFormat: () => "bgra8unorm",
      requestAdapter: async () => null
    }
  })
  if (result.found) throw new Error("there is a device")
  expect(result.error.kind).toBe("no-adapter")
  expect(result.error.message).toContain("npm package webgpu")
  expect(result.adapter).toBe(null)
})

test("hardware alone: a GPU that is a program, or none, is no device", async () => {
  const any = await requestDevice()
  const hardware = await requestDevice({ hardware: true })
  const real = any.found && !isSoftware(any.gpu.adapter)
  expect(hardware.found).toBe(real)
  for (const result of [any, hardware]) if (result.found) result.gpu[Symbol.dispose]()
})
