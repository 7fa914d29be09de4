/** Networks of the family beyond those of the paper, against the engine on the CPU: every kernel in shapes of its own. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { generator, upgrad } from "@dualcone/aggregation"
import { type Layer, makeCpuEngine, type NetworkDescription } from "@dualcone/network"
import { loadWasm } from "@dualcone/wasm"
import { at, distance } from "../../network/test/golden.ts"
import { makeWebGpuEngine } from "../src/index.ts"
import { gpu, present } from "./adapter.ts"

setDefaultTimeout(120_000) // software GPUs compile a network for seconds

const wasm = await loadWasm()
const conv = (outputs: number, groups = 1): Layer => ({ kind: "conv2d", outputs, kernel: 3, groups })
const pool = (kernel: number): Layer => ({ kind: "max-pool2d", kernel })
const linear = (outputs: number): Layer => ({ kind: "linear", outputs })
const elu: Layer = { kind: "elu" }
const flatten: Layer = { kind: "flatten" }

const family: readonly (readonly [string, NetworkDescription])[] = [
  [
    "one convolution, no pool",
    { name: "short", input: [3, 6, 7], layers: [conv(4), elu, flatten, linear(8), elu, linear(2)] }
  ],
  [
    "pool 3 on images, two inputs and three outputs a group",
    {
      name: "groups",
      input: [2, 17, 15],
      layers: [conv(8), pool(3), elu, conv(12, 4), elu, flatten, linear(20), elu, linear(3)]
    }
  ],
  [
    "dense convolutions without a pool, with ELU before it, and with a rest that no window covers",
    {
      name: "dense",
      input: [1, 16, 15],
      layers: [...[conv(4), elu, conv(8), elu, conv(12), elu, pool(3)], ...[flatten, linear(12), elu, linear(5)]]
    }
  ],
  [
    "four convolutions",
    {
      name: "deep",
      input: [1, 20, 20],
      layers: [
        ...[conv(8), elu, conv(8), pool(2), elu, conv(16, 2), elu, conv(12), pool(2), elu],
        ...[flatten, linear(16), elu, linear(4)]
      ]
    }
  ]
]

describe.skipIf(gpu === null).each(family)("%s", (_, network) => {
  test("has the losses, the Gramian and the direction of the engine on the CPU", async () => {
    const examples = 5
    const draws = generator(7)
    const uniform = () => draws.next() / 2 ** 31 - 1
    using host = makeCpuEngine(wasm, { network, batchSize: examples })
    host.initialise(3)
    const inputs = Float32Array.from(host.inputs, uniform)
    const labels = Int32Array.from({ length: examples }, () => draws.below(host.plan.outputSize))
    const weights = Float64Array.from({ length: examples }, uniform)
    host.inputs.set(inputs)
    host.labels.set(labels)
    const linearization = host.linearize()
    const { values } = linearization.gramian()

    using engine = await makeWebGpuEngine(present(), {
      network,
      batchSize: examples,
      aggregator: upgrad(),
      optimizer: { name: "sgd", learningRate: 0.1 }
    })
    engine.load({ parameters: host.save() })
    const found = await engine.inspect(inputs, labels, { weights })
    for (let i = 0; i < examples; i++) {
      expect(Math.abs(at(found.losses, i) / at(linearization.values, i) - 1)).toBeLessThan(2e-6)
      for (let j = 0; j < examples; j++) {
        const scale = Math.sqrt(at(values, i * (examples + 1)) * at(values, j * (examples + 1)))
        const error = at(found.gramian?.values ?? [], i * examples + j) - at(values, i * examples + j)
        expect(Math.abs(error) / scale).toBeLessThan(3e-6)
      }
    }
    for (const [name, wanted] of host.export(linearization.pullback(weights))) {
      expect(distance(found.direction.get(name) ?? [], wanted)).toBeLessThan(1e-5)
    }
  })
})
