/**
 * The buffers of an engine, all made before its first step.
 *
 * @module
 */
import { BUFFER } from "./bits.ts"
import type { WebGpuDevice } from "./device.ts"
import { WebGpuError } from "./errors.ts"

/** A buffer to be made. */
export interface Wanted {
  readonly label: string
  /** Entries of four bytes. */
  readonly size: number
  /** Default: storage that can be copied to and from. */
  readonly usage?: number
}

/** Buffers in the making. Nothing may be awaited before {@link Memory.settle}. */
export interface Memory extends Disposable {
  /** Bytes of all buffers so far. */
  readonly bytes: number
  /** @throws WebGpuError `out-of-memory` for more than the device allows one buffer */
  make(wanted: Wanted): GPUBuffer
  /** Waits for the GPU to agree. @throws WebGpuError `out-of-memory`; the buffers are gone then */
  settle(): Promise<void>
}

const STORAGE = BUFFER.storage | BUFFER.copySource | BUFFER.copyDestination

/** Starts with no buffer. */
export function makeMemory(gpu: WebGpuDevice): Memory {
  const { device } = gpu
  const most = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize)
  const buffers: GPUBuffer[] = []
  const dispose = () => {
    for (const buffer of buffers) buffer.destroy()
  }
  let bytes = 0
  device.pushErrorScope("validation")
  device.pushErrorScope("out-of-memory")
  // Both are popped at once: an engine made meanwhile has scopes of its own.
  const scopes = () => Promise.all([gpu.guard(device.popErrorScope()), gpu.guard(device.popErrorScope())])
  return {
    get bytes() {
      return bytes
    },
    make({ label, size, usage = STORAGE }) {
      if (4 * size > most) {
        scopes().catch(() => {}) // nobody waits for them any more
        dispose()
        const message = `${label} would take ${4 * size} bytes, and the device allows ${most}; take a smaller batch`
        throw new WebGpuError("out-of-memory", message)
      }
      const buffer = device.createBuffer({ label, size: 4 * size, usage })
      buffers.push(buffer)
      bytes += 4 * size
      return buffer
    },
    async settle() {
      const error = (await scopes()).find((found) => found !== null)
      if (error === undefined || error === null) return
      dispose()
      throw new WebGpuError("out-of-memory", `the GPU refused buffers of ${bytes} bytes: ${error.message}`)
    },
    [Symbol.dispose]: dispose
  }
}
