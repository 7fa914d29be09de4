/**
 * The WebAssembly module as an effect.
 *
 * @module
 */
import { loadWasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import { EngineError } from "./errors.ts"

/** Loads the module, once in this thread. */
export const loadModule = Effect.tryPromise({
  try: () => loadWasm(),
  catch: (cause) => new EngineError({ engine: "cpu", reason: String(cause) })
})
