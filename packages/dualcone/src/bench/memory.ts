/**
 * Memory over many training steps: the module's memory must not grow at all, the process not by more than noise.
 *
 * @module
 */
import type { NetworkDescription } from "@dualcone/network"
import type { Wasm } from "@dualcone/wasm"
import { makeStepBench } from "./step.ts"

/** Memory of one network's steps, in bytes. */
export interface MemoryRow {
  readonly network: string
  readonly batchSize: number
  readonly steps: number
  readonly wasmBytesBefore: number
  readonly wasmBytesAfter: number
  readonly rssBefore: number
  readonly rssAfter: number
  readonly flat: boolean
}

/** What {@link makeMemoryRun} runs. */
export interface MemoryRunOptions {
  readonly network: NetworkDescription
  readonly batchSize: number
}

/** A network that steps while its memory is watched. */
export interface MemoryRun extends Disposable {
  /** UPGrad steps. The first call settles the process before it reads the memory. */
  run(steps: number): void
  row(): MemoryRow
}

/** Growth of a process that its collectors and compilers explain: 16 MiB, 1.6 KiB a step over 10,000 steps. */
const RSS_NOISE = 16 * 2 ** 20

/** Steps before the first reading. */
const SETTLING_STEPS = 500

/** Plans the run. @throws InputError as `makeCpuEngine` does. */
export function makeMemoryRun(wasm: Wasm, options: MemoryRunOptions): MemoryRun {
  const bench = makeStepBench(wasm, options)
  const read = () => ({ wasmBytes: wasm.memory.buffer.byteLength, rss: process.memoryUsage().rss })
  let before: ReturnType<typeof read> | undefined
  let done = 0
  return {
    run(steps) {
      if (before === undefined) {
        for (let step = 0; step < SETTLING_STEPS; step++) bench.upgradStep()
        before = read()
      }
      for (let step = 0; step < steps; step++) bench.upgradStep()
      done += steps
    },
    row() {
      const after = read()
      const start = before ?? after
      return {
        network: options.network.name,
        batchSize: options.batchSize,
        steps: done,
        wasmBytesBefore: start.wasmBytes,
        wasmBytesAfter: after.wasmBytes,
        rssBefore: start.rss,
        rssAfter: after.rss,
        flat: after.wasmBytes === start.wasmBytes && after.rss - start.rss <= RSS_NOISE
      }
    },
    [Symbol.dispose]: () => bench[Symbol.dispose]()
  }
}
