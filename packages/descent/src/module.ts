/**
 * The WebAssembly module as an effect.
 *
 * @module
 */
import { loadWasm, loadWasmFor, type ThreadCount, type Wasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import { EngineError } from "./errors.ts"

/** Loads the module, once in this thread. */
export const loadModule = loading(() => loadWasm())

/** Loads the module for engines on so many threads, once in this thread. */
export const loadModuleFor = (threads: ThreadCount) => loading(() => loadWasmFor(threads))

function loading(load: () => Promise<Wasm>): Effect.Effect<Wasm, EngineError> {
  return Effect.tryPromise({
    try: () => load(),
    catch: (cause) => new EngineError({ engine: "cpu", reason: String(cause) })
  })
}
