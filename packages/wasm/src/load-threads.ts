/**
 * Loads the build of the module whose memory workers share.
 *
 * @module
 */
import { answerOf, loadWasm, type ModuleSource, moduleBytes, type Wasm } from "./load.ts"
import { type ThreadCount, threadless, threadsOfUse } from "./thread-count.ts"
import { makeWorkerPool } from "./worker-pool.ts"

/** Pages of 64 KiB: at the start, a little more than the module's own data, and at most, as much as a host reserves. */
const FIRST_PAGES = 32
const MOST_PAGES = [65536, 32768, 16384] as const

let loaded: Promise<Wasm> | undefined

/**
 * The module for several threads, loaded at the first call and shared by all others in this thread; the same bits as
 * {@link loadWasm}'s. Engines, and weightings of many objectives, that are planned on it use as many threads as are asked
 * for here. Where threads are not to be had, and for one thread, it is that of `loadWasm`, whose
 * `workers` are null.
 *
 * `source` as for `loadWasm`, of the file `dualcone-threads_bg.wasm`. Where it is not given and the file is not to be had,
 * as with a bundler that was told of `dualcone_bg.wasm` alone, `loadWasm`'s module has to do.
 */
export async function loadWasmFor(threads: ThreadCount, source?: ModuleSource): Promise<Wasm> {
  const wasm = threads === 1 || threadless() !== null ? await loadWasm() : await shared(source)
  return wasm.workers === null ? wasm : { ...wasm, threads: threads === "auto" ? threadsOfUse() : threads }
}

function shared(source?: ModuleSource): Promise<Wasm> {
  if (loaded === undefined) {
    loaded =
      source === undefined
        ? load(new URL("../module/dualcone-threads_bg.wasm", import.meta.url)).catch(() => loadWasm())
        : load(source)
    loaded.catch(() => {
      loaded = undefined
    })
  }
  return loaded
}

async function load(source: ModuleSource): Promise<Wasm> {
  const memory = sharedMemory()
  if (memory === null) return loadWasm()
  const [glue, module] = await Promise.all([import("../module/dualcone-threads.js"), compile(source)])
  await glue.default({ module_or_path: module, memory })
  const { DualConeSolver, NetworkBuilder, WeightSolver } = glue
  return {
    memory,
    DualConeSolver,
    NetworkBuilder,
    WeightSolver,
    functions: {
      exp: glue.realExp,
      log: glue.realLog,
      log1p: glue.realLog1p,
      sin: glue.realSin,
      cos: glue.realCos,
      tanh: glue.realTanh,
      pow: glue.realPow
    },
    threads: 1,
    workers: makeWorkerPool(module, memory, glue)
  }
}

/** The largest that the host will reserve addresses for; null where it has none for any. */
function sharedMemory(): WebAssembly.Memory | null {
  for (const maximum of MOST_PAGES) {
    try {
      return new WebAssembly.Memory({ initial: FIRST_PAGES, maximum, shared: true })
    } catch {}
  }
  return null
}

/** Compiled once: workers are given the module, not its bytes. */
async function compile(source: ModuleSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source)
  const bytes = moduleBytes(source)
  if (bytes !== null) return WebAssembly.compile(bytes)
  const response = await answerOf(source)
  return WebAssembly.compile(response instanceof Response ? await response.arrayBuffer() : new ArrayBuffer())
}
