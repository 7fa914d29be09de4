/**
 * How many threads the CPU engine gets here, tried out.
 *
 * @module
 */
import { loadWasmFor, threadless, threadsOfUse } from "@dualcone/wasm"

/** Threads here. */
export interface ThreadFacts {
  /** What `auto` comes to: the caller's thread, and the workers that came up. */
  readonly used: number
  /** Why there is but one; null where there are more. */
  readonly reason: string | null
}

/** Starts as many workers as `auto` would, and ends them. */
export async function threadsHere(): Promise<ThreadFacts> {
  try {
    const { threads, workers } = await loadWasmFor("auto")
    if (workers === null) return { used: 1, reason: threadless() ?? "the module for threads could not be loaded" }
    using _held = workers.hold(threads)
    await workers.ready()
    const used = Math.min(threads, 1 + workers.serving)
    if (used > 1) return { used, reason: null }
    return { used, reason: threadsOfUse() === 1 ? "this machine has one core" : "no worker came up" }
  } catch (cause) {
    return { used: 1, reason: cause instanceof Error ? cause.message : String(cause) }
  }
}
