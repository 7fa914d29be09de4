/**
 * The buffers of an engine, made once.
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
  readonly usage: number
}

/** One for each binding. */
export type Nine<A> = readonly [A, A, A, A, A, A, A, A, A]

/** Buffers that can be copied to and from. @throws WebGpuError `out-of-memory` */
export async function allocate(
  gpu: WebGpuDevice,
  wanted: Nine<Wanted>
): Promise<{ readonly buffers: Nine<GPUBuffer>; readonly bytes: number }> {
  const { device } = gpu
  const most = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize)
  const bytes = wanted.reduce((sum, { size }) => sum + 4 * size, 0)
  const large = wanted.find(({ size }) => 4 * size > most)
  if (large !== undefined) {
    const message = `${large.label} would take ${4 * large.size} bytes, and the device allows ${most}; take a smaller batch`
    throw new WebGpuError("out-of-memory", message)
  }
  device.pushErrorScope("validation")
  device.pushErrorScope("out-of-memory")
  const make = ({ label, size, usage }: Wanted) =>
    device.createBuffer({ label, size: 4 * size, usage: usage | BUFFER.copySource | BUFFER.copyDestination })
  const [a, b, c, d, e, f, g, h, i] = wanted
  const buffers: Nine<GPUBuffer> = [make(a), make(b), make(c), make(d), make(e), make(f), make(g), make(h), make(i)]
  const errors = [await gpu.guard(device.popErrorScope()), await gpu.guard(device.popErrorScope())]
  const error = errors.find((found) => found !== null)
  if (error !== undefined && error !== null) {
    for (const buffer of buffers) buffer.destroy()
    throw new WebGpuError("out-of-memory", `the GPU has no ${bytes} bytes left: ${error.message}`)
  }
  return { buffers, bytes }
}
