/**
 * How many threads the CPU engine gets here, tried out.
 *
 * @module
 */
import { loadWasmFor, threadless, threadsOfUse } from "@dualcone/wasm"
import * as Effect from "effect/Effect"

/** Starts the workers of `threads: "auto"`; `reason` says why one thread is all there is. */
export const threadsCanary = Effect.tryPromise(async () => {
  const { workers } = await loadWasmFor("auto")
  if (workers === null) return { used: 1, reason: threadless() ?? "the module for threads could not be loaded" }
  using _held = workers.hold(threadsOfUse())
  await workers.ready()
  const used = 1 + workers.serving
  if (used > 1) return { used, reason: null }
  return { used, reason: threadsOfUse() === 1 ? "this machine has one core" : "no worker came up" }
}).pipe(Effect.catch((error) => Effect.succeed({ used: 1, reason: String(error.cause) })))
