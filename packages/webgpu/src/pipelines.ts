/**
 * Kernels to pipelines.
 *
 * @module
 */
import type { WebGpuDevice } from "./device.ts"
import { WebGpuError } from "./errors.ts"
import type { Pass } from "./passes.ts"

/**
 * One pipeline a pass; passes with the same code share a module.
 *
 * @throws WebGpuError `shader` with the compiler's own words, `lost` when the device goes
 */
export async function compile(
  gpu: WebGpuDevice,
  group: GPUBindGroupLayout,
  passes: readonly Pass[]
): Promise<readonly GPUComputePipeline[]> {
  const { device } = gpu
  const layout = device.createPipelineLayout({ bindGroupLayouts: [group] })
  const modules = new Map<string, GPUShaderModule>()
  device.pushErrorScope("validation")
  const compiled = passes.map(async ({ label, code, constants }) => {
    const module = modules.get(code) ?? device.createShaderModule({ label, code })
    modules.set(code, module)
    try {
      return await device.createComputePipelineAsync({
        label,
        layout,
        compute: { module, entryPoint: "main", constants: { ...constants } }
      })
    } catch (cause) {
      const { messages } = await module.getCompilationInfo()
      const words = messages.map(({ lineNum, linePos, message }) => `${lineNum}:${linePos} ${message}`)
      throw new WebGpuError("shader", `the kernel ${label} was refused: ${words.join("; ") || String(cause)}`, {
        cause
      })
    }
  })
  const scope = gpu.guard(device.popErrorScope())
  scope.catch(() => {}) // it is awaited behind the pipelines
  const outcomes = await gpu.guard(Promise.allSettled(compiled))
  const error = await scope
  const refused = outcomes.find((outcome) => outcome.status === "rejected")
  if (refused !== undefined) throw refused.reason
  if (error !== null) throw new WebGpuError("shader", `a kernel was refused: ${error.message}`)
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []))
}
