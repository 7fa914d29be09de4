/**
 * What this runtime and machine offer, what is missing and how to get it.
 *
 * @module
 */
import { DIGITS, digits, type Source } from "@dualcone/datasets"
import { version } from "../version.ts"
import { inPage, type Platform, platformHere, type Runtime, runtimeHere } from "./runtime.ts"
import { type ThreadFacts, threadsHere } from "./threads.ts"
import { type WebAssemblyFacts, webAssemblyHere } from "./webassembly.ts"
import { pageAdvice, type WebGpuFacts, webGpuHere } from "./webgpu.ts"

/** Something that is not here. */
export interface Missing {
  readonly what: string
  /** What it is for; `optional: …` where the rest works without it. */
  readonly why: string
  /** How to get it. */
  readonly how: string
}

/** What {@link diagnose} found. Plain data: it goes through `JSON.stringify`. */
export interface Diagnosis {
  /** The version of this package. */
  readonly dualcone: string
  readonly runtime: Runtime
  readonly platform: Platform
  readonly wasm: WebAssemblyFacts
  readonly threads: ThreadFacts
  readonly webgpu: WebGpuFacts
  /** Names of the engines that run here. */
  readonly engines: readonly ("cpu" | "webgpu")[]
  /** How many of the embedded digits can be loaded: all or none. */
  readonly data: { readonly digits: number }
  readonly missing: readonly Missing[]
}

/** Options of {@link diagnose}. */
export interface DiagnoseOptions {
  /** Default: `navigator.gpu`, or the npm package `webgpu`. */
  readonly gpu?: GPU
  /** Where `digits.bin` is, as in `datasets.digits`. */
  readonly digits?: Source
}

/**
 * What this runtime and machine offer: runtime and version (in a page, the browser's), SIMD and threads of WebAssembly,
 * a solver with a known answer, the adapter of WebGPU with features, limits and a kernel with a known result, the
 * engines, and what is missing with the way to get it. Runs in Bun, Deno, Node, pages and their workers. Whatever is
 * broken is in the result: it throws nothing.
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const runtime = runtimeHere()
  const page = inPage()
  const missing: Missing[] = []
  const wasm = await webAssemblyHere()
  if (!wasm.solver.works) {
    const how = page
      ? "serve dualcone_bg.wasm of @dualcone/wasm, and call loadWasm with its address first"
      : "reinstall @dualcone/wasm, or rebuild it with bun run build:wasm"
    missing.push({ what: "the WebAssembly module", why: "every solver and the CPU engine", how })
  }
  if (!wasm.simd) {
    const how = page ? "use a newer browser" : "use a newer runtime"
    missing.push({ what: "WebAssembly SIMD", why: "the CPU engine", how })
  }
  const embedded = await digitsThere(options.digits)
  if (!embedded) {
    const how = page
      ? "serve digits.bin of @dualcone/datasets, and give its URL as the source"
      : "reinstall @dualcone/datasets"
    missing.push({ what: "the embedded digits", why: page ? "optional: the digits" : "dualcone demo", how })
  }
  const webgpu = await webGpuHere(options.gpu)
  if (!webgpu.engine) {
    const switchOn = page && webgpu.missing === "no-adapter"
    const how = switchOn ? pageAdvice(runtime, isSecureContext) : (webgpu.canary.reason ?? "update the graphics driver")
    missing.push({ what: "WebGPU", why: "optional: the engine webgpu", how })
  }
  return {
    dualcone: version,
    runtime,
    platform: platformHere(),
    wasm,
    threads: await threadsHere(),
    webgpu,
    engines: webgpu.engine ? ["cpu", "webgpu"] : ["cpu"],
    data: { digits: embedded ? DIGITS : 0 },
    missing
  }
}

async function digitsThere(source: Source | undefined): Promise<boolean> {
  try {
    await digits({ examples: 1, ...(source === undefined ? {} : { source }) })
    return true
  } catch {
    return false
  }
}
