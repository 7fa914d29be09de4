/**
 * From the GPU's memory to the host's.
 *
 * @module
 */
import { BUFFER, MAP_READ } from "./bits.ts"
import type { WebGpuDevice } from "./device.ts"
import { WebGpuError } from "./errors.ts"
import type { Memory } from "./memory.ts"

/** Reads entries of buffers. Whatever keeps the GPU from answering is a WebGpuError `lost`. */
export interface Readback {
  /**
   * `length` entries of `source` from entry `start` on, as they are when a staging buffer is free: `ask` is called then,
   * and its answer comes along.
   */
  read<A>(
    source: GPUBuffer,
    ask: () => { readonly start: number; readonly length: number; readonly asked: A }
  ): Promise<{ readonly values: Float32Array; readonly asked: A }>
}

/** What reads are planned for. */
export interface ReadbackOptions {
  readonly label: string
  /** The most entries of a read. */
  readonly length: number
  /** Staging buffers that take turns: as many reads may be under way, one more waits. */
  readonly kept: number
}

/** Plans reads. */
export function makeReadback(gpu: WebGpuDevice, memory: Memory, { label, length, kept }: ReadbackOptions): Readback {
  const { device } = gpu
  const usage = BUFFER.mapRead | BUFFER.copyDestination
  const free = Array.from({ length: kept }, () => memory.make({ label, size: length, usage }))
  const waiting: ((staging: GPUBuffer) => void)[] = []

  const readBy = async (staging: GPUBuffer, source: GPUBuffer, start: number, entries: number) => {
    const encoder = device.createCommandEncoder()
    encoder.copyBufferToBuffer(source, 4 * start, staging, 0, 4 * entries)
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
    async read(source, ask) {
      if (gpu.lost !== null) throw gpu.lost
      const staging = free.pop() ?? (await gpu.guard(new Promise<GPUBuffer>((resolve) => waiting.push(resolve))))
      try {
        const { start, length: entries, asked } = ask()
        return { values: await readBy(staging, source, start, entries), asked }
      } finally {
        const next = waiting.shift()
        if (next === undefined) free.push(staging)
        else next(staging)
      }
    }
  }
}
