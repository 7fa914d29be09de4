/**
 * A kernel whose result is known: a device is trusted only after it. Null backends answer every call and compute
 * nothing.
 *
 * @module
 */
import { BUFFER, MAP_READ } from "./bits.ts"

const LENGTH = 64
const KERNEL = `
@group(0) @binding(0) var<storage, read_write> values: array<f32>;
var<workgroup> mirrored: array<f32, ${LENGTH}>;
@compute @workgroup_size(${LENGTH}) fn main(@builtin(local_invocation_index) index: u32) {
  mirrored[${LENGTH - 1}u - index] = values[index];
  workgroupBarrier();
  values[index] = 3.0 * mirrored[index] + 1.0;
}`

/** Null when the device computes 3 x + 1 of 64 mirrored numbers, else what it computed instead. */
export async function canary(device: GPUDevice): Promise<string | null> {
  const given = Float32Array.from({ length: LENGTH }, (_, i) => i)
  const usage = BUFFER.storage | BUFFER.copySource | BUFFER.copyDestination
  const values = device.createBuffer({ size: given.byteLength, usage })
  const result = device.createBuffer({ size: given.byteLength, usage: BUFFER.mapRead | BUFFER.copyDestination })
  try {
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
    encoder.copyBufferToBuffer(values, 0, result, 0, given.byteLength)
    device.queue.submit([encoder.finish()])
    await result.mapAsync(MAP_READ)
    const found = new Float32Array(result.getMappedRange())
    const expected = (i: number) => 3 * (LENGTH - 1 - i) + 1
    const wrong = found.findIndex((value, i) => value !== expected(i))
    return wrong < 0 ? null : `entry ${wrong} is ${found[wrong]}, not ${expected(wrong)}`
  } finally {
    values.destroy()
    result.destroy()
  }
}
