/**
 * How many threads share a step, and whether this host has any to give.
 *
 * @module
 */
import { InputError } from "./errors.ts"
import { nodeWorkers } from "./node-workers.ts"

/** `auto`: as many as are of use here. A number: that many, the caller's among them, whether there are cores or not. */
export type ThreadCount = "auto" | number

/** Most threads that can be asked for. */
export const MOST_THREADS = 64

/** Beyond this, groups of examples run out before memory bandwidth does not. */
const MOST_OF_USE = 8

/** `value` as a number of threads. */
export function threadCount(value: unknown, place = "threads"): ThreadCount {
  if (value === "auto") return value
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MOST_THREADS) return value
  throw new InputError({ rule: `it must be auto or an integer from 1 to ${MOST_THREADS}`, place, value })
}

/** What `auto` is where there are workers: a thread a core, at most eight. */
export function threadsOfUse(): number {
  return Math.max(1, Math.min(globalThis.navigator?.hardwareConcurrency ?? 1, MOST_OF_USE))
}

/**
 * Why one thread is all there is here, or null where workers can share the module's memory. A page must be isolated from
 * other origins to have shared memory, and its own thread may not wait for others: there, run the engine in a worker.
 */
export function threadless(): string | null {
  if (typeof SharedArrayBuffer !== "function") {
    return "there is no SharedArrayBuffer; a page must be cross-origin isolated to have it"
  }
  if (nodeWorkers() === undefined && typeof Worker !== "function") return "there are no workers"
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
  } catch {
    return "this thread may not wait for others; run the engine in a worker"
  }
  return null
}
