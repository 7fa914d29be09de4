/**
 * From the GPU's memory to the host's.
 *
 * @module
 */
import { BUFFER, MAP_READ } from "./bits.ts"
import type { WebGpuDevice } from "./device.ts"
import { WebGpuError } from "./errors.ts"

/** Staging buffers kept for what is read again and again; a fourth read waits for one. */
const KEPT = 3

/** Reads the first entries of buffers. Whatever keeps the GPU from answering is a WebGpuError `lost`. */
export interface Readback extends Disposable {
  /** Bytes of the kept staging buffers. */
  readonly bytes: number
  /**
   * The first `length` entries of `source` through a kept buffer, as they are when one is free: `ask` is called then,
   * and its answer comes along.
   */
  often<A>(source: GPUBuffer, ask: () => A): Promise<{ readonly values: Float32Array; readonly asked: A }>
  /** For what is rare and large: through a buffer of its own. */
  seldom(source: GPUBuffer, length: number): Promise<Float32Array>
}

/** Reads of `length` entries are planned for. */
export function makeReadback(gpu: WebGpuDevice, length: number): Readback {
  const { device } = gpu
  const stagingOf = (entries: number) =>
    device.createBuffer({ size: 4 * entries, usage: BUFFER.mapRead | BUFFER.copyDestination })
  const kept = Array.from({ length: KEPT }, () => stagingOf(length))
  const free = [...kept]
  const waiting: ((staging: GPUBuffer) => void)[] = []

  const read = async (source: GPUBuffer, entries: number, staging: GPUBuffer): Promise<Float32Array> => {
    const encoder = device.createCommandEncoder()
    encoder.copyBufferToBuffer(source, 0, staging, 0, 4 * entries)
    device.queue.submit([encoder.finish()])
    try {
      await gpu.guard(staging.mapAsync(MAP_READ, 0, 4 * entries))
      const values = new Float32Array(staging.getMappedRange(0, 4 * entries)).slice()
      staging.unmap()
      return values
    } catch (cause) {
      // A map is refused, or resolved with nothing behind it, some time before the device says that it is lost.
      throw gpu.lost ?? new WebGpuError("lost", `the GPU gave nothing back: ${String(cause)}`, { cause })
    }
  }

  return {
    bytes: KEPT * 4 * length,
    async often(source, ask) {
      if (gpu.lost !== null) throw gpu.lost
      const staging = free.pop() ?? (await gpu.guard(new Promise<GPUBuffer>((resolve) => waiting.push(resolve))))
      try {
        const asked = ask()
        return { values: await read(source, length, staging), asked }
      } finally {
        const next = waiting.shift()
        if (next === undefined) free.push(staging)
        else next(staging)
      }
    },
    async seldom(source, entries) {
      if (gpu.lost !== null) throw gpu.lost
      const staging = stagingOf(entries)
      try {
        return await read(source, entries, staging)
      } finally {
        staging.destroy()
      }
    },
    [Symbol.dispose]() {
      for (const buffer of kept) buffer.destroy()
    }
  }
}
