/**
 * The built WebAssembly module of Dualcone, its typed loader, views of its memory, and the error for bad input.
 *
 * @module
 */
export * from "./checks.ts"
export * from "./errors.ts"
export type { RealFunctions } from "./functions.ts"
export * from "./load.ts"
export * from "./memory.ts"
export * from "./refusal.ts"
