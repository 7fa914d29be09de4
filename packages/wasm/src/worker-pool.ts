/**
 * Workers that serve the module's team (`crates/threads`): started when somebody wants them, ended when nobody is left
 * who does. A step never waits for one to start: who is not up takes no task.
 *
 * @module
 */
import { nodeWorkers } from "./node-workers.ts"

/** What the module says about its workers. */
export interface TeamFunctions {
  workerGeneration(): number
  workersServing(): number
  endWorkers(): void
}

/** The workers of one module. */
export interface WorkerPool {
  /** Workers that serve now: one less than the threads. */
  readonly serving: number
  /** Keeps workers for this many threads, the caller's among them, until the claim is disposed of. */
  hold(threads: number): Disposable
  /** Resolves when all workers that are held serve, or when they have had two seconds to start. */
  ready(): Promise<void>
}

/** What a worker starts with. */
interface WorkerStart {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly thread: number
  readonly generation: number
}

const START_MS = 2000

/** The pool of the module with this memory. */
export function makeWorkerPool(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  team: TeamFunctions
): WorkerPool {
  const claims = new Set<{ readonly threads: number }>()
  /** Threads that were started and not told to end, the caller's among them. */
  let started = 1

  const endUnclaimed = () => {
    if (claims.size > 0 || started === 1) return
    team.endWorkers()
    started = 1
  }
  const wanted = () => Math.max(1, ...[...claims].map(({ threads }) => threads))
  return {
    get serving() {
      return team.workersServing()
    },
    hold(threads) {
      const claim = { threads }
      claims.add(claim)
      const generation = team.workerGeneration()
      for (; started < threads; started++) {
        try {
          startWorker({ module, memory, thread: started, generation })
        } catch {
          // The host has no more, or its policy forbids them: steps do without.
        }
      }
      return {
        [Symbol.dispose]() {
          // Later, so that engines made one after the other share the workers.
          if (claims.delete(claim) && claims.size === 0) setTimeout(endUnclaimed, 0)
        }
      }
    },
    async ready() {
      const deadline = performance.now() + START_MS
      while (team.workersServing() + 1 < wanted() && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
  }
}

function startWorker(start: WorkerStart): void {
  const threads = nodeWorkers()
  if (threads !== undefined) {
    const source = `(${serve})(process.getBuiltinModule("node:worker_threads").workerData)`
    const worker = new threads.Worker(source, { eval: true, workerData: start })
    worker.unref()
    worker.on("error", () => {}) // steps do without it
    return
  }
  const worker = new Worker(workerAddress())
  worker.onerror = (event) => event.preventDefault()
  worker.postMessage(start)
}

let address: string | undefined

/** A worker of its own text needs no file that a bundler would have to find. */
function workerAddress(): string {
  const source = `onmessage = ({ data }) => { onmessage = null; (${serve})(data); close() }`
  address ??= URL.createObjectURL(new Blob([source], { type: "text/javascript" }))
  return address
}

/**
 * A worker's life. It is handed over as text, so that nothing of this file is in reach. The module's glue is not needed:
 * tasks are kernels, which call nothing outside.
 */
function serve({ module, memory, thread, generation }: WorkerStart): void {
  const imports: WebAssembly.Imports = {}
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    imports[from] = { ...imports[from], [name]: kind === "memory" ? memory : () => {} }
  }
  const { exports } = new WebAssembly.Instance(module, imports)
  const call = (name: string, ...values: readonly number[]) => {
    const found = exports[name]
    if (typeof found === "function") found(...values)
  }
  const stack = 262144
  call("__wbindgen_start", stack)
  try {
    call("serveAsWorker", thread, generation)
  } catch {
    call("failAsWorker")
    return
  }
  call("__wbindgen_thread_destroy")
}
