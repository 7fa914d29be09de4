/** The four networks of the paper against values that PyTorch computed in float64. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { loadWasm, loadWasmFor } from "@dualcone/wasm"
import { makeCpuEngine, networks } from "../src/index.ts"
import { at, golden, norm } from "./golden.ts"

/** Every network on the module for one thread and on the one for several. */
const modules = [
  { threads: 1, wasm: await loadWasm() },
  { threads: 3, wasm: await loadWasmFor(3) }
]
const cases = Object.values(networks).flatMap((network) => modules.map((module) => ({ network, ...module })))

describe.each(cases)("$network.name, asked for $threads threads", ({ network, threads, wasm }) => {
  const expected = golden(network.name)
  const examples = expected.losses.length
  const engine = makeCpuEngine(wasm, { network, batchSize: examples, threads })
  afterAll(() => engine[Symbol.dispose]())
  beforeAll(async () => {
    engine.outputs()
    engine.outputs()
    await wasm.workers?.ready()
  })
  engine.load(expected.parameters)
  engine.inputs.set(expected.inputs)
  engine.labels.set(expected.labels)

  test("losses agree to 1e-6", () => {
    const { values } = engine.linearize()
    for (let i = 0; i < examples; i++) {
      expect(Math.abs(at(values, i) / at(expected.losses, i) - 1)).toBeLessThan(1e-6)
    }
  })

  test("the Gramian agrees to 1e-6 of √(G_ii G_jj)", () => {
    const { values } = engine.linearize().gramian()
    for (let i = 0; i < examples; i++) {
      for (let j = 0; j < examples; j++) {
        const scale = Math.sqrt(at(expected.gramian, i * (examples + 1)) * at(expected.gramian, j * (examples + 1)))
        const error = at(values, i * examples + j) - at(expected.gramian, i * examples + j)
        expect(Math.abs(error) / scale).toBeLessThan(1e-6)
      }
    }
  })

  const agrees = (direction: Float32Array) => {
    for (const [parameter, value] of engine.export(direction)) {
      const wanted = expected.pullback.get(parameter) ?? new Float32Array()
      expect(norm(value.map((entry, k) => entry - at(wanted, k))) / norm(wanted)).toBeLessThan(3e-6)
    }
  }

  test("the pullback of given weights agrees to 3e-6 of each tensor's norm", () => {
    agrees(engine.linearize().pullback(expected.weights))
  })

  test("the gradient for weights known beforehand is the pullback of these weights", () => {
    agrees(engine.gradient(expected.weights).direction)
  })
})
