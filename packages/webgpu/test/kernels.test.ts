/** What holds of the kernels and the plan without a GPU. */
import { describe, expect, test } from "bun:test"
import { readFileSync } from "node:fs"
import { makeCpuEngine, type NetworkDescription, networks } from "@dualcone/network"
import { loadWasm } from "@dualcone/wasm"
import { embedded } from "../scripts/embed-wgsl.ts"
import { layOut } from "../src/arenas.ts"
import { WebGpuError } from "../src/errors.ts"
import { planOptimizer } from "../src/optimizer.ts"
import { forwardPositions, pytorchPlaces } from "../src/parameter-order.ts"
import { passesOf } from "../src/passes.ts"
import { stagesOf, tensorsOf } from "../src/stages.ts"

const wasm = await loadWasm()
const settings = {
  program: { name: "upgrad", epsilon: 1e-4 },
  optimizer: planOptimizer({ name: "sgd", learningRate: 1, momentum: 0.9 })
} as const

test("kernels.ts holds the kernels: run bun packages/webgpu/scripts/embed-wgsl.ts", () => {
  expect(readFileSync(new URL("../src/kernels.ts", import.meta.url), "utf8")).toBe(embedded())
})

describe.each(Object.keys(networks) as readonly (keyof typeof networks)[])("%s", (name) => {
  const stages = stagesOf(networks[name])
  const arenas = layOut(stages, { batchSize: 64, vectors: 1 })

  test("has the tensors that the engine on the CPU has", () => {
    using engine = makeCpuEngine(wasm, { network: networks[name], batchSize: 1 })
    expect(tensorsOf(stages)).toEqual([...engine.plan.parameters])
  })

  test("takes 13 dispatches and 128 MiB for the largest buffer at 64 examples", () => {
    expect(passesOf(stages, arenas, settings).length).toBe(13)
    const sizes = [arenas.parameters, arenas.activations, arenas.places, arenas.deltas, arenas.jacobian, arenas.summary]
    for (const { size } of sizes) expect(4 * size).toBeLessThanOrEqual(128 * 2 ** 20)
  })

  test("orders every parameter once, and copies every weight to a place of its own", () => {
    expect(new Set(pytorchPlaces(stages, arenas)).size).toBe(arenas.parameterCount)
    expect(new Set(forwardPositions(arenas)).size).toBe(arenas.columns)
  })
})

describe("networks outside of the family are refused by the layer's name", () => {
  const { layers, ...rest } = networks.mnist
  const refusal = (network: NetworkDescription): string => {
    try {
      stagesOf(network)
    } catch (error) {
      if (error instanceof WebGpuError && error.kind === "unsupported-network") return error.message
    }
    return "not refused"
  }
  const cases: readonly (readonly [string, NetworkDescription, string])[] = [
    ["ReLU", { ...rest, layers: layers.with(1, { kind: "relu" }) }, "layer 1: relu"],
    ["padding", { ...rest, layers: layers.with(2, { kind: "conv2d", outputs: 64, kernel: 3, padding: 1 }) }, "layer 2"],
    ["a kernel of 5", { ...rest, layers: layers.with(0, { kind: "conv2d", outputs: 32, kernel: 5 }) }, "layer 0"],
    ["no bias", { ...rest, layers: layers.with(9, { kind: "linear", outputs: 128, bias: false }) }, "layer 9"],
    ["a pool of 4", { ...rest, layers: layers.with(3, { kind: "max-pool2d", kernel: 4 }) }, "layer 3"],
    ["an average pool", { ...rest, layers: layers.with(3, { kind: "average-pool2d", kernel: 2 }) }, "layer 3"],
    ["a third linear layer", { ...rest, layers: [...layers, { kind: "linear", outputs: 2 }] }, "layer 12"],
    ["heads", { ...rest, layers, heads: { left: { layers: [] } } }, "heads"],
    ["flat input", { name: "flat", input: [8], layers: [{ kind: "linear", outputs: 2 }] }, "input"]
  ]
  test.each(cases)("%s", (_, network, place) => {
    expect(refusal(network)).toContain(place)
  })
})
