/**
 * Time of a training step on a GPU: UPGrad's and SGD's, in turns. A turn submits as many steps as a short while holds and
 * waits for their reports, as training does; a sample is the time of one of them.
 *
 * @module
 */
import { mean, upgrad } from "@dualcone/aggregation"
import { makeCpuEngine } from "@dualcone/network"
import type { Wasm } from "@dualcone/wasm"
import { counting, type KernelTime, makeWebGpuEngine, type WebGpuDevice, type WebGpuEngine } from "@dualcone/webgpu"
import { type Bench, roundsWithin } from "./bench.ts"
import { summarize } from "./samples.ts"
import { BATCHES, drawBatch, LEARNING_RATE, type StepBatch, type StepBenchOptions, type StepRow } from "./step.ts"

/** Figures of one network on a GPU. */
export interface GpuStepRow extends StepRow {
  readonly engine: "webgpu"
  /** Vendor and architecture, or what the adapter calls itself. */
  readonly adapter: string
  /** What an UPGrad step asks of the device. */
  readonly asked: { readonly dispatches: number; readonly submits: number; readonly readbacks: number }
  /** Times of the kernels of an UPGrad step by the GPU's clock, or null where it has none. */
  readonly kernels: readonly KernelTime[] | null
}

/** Milliseconds of a turn. */
const TURN = 50

/** Plans the benchmark of one network. @throws WebGpuError, InputError as `makeWebGpuEngine` does */
export async function makeGpuStepBench(
  wasm: Wasm,
  gpu: WebGpuDevice,
  { network, batchSize }: StepBenchOptions
): Promise<Bench<GpuStepRow>> {
  using host = makeCpuEngine(wasm, { network, batchSize })
  const batches = Array.from({ length: BATCHES }, (_, seed) => drawBatch(host, seed))
  host.initialise(1)
  const parameters = host.save()
  const { gpu: counted, counts } = counting(gpu)
  const optimizer = { name: "sgd", learningRate: LEARNING_RATE } as const
  const planned = { network, batchSize, optimizer }
  const upgradEngine = await makeWebGpuEngine(counted, { ...planned, aggregator: upgrad() })
  const sgdEngine = await makeWebGpuEngine(gpu, { ...planned, aggregator: mean() }).catch((error: unknown) => {
    upgradEngine[Symbol.dispose]()
    throw error
  })
  for (const engine of [upgradEngine, sgdEngine]) engine.load({ parameters })

  let taken = 0
  let certified = true
  const stepOn = (engine: WebGpuEngine) => {
    const batch: StepBatch | undefined = batches[taken++ % BATCHES]
    if (batch !== undefined) engine.step(batch.inputs, batch.labels)
  }
  /** Milliseconds a step, over so many of them. */
  const turn = async (engine: WebGpuEngine, steps: number): Promise<number> => {
    const start = performance.now()
    for (let step = 0; step < steps; step++) stepOn(engine)
    const reports = await engine.reports()
    const ms = (performance.now() - start) / steps
    certified &&= reports.every(({ halted }) => halted === null)
    return ms
  }

  const times: { readonly upgrad: number[]; readonly sgd: number[] } = { upgrad: [], sgd: [] }
  let ofTurn = { upgrad: 1, sgd: 1 }
  let rounds = 1
  let asked = { dispatches: 0, submits: 0, readbacks: 0 }
  let kernels: readonly KernelTime[] | null = null
  const fitting = (ms: number, engine: WebGpuEngine) => Math.max(1, Math.min(engine.window, Math.floor(TURN / ms)))
  return {
    async warmUp() {
      let least = { upgrad: Number.POSITIVE_INFINITY, sgd: Number.POSITIVE_INFINITY }
      for (let pair = 0; pair < 3; pair++) {
        const upgradMs = await turn(upgradEngine, ofTurn.upgrad)
        const sgdMs = await turn(sgdEngine, ofTurn.sgd)
        least = { upgrad: Math.min(least.upgrad, upgradMs), sgd: Math.min(least.sgd, sgdMs) }
        ofTurn = { upgrad: fitting(upgradMs, upgradEngine), sgd: fitting(sgdMs, sgdEngine) }
      }
      rounds = roundsWithin(4000, ofTurn.upgrad * least.upgrad + ofTurn.sgd * least.sgd, 5, 100)
      const before = { ...counts }
      stepOn(upgradEngine)
      asked = {
        dispatches: counts.dispatches - before.dispatches,
        submits: counts.submits - before.submits,
        readbacks: counts.readbacks - before.readbacks
      }
      await upgradEngine.reports()
      kernels = await upgradEngine.profile()
    },
    async round() {
      times.upgrad.push(await turn(upgradEngine, ofTurn.upgrad))
      times.sgd.push(await turn(sgdEngine, ofTurn.sgd))
    },
    get rounds() {
      return rounds
    },
    row() {
      const { ms: upgradMs, minMs: upgradMinMs } = summarize(times.upgrad)
      const { ms: sgdMs, minMs: sgdMinMs } = summarize(times.sgd)
      const { vendor, architecture, description } = gpu.adapter
      return {
        ...{ network: network.name, engine: "webgpu", threads: 1, batchSize },
        ...{ upgradMs, sgdMs, upgradMinMs, sgdMinMs, certified },
        ...{ adapter: `${vendor} ${architecture || description}`, asked, kernels }
      }
    },
    [Symbol.dispose]() {
      upgradEngine[Symbol.dispose]()
      sgdEngine[Symbol.dispose]()
    }
  }
}
