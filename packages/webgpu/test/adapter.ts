/**
 * The GPU that the tests run on: any that WebGPU finds. Without a GPU, SwiftShader's Vulkan driver (Debian's package
 * chromium) does: VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json. Where `CI` is true a missing one is an
 * error, and aloud a reason to skip elsewhere.
 */
import { requestDevice, type WebGpuDevice } from "../src/index.ts"

const result = await requestDevice()
if (!result.found) {
  if (process.env.CI === "true") throw result.error
  console.warn(`\nSKIPPED: the tests of @dualcone/webgpu that need a GPU. ${result.error.message}\n`)
}

/** Null where there is no GPU, or one that computes wrong numbers. */
export const gpu: WebGpuDevice | null = result.found ? result.gpu : null

/** For tests that are skipped without a GPU. */
export function present(): WebGpuDevice {
  if (gpu === null) throw new Error("this test needs a GPU")
  return gpu
}
