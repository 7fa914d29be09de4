/**
 * Our side: the module, and on how many threads it steps.
 *
 * @module
 */
import type { NetworkDescription } from "@dualcone/network"
import { loadWasmFor, type ThreadCount, type Wasm } from "@dualcone/wasm"
import { makeStepBench, type StepBench } from "dualcone/bench"

/** The module with the number of threads that was asked for. */
export interface OurEngine {
  readonly wasm: Wasm
  readonly threads: number
  /** Plans the steps of a network. */
  stepBench(options: { readonly network: NetworkDescription; readonly batchSize: number }): StepBench
}

/** Loads the module for so many threads, or as many as are of use. */
export async function loadOurEngine(threads: ThreadCount): Promise<OurEngine> {
  const wasm = await loadWasmFor(threads)
  return { wasm, threads: wasm.threads, stepBench: (options) => makeStepBench(wasm, options) }
}
