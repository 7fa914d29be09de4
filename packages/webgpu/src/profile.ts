/**
 * How long each kernel takes, by the GPU's own clock (`timestamp-query`).
 *
 * @module
 */
import { BUFFER, MAP_READ, QUERY_RESOLVE } from "./bits.ts"
import type { WebGpuDevice } from "./device.ts"
import type { Pass } from "./passes.ts"

/** The time of one dispatch. */
export interface KernelTime {
  /** Name of the kernel, and of the layer it works on. */
  readonly label: string
  readonly milliseconds: number
}

/** A kernel and its pipeline. */
interface Dispatch {
  readonly pass: Pass
  readonly pipeline: GPUComputePipeline
}

/**
 * Runs dispatches one by one, each in a pass of its own, since passes are what the clock is read around. Browsers round
 * it. Null where the device was made without `timestamps`.
 */
export async function profile(
  gpu: WebGpuDevice,
  group: GPUBindGroup,
  dispatches: readonly Dispatch[],
  examples: number,
  replicas: number
): Promise<readonly KernelTime[] | null> {
  const { device } = gpu
  if (!device.features.has("timestamp-query")) return null
  const count = 2 * dispatches.length
  const querySet = device.createQuerySet({ type: "timestamp", count })
  const resolved = device.createBuffer({ size: 8 * count, usage: QUERY_RESOLVE | BUFFER.copySource })
  const staging = device.createBuffer({ size: 8 * count, usage: BUFFER.mapRead | BUFFER.copyDestination })
  try {
    const encoder = device.createCommandEncoder()
    dispatches.forEach(({ pass: planned, pipeline }, i) => {
      const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 }
      const pass = encoder.beginComputePass({ timestampWrites })
      pass.setBindGroup(0, group)
      pass.setPipeline(pipeline)
      pass.dispatchWorkgroups(planned.workgroups(examples), replicas)
      pass.end()
    })
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0)
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, 8 * count)
    device.queue.submit([encoder.finish()])
    await gpu.guard(staging.mapAsync(MAP_READ))
    const nanoseconds = new BigUint64Array(staging.getMappedRange())
    return dispatches.map(({ pass }, i) => ({
      label: pass.label,
      milliseconds: Number((nanoseconds[2 * i + 1] ?? 0n) - (nanoseconds[2 * i] ?? 0n)) / 1e6
    }))
  } finally {
    querySet.destroy()
    resolved.destroy()
    staging.destroy()
  }
}
