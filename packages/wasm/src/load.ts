/**
 * Loads the built module once, in Bun, Deno, Node and browsers.
 *
 * @module
 */
import initialise, {
  DualConeSolver,
  NetworkBuilder,
  realCos,
  realExp,
  realLog,
  realLog1p,
  realPow,
  realSin,
  realTanh,
  WeightSolver
} from "../module/dualcone.js"
import { InputError } from "./errors.ts"
import type { RealFunctions } from "./functions.ts"
import type { WorkerPool } from "./worker-pool.ts"

/** The loaded module: its memory, classes and functions. Classes hold memory until `free` or `[Symbol.dispose]`. */
export interface Wasm {
  readonly memory: WebAssembly.Memory
  readonly DualConeSolver: typeof DualConeSolver
  readonly NetworkBuilder: typeof NetworkBuilder
  readonly WeightSolver: typeof WeightSolver
  readonly functions: RealFunctions
  /** Threads for what is planned on it, unless it is told otherwise: the caller's, and workers'. */
  readonly threads: number
  /** Workers that share the memory; null where the module was loaded without. */
  readonly workers: WorkerPool | null
}

const functions: RealFunctions = {
  exp: realExp,
  log: realLog,
  log1p: realLog1p,
  sin: realSin,
  cos: realCos,
  tanh: realTanh,
  pow: realPow
}

/** Where the module is: its address, a response that holds it, its bytes, or the compiled module itself. */
export type ModuleSource = string | URL | Response | BufferSource | WebAssembly.Module

let loaded: Promise<Wasm> | undefined

/**
 * The module, loaded at the first call and shared by all others in this thread.
 *
 * Without a `source` it is the file beside this package: read where there is a file system, else fetched. In the bundle
 * of a bundler that does not follow `new URL(…, import.meta.url)` (Bun, esbuild) it is not there: serve
 * `@dualcone/wasm/module/dualcone_bg.wasm`, and call this with its address before anything else. Only the first call's
 * `source` counts; a failed load may be tried again.
 *
 * @throws InputError when the address answers with anything but the file
 */
export function loadWasm(source?: ModuleSource): Promise<Wasm> {
  if (loaded === undefined) {
    loaded = load(source ?? new URL("../module/dualcone_bg.wasm", import.meta.url))
    loaded.catch(() => {
      loaded = undefined
    })
  }
  return loaded
}

async function load(source: ModuleSource): Promise<Wasm> {
  const { memory } = await initialise({ module_or_path: moduleBytes(source) ?? (await answerOf(source)) })
  return { memory, DualConeSolver, NetworkBuilder, WeightSolver, functions, threads: 1, workers: null }
}

/** The bytes of a `file:` address; null for any other source. `fetch` reads no such address in Node. */
export function moduleBytes(source: ModuleSource): BufferSource | null {
  if (!(source instanceof URL) || source.protocol !== "file:") return null
  // Asked for at run time, so that bundlers for browsers never see an import of `node:fs`.
  return globalThis.process?.getBuiltinModule?.("node:fs").readFileSync(source) ?? null
}

/** What an address answers; any other source as it is. */
export async function answerOf(source: ModuleSource): Promise<ModuleSource> {
  if (typeof source !== "string" && !(source instanceof URL)) return source
  const response = await fetch(source)
  // Servers of single pages answer with the page where there is no file.
  const page = response.headers.get("content-type")?.startsWith("text/html") === true
  if (response.ok && !page) return response
  const rule = "it must be dualcone_bg.wasm of @dualcone/wasm; loadWasm takes its address"
  const value = page ? "a page" : `${response.status} ${response.statusText}`.trim()
  throw new InputError({ rule, place: `the answer of ${source}`, value })
}
