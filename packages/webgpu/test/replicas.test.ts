/** Replicas: networks that train side by side in the same dispatches. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { mean, upgrad } from "@dualcone/aggregation"
import { makeCpuEngine } from "@dualcone/network"
import { loadWasm } from "@dualcone/wasm"
import { flat } from "../../network/test/golden.ts"
import { counting, makeWebGpuEngine } from "../src/index.ts"
import { gpu, present } from "./adapter.ts"
import { drawn, small } from "./small-network.ts"

setDefaultTimeout(120_000) // software GPUs compile a network for seconds

const wasm = await loadWasm()
const EXAMPLES = 8
const options = {
  network: small,
  batchSize: EXAMPLES,
  aggregator: upgrad(),
  optimizer: { name: "sgd", learningRate: 0.1, momentum: 0.5 }
} as const

function drawnParameters(seed: number): Map<string, Float32Array> {
  using host = makeCpuEngine(wasm, { network: small, batchSize: 1 })
  host.initialise(seed)
  return host.save()
}

/** What three steps leave of one network alone. */
async function alone(seed: number, learningRate: number, batchSeed: number) {
  using engine = await makeWebGpuEngine(present(), options)
  engine.load({ parameters: drawnParameters(seed) })
  for (let step = 0; step < 3; step++) {
    const { inputs, labels } = drawn(EXAMPLES, batchSeed + step)
    engine.step(inputs, labels, { learningRate })
  }
  return { reports: await engine.reports(), state: await engine.save() }
}

describe.skipIf(gpu === null)("replicas", () => {
  const rates = [0.05, 0.1, 0.2, 0.4]

  test("of four learning rates on the same batches: each the bits of its run alone, in as many dispatches", async () => {
    const { gpu: counted, counts } = counting(present())
    using engine = await makeWebGpuEngine(counted, { ...options, replicas: rates.length })
    engine.load({ parameters: drawnParameters(1) })
    for (let step = 0; step < 3; step++) {
      const { inputs, labels } = drawn(EXAMPLES, 20 + step)
      const before = counts.dispatches
      engine.step(inputs, labels, { learningRate: rates })
      expect(counts.dispatches - before).toBe(engine.dispatches)
    }
    const reports = await engine.reports()
    for (const [replica, rate] of rates.entries()) {
      const single = await alone(1, rate, 20)
      const own = reports.filter((report) => report.replica === replica)
      expect(own.map(({ losses, weights }) => ({ losses, weights }))).toEqual(
        single.reports.map(({ losses, weights }) => ({ losses, weights }))
      )
      expect(flat((await engine.save(replica)).parameters)).toEqual(flat(single.state.parameters))
    }
  })

  test("of two seeds on batches of their own: each the bits of its run alone", async () => {
    using engine = await makeWebGpuEngine(present(), { ...options, replicas: 2, ownBatches: true })
    const seeds = [
      { parameters: 3, batches: 40 },
      { parameters: 4, batches: 60 }
    ]
    seeds.forEach(({ parameters }, replica) => {
      engine.load({ parameters: drawnParameters(parameters) }, replica)
    })
    for (let step = 0; step < 3; step++) {
      const both = seeds.map(({ batches }) => drawn(EXAMPLES, batches + step))
      engine.step(
        Float32Array.from(both.flatMap(({ inputs }) => [...inputs])),
        Int32Array.from(both.flatMap(({ labels }) => [...labels]))
      )
    }
    await engine.reports()
    for (const [replica, { parameters, batches }] of seeds.entries()) {
      const single = await alone(parameters, 0.1, batches)
      expect(flat((await engine.save(replica)).parameters)).toEqual(flat(single.state.parameters))
    }
  })

  test("one that diverges halts alone", async () => {
    using engine = await makeWebGpuEngine(present(), { ...options, replicas: 2 })
    engine.load({ parameters: drawnParameters(1) })
    const { inputs, labels } = drawn(EXAMPLES, 5)
    for (let step = 0; step < 4; step++) engine.step(inputs, labels, { learningRate: [0.1, 3e38] })
    const reports = await engine.reports()
    const last = reports.filter((_, i) => i >= 6).map(({ halted }) => halted)
    expect(last).toEqual([null, "diverged"])
  })

  test("one that is loaded again leaves the others where they are", async () => {
    const single = await alone(1, 0.1, 20)
    using engine = await makeWebGpuEngine(present(), { ...options, replicas: 2 })
    engine.load({ parameters: drawnParameters(1) })
    for (let step = 0; step < 3; step++) {
      const { inputs, labels } = drawn(EXAMPLES, 20 + step)
      if (step === 2) engine.load({ parameters: drawnParameters(2) }, 1)
      engine.step(inputs, labels)
    }
    expect(flat((await engine.save(0)).parameters)).toEqual(flat(single.state.parameters))
    expect(() => engine.load({ parameters: drawnParameters(2), steps: 7 }, 1)).toThrow("have made 3")
  })

  test("linearized together take their weights from the host", async () => {
    using engine = await makeWebGpuEngine(present(), { ...options, aggregator: null, replicas: 2 })
    for (const replica of [0, 1]) engine.load({ parameters: drawnParameters(replica + 1) }, replica)
    const { inputs, labels } = drawn(EXAMPLES, 20)
    const looking = engine.linearize(inputs, labels)
    expect(() => engine.mark()).toThrow("must be awaited before the next call")
    const [first, second] = await looking
    const weights = [...new Array(EXAMPLES).fill(1 / EXAMPLES), ...new Array(EXAMPLES).fill(2 / EXAMPLES)]
    engine.update(weights, { learningRate: [0.1, 0.05] })
    for (const [replica, report] of [first, second].entries()) {
      using own = await makeWebGpuEngine(present(), { ...options, aggregator: mean() })
      own.load({ parameters: drawnParameters(replica + 1) })
      own.step(inputs, labels)
      expect((await own.reports())[0]?.losses).toEqual(report?.losses ?? new Float64Array())
      const expected = flat((await own.save()).parameters)
      flat((await engine.save(replica)).parameters).forEach((value, k) => {
        expect(Math.abs(value - (expected[k] ?? 0))).toBeLessThan(1e-6)
      })
    }
  })

  test("need a learning rate each, and no more than there is room for", async () => {
    using engine = await makeWebGpuEngine(present(), { ...options, replicas: 2 })
    const { inputs, labels } = drawn(EXAMPLES, 5)
    expect(() => engine.step(inputs, labels, { learningRate: [0.1] })).toThrow("the number of learning rates is 1")
    await expect(makeWebGpuEngine(present(), { ...options, replicas: 65 })).rejects.toThrow("replicas is 65")
  })
})
