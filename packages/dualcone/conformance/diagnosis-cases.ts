/** What a runtime says of itself and of its machine. */
import { diagnose } from "../src/index.ts"
import { type ConformanceCase, holds } from "./case.ts"

/** WebGPU without a GPU behind it. */
const emptyGpu: GPU = {
  wgslLanguageFeatures: new Set<string>(),
  getPreferredCanvasFormat: () => "bgra8unorm",
  requestAdapter: async () => null
}

/** What every machine has. */
export const diagnosisCases: readonly ConformanceCase[] = [
  {
    name: "the diagnosis names the runtime, finds SIMD, threads, solver and digits, and says how to get WebGPU",
    async run() {
      const { runtime, platform, wasm, threads, engines, data, missing } = await diagnose({ gpu: emptyGpu })
      const known = ["Bun", "Deno", "Node", "Chrome"]
      holds(known.includes(runtime.name) && /^\d+\.\d+/.test(runtime.version), `it names ${JSON.stringify(runtime)}`)
      holds(platform.cores >= 1 && platform.os !== "unknown", `the platform is ${JSON.stringify(platform)}`)
      holds(wasm.simd && wasm.solver.works, `WebAssembly is ${JSON.stringify(wasm)}`)
      holds(threads.used === Math.min(platform.cores, 8), `threads are ${JSON.stringify(threads)}`)
      holds(engines.join() === "cpu" && data.digits === 10_000, `${engines} and ${data.digits} digits`)
      const [first, ...others] = missing
      holds(first?.what === "WebGPU" && others.length === 0, `missing is ${JSON.stringify(missing)}`)
      const way = runtime.name === "Chrome" ? "--enable-unsafe-webgpu" : "the npm package webgpu"
      holds(first?.how.includes(way) === true, `the way to get it is ${first?.how}`)
      return undefined
    }
  }
]

/** What a machine with a GPU has, be it a program. */
export const webGpuDiagnosisCases: readonly ConformanceCase[] = [
  {
    name: "the diagnosis names the adapter, its features and limits, and its canary computes",
    async run() {
      const { webgpu, engines } = await diagnose()
      const { adapter, canary, engine } = webgpu
      holds(canary.works && engine && engines.includes("webgpu"), `WebGPU is ${JSON.stringify(webgpu)}`)
      if (adapter === null) throw new Error("there is no adapter")
      holds(adapter.vendor !== "", "the adapter has no vendor")
      holds(adapter.features.length > 0, "the adapter has no features")
      // The least that WebGPU promises anywhere, which is all that the engine asks for.
      const { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize } = adapter.limits
      holds(maxStorageBuffersPerShaderStage >= 8, `${maxStorageBuffersPerShaderStage} storage buffers a stage`)
      holds(maxComputeWorkgroupStorageSize >= 16384, `${maxComputeWorkgroupStorageSize} bytes of workgroup memory`)
      return undefined
    }
  }
]
