/** The four networks of the paper on the GPU, against values that PyTorch computed in float64. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { type UPGrad, upgrad, weighting } from "@dualcone/aggregation"
import { networks } from "@dualcone/network"
import { loadWasm } from "@dualcone/wasm"
import { at, distance, flat, golden, norm } from "../../network/test/golden.ts"
import { type Inspection, makeWebGpuEngine, type WebGpuEngine } from "../src/index.ts"
import { gpu, present } from "./adapter.ts"

setDefaultTimeout(120_000) // software GPUs compile a network for seconds

const wasm = await loadWasm()
const method: UPGrad = upgrad()

describe.skipIf(gpu === null).each(Object.keys(networks) as readonly (keyof typeof networks)[])("%s", (name) => {
  const expected = golden(name)
  const examples = expected.losses.length
  let engine: WebGpuEngine
  let given: Inspection
  let found: Inspection

  beforeAll(async () => {
    engine = await makeWebGpuEngine(present(), {
      network: networks[name],
      batchSize: examples,
      aggregator: method,
      optimizer: { name: "sgd", learningRate: 0.1 }
    })
    engine.load({ parameters: expected.parameters })
    given = await engine.inspect(expected.inputs, expected.labels, { weights: expected.weights })
    found = await engine.inspect(expected.inputs, expected.labels)
  })
  afterAll(() => engine?.[Symbol.dispose]())

  test("losses agree to 1e-6", () => {
    for (let i = 0; i < examples; i++) {
      expect(Math.abs(at(given.losses, i) / at(expected.losses, i) - 1)).toBeLessThan(1e-6)
    }
  })

  test("the Gramian agrees to 3e-6 of √(G_ii G_jj)", () => {
    for (let i = 0; i < examples; i++) {
      for (let j = 0; j < examples; j++) {
        const scale = Math.sqrt(at(expected.gramian, i * (examples + 1)) * at(expected.gramian, j * (examples + 1)))
        const error = at(given.gramian?.values ?? [], i * examples + j) - at(expected.gramian, i * examples + j)
        expect(Math.abs(error) / scale).toBeLessThan(3e-6)
      }
    }
  })

  test("the direction of given weights agrees to 3e-6 of each tensor's norm", () => {
    expect([...given.direction.keys()].sort()).toEqual([...expected.pullback.keys()].sort())
    for (const [parameter, values] of given.direction) {
      expect(distance(values, expected.pullback.get(parameter) ?? [])).toBeLessThan(3e-6)
    }
  })

  test("UPGrad's weights are those of the solver in float64 on the same Gramian, to 1e-5 of the largest", () => {
    if (found.gramian === null) throw new Error("there is no Gramian")
    using solver = weighting(wasm, method, examples)
    const { weights } = solver.weigh(found.gramian)
    const largest = Math.max(...weights)
    for (let i = 0; i < examples; i++) {
      expect(Math.abs(at(found.weights, i) - at(weights, i)) / largest).toBeLessThan(1e-5)
    }
    expect(found.certificate?.status).toBe("certified")
    expect(found.certificate?.residual).toBeLessThan(1e-5)
    expect(found.halted).toBe(null)
  })

  test("UPGrad's direction has the length that its weights and the Gramian give it", () => {
    if (found.gramian === null) throw new Error("there is no Gramian")
    let square = 0
    for (let i = 0; i < examples; i++) {
      for (let j = 0; j < examples; j++) {
        square += at(found.weights, i) * at(found.weights, j) * at(found.gramian.values, i * examples + j)
      }
    }
    expect(norm(flat(found.direction)) / Math.sqrt(square)).toBeCloseTo(1, 5)
  })

  test("parameters come back as they went, bit by bit", async () => {
    for (const [parameter, values] of (await engine.save()).parameters) {
      expect(values).toEqual(expected.parameters.get(parameter) ?? new Float32Array())
    }
  })
})
