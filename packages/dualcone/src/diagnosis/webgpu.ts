/**
 * Whether WebGPU is here, what its adapter offers, whether it computes, and what to do where it does not.
 *
 * @module
 */
import { type AdapterFacts, isSoftware, requestDevice, type WebGpuErrorKind } from "@dualcone/webgpu"
import type { Runtime } from "./runtime.ts"

/** WebGPU here. */
export interface WebGpuFacts {
  /** Name, features and limits; null where there is none. */
  readonly adapter: AdapterFacts | null
  /** A kernel whose result is known. */
  readonly canary: { readonly works: boolean; readonly reason: string | null }
  /** Whether the engine runs here. */
  readonly engine: boolean
  /** Whether the GPU is a program, slower than the CPU engine: `auto` leaves it alone. */
  readonly software?: boolean
  /** What stands in the way. */
  readonly missing?: WebGpuErrorKind
}

/** Asks for a device, lets it compute, and gives it back. */
export async function webGpuHere(gpu: GPU | undefined): Promise<WebGpuFacts> {
  const result = await requestDevice(gpu === undefined ? {} : { gpu })
  if (!result.found) {
    const { kind, message } = result.error
    return { adapter: result.adapter, canary: { works: false, reason: message }, engine: false, missing: kind }
  }
  const { adapter } = result.gpu
  result.gpu[Symbol.dispose]()
  return { adapter, canary: { works: true, reason: null }, engine: true, software: isSoftware(adapter) }
}

/** What to switch on in a page without WebGPU. */
export function pageAdvice({ name }: Runtime, secure: boolean): string {
  if (!secure) return "serve the page over https or from localhost: browsers have WebGPU there alone"
  switch (name) {
    case "Chrome":
    case "Edge":
    case "Opera":
      return "switch graphics acceleration on in the browser's settings and update the graphics driver; on Linux start the browser with --enable-unsafe-webgpu --enable-features=Vulkan (without a GPU, add --use-webgpu-adapter=swiftshader --use-vulkan=swiftshader); chrome://gpu says what is off"
    case "Firefox":
      return "update Firefox, or set dom.webgpu.enabled in about:config; about:support says what is off"
    case "Safari":
      return "update to Safari 26, or switch WebGPU on among the feature flags in its settings"
    default:
      return "take a browser with WebGPU, and switch graphics acceleration on in its settings"
  }
}
