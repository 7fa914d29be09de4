/** The networks of the bench: shapes and numbers of parameters, counted by hand from their layers. */
import { describe, expect, test } from "bun:test"
import { makeCpuEngine } from "@dualcone/network"
import { loadWasm } from "@dualcone/wasm"
import { benchNetworks } from "../src/bench/index.ts"

const wasm = await loadWasm()

function planOf(network: keyof typeof benchNetworks) {
  using engine = makeCpuEngine(wasm, { network: benchNetworks[network], batchSize: 1 })
  return engine.plan
}

const sizeOf = (network: keyof typeof benchNetworks) =>
  planOf(network).parameters.reduce((sum, { size }) => sum + size, 0)

test("each is listed under its own name", () => {
  for (const [name, network] of Object.entries(benchNetworks)) expect(network.name).toBe(name)
})

describe("LeNet", () => {
  test("has the parameters of two convolutions and three linear layers", () => {
    const convolutions = 6 * (25 + 1) + 16 * (6 * 25 + 1)
    expect(sizeOf("lenet")).toBe(convolutions + 120 * (16 * 25 + 1) + 84 * (120 + 1) + 10 * (84 + 1))
  })

  test("keeps 28 × 28 in the first convolution and ends the second at 10 × 10", () => {
    const shapes = planOf("lenet").layers.flatMap(({ kind, output }) => (kind === "conv2d" ? [output] : []))
    expect(shapes).toEqual([
      [6, 28, 28],
      [16, 10, 10]
    ])
  })
})

describe("ResNet", () => {
  const conv = (inputs: number, outputs: number, kernel = 3) => outputs * (inputs * kernel ** 2 + 1)
  const normalized = (inputs: number, outputs: number) => conv(inputs, outputs) + 2 * outputs

  test("has the parameters of a stem, three blocks, two of them with 1 × 1 convolutions, and one linear layer", () => {
    const blocks = [
      normalized(16, 16) + normalized(16, 16),
      normalized(16, 32) + normalized(32, 32) + conv(16, 32, 1),
      normalized(32, 64) + normalized(64, 64) + conv(32, 64, 1)
    ]
    const rest = normalized(3, 16) + 10 * (64 + 1)
    expect(sizeOf("resnet")).toBe(blocks.reduce((sum, size) => sum + size, rest))
  })

  test("halves its images twice, and its sums keep the shapes of their blocks", () => {
    const shapes = planOf("resnet").layers.flatMap(({ kind, output }) => (kind === "sum" ? [output] : []))
    expect(shapes).toEqual([
      [16, 32, 32],
      [32, 16, 16],
      [64, 8, 8]
    ])
  })
})
