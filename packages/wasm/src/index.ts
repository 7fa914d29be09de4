/**
 * The built WebAssembly module of Dualcone, its typed loader, views of its memory, and the error for bad input.
 *
 * @module
 */
export * from "./checks.ts"
export * from "./errors.ts"
export type { RealFunctions } from "./functions.ts"
export { loadWasm, type ModuleSource, type Wasm } from "./load.ts"
export { loadWasmFor } from "./load-threads.ts"
export * from "./memory.ts"
export * from "./refusal.ts"
export * from "./thread-count.ts"
export type { WorkerPool } from "./worker-pool.ts"
