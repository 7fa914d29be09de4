/**
 * Our side: the module, and on how many threads it steps.
 *
 * @module
 */
import type { NetworkDescription } from "@dualcone/network"
import { InputError, loadWasm, type Wasm } from "@dualcone/wasm"
import { makeStepBench, type StepBench } from "dualcone/bench"

/** The module with the number of threads that was asked for. */
export interface OurEngine {
  readonly wasm: Wasm
  readonly threads: number
  /** Plans the steps of a network. */
  stepBench(options: { readonly network: NetworkDescription; readonly batchSize: number }): StepBench
}

/** Loads the module: the one place that says what `threads` means. @throws InputError for what the build cannot do */
export async function loadOurEngine(threads: number): Promise<OurEngine> {
  if (threads !== 1) {
    throw new InputError({ rule: "this build runs on one thread; use 1", place: "--threads", value: threads })
  }
  const wasm = await loadWasm()
  return { wasm, threads, stepBench: (options) => makeStepBench(wasm, options) }
}
