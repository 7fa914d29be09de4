/** What a step asks of the device beside its arithmetic. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { upgrad } from "@dualcone/aggregation"
import { networks } from "@dualcone/network"
import { golden } from "../../network/test/golden.ts"
import { counting, makeWebGpuEngine } from "../src/index.ts"
import { gpu, present } from "./adapter.ts"
import { drawn, small } from "./small-network.ts"

setDefaultTimeout(120_000) // software GPUs compile a network for seconds

const optimizer = { name: "sgd", learningRate: 0.01, momentum: 0.9 } as const

describe.skipIf(gpu === null)("a step", () => {
  test.each(Object.keys(networks) as readonly (keyof typeof networks)[])(
    "of the network %s is one submit of 13 dispatches, with no readback and nothing made",
    async (name) => {
      const { parameters, inputs, labels } = golden(name)
      const { gpu: counted, counts } = counting(present())
      const options = { network: networks[name], batchSize: labels.length, optimizer }
      using engine = await makeWebGpuEngine(counted, { ...options, aggregator: upgrad() })
      expect(engine.bytes).toBe(counts.bytes)
      expect(engine.dispatches).toBe(13)
      engine.load({ parameters })
      for (let step = 0; step < 2; step++) {
        const before = { ...counts }
        engine.step(inputs, labels)
        expect(counts).toEqual({ ...before, submits: before.submits + 1, dispatches: before.dispatches + 13 })
      }
      const before = { ...counts }
      await engine.reports()
      expect(counts).toEqual({ ...before, submits: before.submits + 1, readbacks: before.readbacks + 1 })
    }
  )

  test("leaves the GPU's memory as it was, over 500 of them, with their reports, marks and saves", async () => {
    const { gpu: counted, counts } = counting(present())
    using engine = await makeWebGpuEngine(counted, { network: small, batchSize: 4, aggregator: upgrad(), optimizer })
    const batches = [1, 2, 3].map((seed) => drawn(4, seed))
    const { bytes, buffers, bindGroups, pipelines } = counts
    for (let step = 0; step < 500; step++) {
      if (step % engine.window === 0) engine.mark()
      const { inputs, labels } = batches[step % 3] ?? drawn(4, 1)
      engine.step(inputs, labels)
      if ((step + 1) % engine.window === 0) expect(await engine.reports()).toHaveLength(engine.window)
    }
    await engine.save()
    expect(counts).toMatchObject({ bytes, buffers, bindGroups, pipelines, submits: counts.submits })
  })

  test("more than the window of them without a look at their reports is refused", async () => {
    using engine = await makeWebGpuEngine(present(), { network: small, batchSize: 4, aggregator: upgrad(), optimizer })
    const { inputs, labels } = drawn(4, 1)
    for (let step = 0; step < engine.window; step++) engine.step(inputs, labels)
    expect(() => engine.step(inputs, labels)).toThrow(`at least once every ${engine.window} steps`)
  })

  test("gives everything back when it is disposed of", async () => {
    const { gpu: counted, counts } = counting(present())
    const engine = await makeWebGpuEngine(counted, { network: small, batchSize: 4, aggregator: upgrad(), optimizer })
    expect(counts.bytes).toBe(engine.bytes)
    engine[Symbol.dispose]()
    expect(counts.bytes).toBe(0)
  })
})
