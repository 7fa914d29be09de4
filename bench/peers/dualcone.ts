/**
 * Dualcone itself, in the runtime that this file is run by, so that runtimes take turns in one run. A step is UPGrad's, as
 * `dualcone bench step` makes it.
 *
 * @module
 */
import { loadWasmFor } from "@dualcone/wasm"
import { makeStepBench } from "dualcone/bench"
import { ourFirstBatch } from "../hand-over.ts"
import { machine } from "../machine.ts"
import { type Handed, type SteppingNetwork, serve } from "./javascript/serve.ts"

const wasm = await loadWasmFor("auto")
serve({ library: `Dualcone in ${machine().runtime}`, threads: wasm.threads }, build)

function build({ description, parameters, batches }: Handed): SteppingNetwork {
  const bench = makeStepBench(wasm, { network: description, batchSize: batches[0]?.labels.length ?? 0 })
  bench.batches.forEach((batch, i) => {
    const handed = batches[i]
    if (handed === undefined) throw new Error(`there must be ${bench.batches.length} batches`)
    batch.inputs.set(handed.inputs.values)
    batch.labels.set(handed.labels)
  })
  return {
    async first() {
      await bench.warmUp()
      bench.engine.load(new Map([...parameters].map(([name, { values }]) => [name, values])))
      return ourFirstBatch(wasm, bench)
    },
    async step(method) {
      if (method !== "upgrad") throw new Error(`unknown method ${method}`)
      bench.upgradStep()
    },
    dispose() {
      bench[Symbol.dispose]()
    }
  }
}
