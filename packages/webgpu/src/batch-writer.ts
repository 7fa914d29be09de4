/**
 * From batches in PyTorch's order to the GPU's memory.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Arenas } from "./arenas.ts"
import type { WebGpuDevice } from "./device.ts"
import type { Stages } from "./stages.ts"

/** Where batches go. */
export interface BatchMemory {
  /** One behind the other: 1, or one a replica. */
  readonly batches: number
  readonly images: GPUBuffer
  readonly integers: GPUBuffer
}

/**
 * Checks batches and writes them; gives the number of examples of one.
 *
 * @throws InputError naming what does not fit, WebGpuError `lost`
 */
export function makeBatchWriter(
  gpu: WebGpuDevice,
  { convolutions: [image], classes }: Stages,
  { batchSize, images, integers }: Arenas,
  into: BatchMemory
): (inputs: Float32Array, labels: Int32Array) => number {
  const { queue } = gpu.device
  const { batches } = into
  const inputSize = image.inputs * image.inputX * image.inputY
  const each = batches > 1 ? ` for each of ${batches} replicas` : ""
  return (inputs, labels) => {
    if (gpu.lost !== null) throw gpu.lost
    const count = labels.length / batches
    if (!Number.isInteger(count) || count < 1 || count > batchSize) {
      const rule = `a batch holds 1 to ${batchSize} examples${each}`
      throw new InputError({ rule, place: "the number of labels", value: labels.length })
    }
    if (inputs.length !== labels.length * inputSize) {
      const rule = `it must be ${labels.length * inputSize} for ${count} examples${each}`
      throw new InputError({ rule, place: "the number of entries of the inputs", value: inputs.length })
    }
    const wrong = labels.findIndex((label) => label < 0 || label >= classes)
    if (wrong >= 0) {
      const rule = `it must be a class from 0 to ${classes - 1}`
      throw new InputError({ rule, place: `label ${wrong}`, value: labels[wrong] })
    }
    for (let batch = 0; batch < batches; batch++) {
      const [from, to] = [batch * count, (batch + 1) * count]
      queue.writeBuffer(into.images, 4 * batch * images.stride, inputs.subarray(from * inputSize, to * inputSize))
      queue.writeBuffer(into.integers, 4 * (integers.labels + batch * integers.labelStride), labels.subarray(from, to))
    }
    return count
  }
}
