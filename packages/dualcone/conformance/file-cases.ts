/** Files and data: safetensors, checkpoints, normalisation. */
import { decodeCheckpoint, encodeCheckpoint, prepareData } from "../src/effect.ts"
import { datasets, readSafetensors, type Tensor, toFloat64, writeSafetensors } from "../src/index.ts"
import { bits, type ConformanceCase, close, holds } from "./case.ts"

/** Round trips and the first numbers of the first batch. */
export const fileCases: readonly ConformanceCase[] = [
  {
    name: "safetensors round trip",
    async run() {
      const tensors: Tensor[] = [
        { name: "a", dtype: "F32", shape: [2, 2], data: Float32Array.of(1.5, -0, 1e-45, 3e38) },
        { name: "b", dtype: "F64", shape: [2], data: Float64Array.of(0.1, Number.NaN) },
        { name: "c", dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 255) }
      ]
      const read = readSafetensors(writeSafetensors(tensors, { about: "a round trip" }))
      holds(read.metadata.about === "a round trip", "the metadata changed")
      const values = tensors.map(({ name, data }) => {
        const tensor = read.tensors.get(name)
        if (tensor === undefined) throw new Error(`tensor ${name} is missing`)
        const found = toFloat64(tensor)
        holds(bits(found) === bits(Float64Array.from(data, Number)), `tensor ${name} changed`)
        return bits(found)
      })
      return values.join(" ")
    }
  },
  {
    name: "checkpoint round trip",
    async run() {
      const checkpoint = {
        identity: {
          ...{ engine: "cpu", network: {}, objective: {}, aggregator: {}, optimizer: {} },
          ...{ seed: 1, batchSize: 2, data: {}, order: "shuffled" }
        },
        iteration: 2,
        shapes: new Map([["0.weight", [1, 2]]]),
        parameters: new Map([["0.weight", Float32Array.of(0.1, 0.2)]]),
        optimizer: new Map([["momentum", new Map([["0.weight", Float32Array.of(3, 4)]])]]),
        aggregator: new Map([["2.weights", Float64Array.of(0.25, 0.75)]]),
        history: {
          losses: Float64Array.of(2.3, 2.2),
          similarities: Float64Array.of(1, 0.5),
          statuses: Uint8Array.of(1, 2)
        }
      }
      const bytes = encodeCheckpoint(checkpoint)
      const again = encodeCheckpoint(decodeCheckpoint(bytes, "the checkpoint"))
      holds(bytes.length === again.length && bytes.every((byte, i) => byte === again[i]), "the bytes changed")
      return undefined
    }
  },
  {
    name: "digits are normalised by mean 0.1307 and deviation 0.3081",
    async run() {
      const data = await datasets.mnist({ examples: 4 })
      const buffers = { inputs: new Float32Array(2 * 784), labels: new Int32Array(2), targets: new Float32Array(0) }
      const head = { name: "output", output: [10], objective: "cross-entropy", losses: 1 } as const
      prepareData(data, { inputSize: 784, heads: [head] })
        .batch([3, 0])
        .write(buffers)
      const expected = Array.from(data.images.subarray(3 * 784, 4 * 784), (byte) =>
        Math.fround((byte / 255 - 0.1307) / 0.3081)
      )
      close(buffers.inputs.subarray(0, 784), expected, 0)
      holds(buffers.labels[0] === data.labels[3] && buffers.labels[1] === data.labels[0], "the labels are not in order")
      return bits(Float64Array.of(buffers.inputs.reduce((total, x) => Math.fround(total + x), 0)))
    }
  }
]
