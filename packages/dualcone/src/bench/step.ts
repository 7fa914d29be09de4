/**
 * Time of a training step. An UPGrad step writes the batch, linearizes, forms the Gramian, weighs, pulls back and
 * updates; an SGD step writes the batch, asks for the gradient of the mean loss and updates. Both run on the same
 * engine and take turns.
 *
 * @module
 */
import { upgrad, weighting } from "@dualcone/aggregation"
import { generator } from "@dualcone/descent"
import { makeCpuEngine, type NetworkDescription, type NetworkEngine } from "@dualcone/network"
import type { ThreadCount, Wasm } from "@dualcone/wasm"
import { type Bench, roundsWithin } from "./bench.ts"
import { normals } from "./normal.ts"
import { summarize, timed } from "./samples.ts"

/** Figures of one network. */
export interface StepRow {
  readonly network: string
  readonly engine: "cpu" | "webgpu"
  /** Threads of the CPU that shared the steps. */
  readonly threads: number
  readonly batchSize: number
  /** Medians and least over all rounds, in milliseconds. */
  readonly upgradMs: number
  readonly sgdMs: number
  readonly upgradMinMs: number
  readonly sgdMinMs: number
  /** Whether the weights of every UPGrad step were certified. */
  readonly certified: boolean
}

/** Examples as an engine takes them. */
export interface StepBatch {
  readonly inputs: Float32Array
  readonly labels: Int32Array
}

/** What {@link makeStepBench} times. */
export interface StepBenchOptions {
  readonly network: NetworkDescription
  readonly batchSize: number
  /** Default: those that the module was loaded for. */
  readonly threads?: ThreadCount
}

/** A network ready to step; open to whoever compares with another implementation. */
export interface StepBench extends Bench<StepRow> {
  /** Waits for the workers first. */
  warmUp(): Promise<void>
  round(): void
  readonly engine: NetworkEngine
  /** Standard normal inputs and uniform labels, taken in turn. */
  readonly batches: readonly StepBatch[]
  readonly learningRate: number
  /** One UPGrad step, not timed. */
  upgradStep(): void
}

/** Batches that steps take in turn. */
export const BATCHES = 4

/** Small, so that the problem stays what it is at the start however many steps are timed. */
export const LEARNING_RATE = 1e-3

/** Plans the benchmark of one network. @throws InputError as `makeCpuEngine` does. */
export function makeStepBench(wasm: Wasm, { network, batchSize, threads = "auto" }: StepBenchOptions): StepBench {
  const engine = makeCpuEngine(wasm, { network, batchSize, threads })
  const planned = weighting(wasm, upgrad(), batchSize)
  const uniform = new Float64Array(batchSize).fill(1 / batchSize)
  const batches = Array.from({ length: BATCHES }, (_, seed) => drawBatch(engine, seed))
  engine.initialise(1)
  engine.outputs()
  engine.outputs() // workers start with the second batch

  let iteration = 0
  let certified = true
  const times: { readonly upgrad: number[]; readonly sgd: number[] } = { upgrad: [], sgd: [] }
  const writeBatch = () => {
    const batch = batches[iteration % BATCHES]
    if (batch !== undefined) {
      engine.inputs.set(batch.inputs)
      engine.labels.set(batch.labels)
    }
    iteration++
  }
  const upgradStep = () => {
    writeBatch()
    const linearization = engine.linearize({ training: { step: iteration } })
    const { weights, certificate } = planned.weigh(linearization.gramian())
    engine.descend(linearization.pullback(weights), LEARNING_RATE)
    certified &&= certificate?.status === "certified"
  }
  const sgdStep = () => {
    writeBatch()
    const { direction } = engine.gradient(uniform, { training: { step: iteration } })
    engine.descend(direction, LEARNING_RATE)
  }

  let rounds = 40
  return {
    engine,
    batches,
    learningRate: LEARNING_RATE,
    upgradStep,
    async warmUp() {
      await wasm.workers?.ready()
      const deadline = performance.now() + 500
      let least = Number.POSITIVE_INFINITY
      for (let pair = 0; pair < 5 || performance.now() < deadline; pair++) {
        const ms = timed(() => {
          upgradStep()
          sgdStep()
        })
        least = Math.min(least, ms)
      }
      rounds = roundsWithin(4000, least, 40, 200)
    },
    round() {
      times.upgrad.push(timed(upgradStep))
      times.sgd.push(timed(sgdStep))
    },
    get rounds() {
      return rounds
    },
    row() {
      const { ms: upgradMs, minMs: upgradMinMs } = summarize(times.upgrad)
      const { ms: sgdMs, minMs: sgdMinMs } = summarize(times.sgd)
      const figures = { upgradMs, sgdMs, upgradMinMs, sgdMinMs, certified }
      const threads = Math.min(engine.threads, 1 + (wasm.workers?.serving ?? 0))
      return { network: network.name, engine: engine.kind, threads, batchSize, ...figures }
    },
    [Symbol.dispose]() {
      planned[Symbol.dispose]()
      engine[Symbol.dispose]()
    }
  }
}

/** Standard normal inputs and uniform labels. */
export function drawBatch({ plan }: NetworkEngine, seed: number): StepBatch {
  const { batchSize, inputSize, outputSize } = plan
  const normal = normals(seed, 1)
  const { below } = generator(seed, 2)
  return {
    inputs: Float32Array.from({ length: batchSize * inputSize }, normal),
    labels: Int32Array.from({ length: batchSize }, () => below(outputSize))
  }
}
