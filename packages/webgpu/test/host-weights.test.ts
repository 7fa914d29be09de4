/** Weights from the host: methods without kernels, large batches, and programs that single precision did not solve. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { type Gramian, mgda, upgrad, weighting } from "@dualcone/aggregation"
import { makeCpuEngine } from "@dualcone/network"
import { loadWasm } from "@dualcone/wasm"
import { at, distance, flat } from "../../network/test/golden.ts"
import { counting, hostReason, makeWebGpuEngine } from "../src/index.ts"
import { gpu, present } from "./adapter.ts"
import { drawn, small } from "./small-network.ts"

setDefaultTimeout(120_000) // software GPUs compile a network for seconds

const wasm = await loadWasm()
const optimizer = { name: "sgd", learningRate: 0.1 } as const

function firstParameters(): Map<string, Float32Array> {
  using host = makeCpuEngine(wasm, { network: small, batchSize: 1 })
  host.initialise(5)
  return host.save()
}

const given = (gramian: Gramian | null | undefined): Gramian => {
  if (gramian === null || gramian === undefined) throw new Error("there is no Gramian")
  return gramian
}

test.each([
  [mgda(), 8, "the aggregator mgda has no kernel"],
  [upgrad({ ridge: { kind: "diagonal", epsilon: 1e-8 } }), 8, "diagonal:1e-8 was asked for"],
  [upgrad({ solver: "clarabel" }), 8, "the solver clarabel has no kernel"],
  [upgrad(), 65, "programs of 65 rows do not fit a workgroup; 64 do"]
])("%o in batches of %i: weights from the host, because %s", (aggregator, batchSize, reason) => {
  expect(hostReason(aggregator, batchSize)).toContain(reason)
  expect(hostReason(upgrad(), 64)).toBe(null)
})

describe.skipIf(gpu === null)("an engine with weights from the host", () => {
  // 150 examples are three tiles of the Gramian, the last one not full.
  test.each([8, 64, 65, 150])("%i examples: Gramian and step are those of the engine on the CPU", async (examples) => {
    const { inputs, labels } = drawn(examples, 9)
    using host = makeCpuEngine(wasm, { network: small, batchSize: examples })
    host.load(firstParameters())
    host.inputs.set(inputs)
    host.labels.set(labels)
    const linearization = host.linearize()
    const expected = linearization.gramian().values.slice()

    using engine = await makeWebGpuEngine(present(), {
      network: small,
      batchSize: examples,
      aggregator: null,
      optimizer
    })
    engine.load({ parameters: firstParameters() })
    const [report] = await engine.linearize(inputs, labels)
    const gramian = given(report?.gramian)
    for (let i = 0; i < examples; i++) {
      for (let j = 0; j < examples; j++) {
        const scale = Math.sqrt(at(expected, i * (examples + 1)) * at(expected, j * (examples + 1)))
        expect(Math.abs(at(gramian.values, i * examples + j) - at(expected, i * examples + j)) / scale).toBeLessThan(
          3e-6
        )
      }
    }
    using solver = weighting(wasm, mgda(), examples)
    const weights = solver.weigh(gramian).weights.slice()
    engine.update(weights)
    const direction = host.export(linearization.pullback(weights))
    const { parameters } = await engine.save()
    const moved = flat(firstParameters()).map((before, k) => (before - at(flat(parameters), k)) / 0.1)
    expect(distance(moved, flat(direction))).toBeLessThan(1e-4)
  })

  test("makes no steps of its own", async () => {
    using engine = await makeWebGpuEngine(present(), { network: small, batchSize: 8, aggregator: null, optimizer })
    const { inputs, labels } = drawn(8, 1)
    expect(() => engine.step(inputs, labels)).toThrow("call linearize and update")
  })
})

describe.skipIf(gpu === null)("a GPU whose solver finds nothing", () => {
  test("halts at the first step, keeps the parameters, and goes on when it is released", async () => {
    const { gpu: broken } = counting(present(), { runs: (kernel) => kernel !== "dual-cone" })
    using engine = await makeWebGpuEngine(broken, { network: small, batchSize: 8, aggregator: upgrad(), optimizer })
    const { inputs, labels } = drawn(8, 2)
    const start = firstParameters()
    engine.load({ parameters: start })
    engine.step(inputs, labels)
    engine.step(inputs, labels)
    expect((await engine.reports()).map(({ halted }) => halted)).toEqual(["uncertified", "uncertified"])
    expect(flat((await engine.save()).parameters)).toEqual(flat(start))

    engine.release(0)
    const [report] = await engine.linearize(inputs, labels)
    using solver = weighting(wasm, upgrad(), 8)
    engine.update(solver.weigh(given(report?.gramian)).weights)
    const { parameters, steps } = await engine.save()
    expect(steps).toBe(1)
    expect(flat(parameters)).not.toEqual(flat(start))
  })
})
