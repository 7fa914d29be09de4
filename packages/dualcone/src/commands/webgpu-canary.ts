/**
 * Whether WebGPU works here: an adapter, and a kernel whose result is known.
 *
 * @module
 */

/** What was found. */
export interface WebGpuReport {
  /** Null without a GPU, or without WebGPU. */
  readonly adapter: { readonly vendor: string; readonly architecture: string; readonly description: string } | null
  /** Result of the kernel; null without an adapter. */
  readonly canary: { readonly works: boolean; readonly reason: string | null } | null
}

const LENGTH = 64
/** Bits of `GPUBufferUsage` and `GPUMapMode`, as the WebGPU specification numbers them. */
const BIT = { mapRead: 0x1, copySource: 0x4, copyDestination: 0x8, storage: 0x80 } as const
const KERNEL = `
@group(0) @binding(0) var<storage, read_write> values: array<f32>;
@compute @workgroup_size(${LENGTH}) fn main(@builtin(global_invocation_id) id: vec3u) {
  values[id.x] = 3.0 * values[id.x] + 1.0;
}`

/** Asks for an adapter (Deno has `navigator.gpu` without a GPU, so only that tells) and runs the kernel on it. */
export async function webGpuReport(): Promise<WebGpuReport> {
  const gpu = "gpu" in navigator ? navigator.gpu : undefined
  const adapter = await gpu?.requestAdapter()
  if (adapter === null || adapter === undefined) return { adapter: null, canary: null }
  const { vendor, architecture, description } = adapter.info
  const canary = await runKernel(adapter).catch((error) => ({ works: false, reason: String(error) }))
  return { adapter: { vendor, architecture, description }, canary }
}

async function runKernel(adapter: GPUAdapter): Promise<NonNullable<WebGpuReport["canary"]>> {
  const device = await adapter.requestDevice()
  try {
    const given = Float32Array.from({ length: LENGTH }, (_, i) => i)
    const bytes = given.byteLength
    const usage = BIT.storage | BIT.copySource | BIT.copyDestination
    const values = device.createBuffer({ size: bytes, usage })
    const result = device.createBuffer({ size: bytes, usage: BIT.mapRead | BIT.copyDestination })
    device.queue.writeBuffer(values, 0, given)
    const module = device.createShaderModule({ code: KERNEL })
    const pipeline = await device.createComputePipelineAsync({
      layout: "auto",
      compute: { module, entryPoint: "main" }
    })
    const layout = pipeline.getBindGroupLayout(0)
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: values } }] }))
    pass.dispatchWorkgroups(1)
    pass.end()
    encoder.copyBufferToBuffer(values, 0, result, 0, bytes)
    device.queue.submit([encoder.finish()])
    await result.mapAsync(BIT.mapRead)
    const found = new Float32Array(result.getMappedRange())
    const wrong = found.findIndex((value, i) => value !== 3 * i + 1)
    return wrong < 0
      ? { works: true, reason: null }
      : { works: false, reason: `entry ${wrong} is ${found[wrong]}, not ${3 * wrong + 1}` }
  } finally {
    device.destroy()
  }
}
