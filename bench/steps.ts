/**
 * Training steps: ours, and in turn with them PyTorch's SGD and TorchJD's UPGrad on the same network, parameters and
 * batches.
 *
 * @module
 */
import { type Gramian, upgrad, weighting } from "@dualcone/aggregation"
import type { NetworkDescription } from "@dualcone/network"
import type { Wasm } from "@dualcone/wasm"
import { makeStepBench, type StepBench, type StepRow, type Summary, summarize } from "dualcone/bench"
import type { Peer, PeerDevice } from "./peer.ts"
import { pause } from "./turns.ts"

/** Figures of the peer, in milliseconds, and ratios to ours: medians over medians, least over least. */
export interface PeerSteps {
  /** TorchJD's UPGrad with PyTorch's default number of threads, and with one. */
  readonly upgrad: Summary
  readonly upgradOneThread: Summary
  /** PyTorch's plain SGD, likewise. */
  readonly sgd: Summary
  readonly sgdOneThread: Summary
  /** TorchJD's UPGrad step over ours; PyTorch's SGD step over our UPGrad step. */
  readonly upgradRatio: Summary
  readonly sgdRatio: Summary
  /** Largest relative differences on the first batch, the same parameters in both: that both do the same work. */
  readonly lossDifference: number
  readonly weightDifference: number
}

/** A row of the table of steps. */
export interface ComparedSteps extends StepRow {
  readonly peer: PeerSteps | null
}

/** How the turns are taken. */
export interface StepTurns {
  readonly rounds: number
  /** Steps counted in a turn. */
  readonly steps: number
  /** Steps before them, not counted: caches and threads have to come back. */
  readonly skip: number
}

/** Measures one network. Without a peer, all turns are ours. */
export async function compareSteps(
  wasm: Wasm,
  network: NetworkDescription,
  batchSize: number,
  turns: StepTurns,
  peer: { readonly process: Peer; readonly threads: number } | null
): Promise<ComparedSteps> {
  using bench = makeStepBench(wasm, { network, batchSize })
  const agreement = peer === null ? null : await handOver(wasm, bench, batchSize, peer.process)
  await bench.warmUp()

  const times = { upgrad: [] as number[], upgradOne: [] as number[], sgd: [] as number[], sgdOne: [] as number[] }
  const ours = () => {
    for (let step = 0; step < turns.skip; step++) bench.upgradStep()
    for (let step = 0; step < turns.steps; step++) bench.round()
  }
  const theirs = async () => {
    if (peer === null) return
    const { process, threads } = peer
    const take = (method: "sgd" | "upgrad", count: number) => process.steps(method, count, turns.skip, turns.steps)
    times.sgd.push(...(await take("sgd", threads)))
    times.upgrad.push(...(await take("upgrad", threads)))
    times.sgdOne.push(...(await take("sgd", 1)))
    times.upgradOne.push(...(await take("upgrad", 1)))
  }
  for (let round = 0; round < turns.rounds; round++) {
    for (const turn of round % 2 === 0 ? [ours, theirs] : [theirs, ours]) {
      await pause()
      await turn()
    }
  }

  const row = bench.row()
  if (agreement === null) return { ...row, peer: null }
  const figures = {
    upgrad: summarize(times.upgrad),
    upgradOneThread: summarize(times.upgradOne),
    sgd: summarize(times.sgd),
    sgdOneThread: summarize(times.sgdOne)
  }
  const over = ({ ms, minMs }: Summary): Summary => ({ ms: ms / row.upgradMs, minMs: minMs / row.upgradMinMs })
  return {
    ...row,
    peer: { ...figures, upgradRatio: over(figures.upgrad), sgdRatio: over(figures.sgd), ...agreement }
  }
}

/** Gives the peer our parameters and batches, and compares losses and weights on the first batch. */
export async function handOver(
  wasm: Wasm,
  bench: StepBench,
  batchSize: number,
  peer: Peer,
  device: PeerDevice = "cpu"
): Promise<{ readonly lossDifference: number; readonly weightDifference: number }> {
  const { engine, batches, learningRate } = bench
  const { description, parameters } = engine.plan
  const saved = engine.save()
  const named = parameters.map(({ name, shape }) => [name, saved.get(name) ?? new Float32Array(0), shape] as const)
  const theirs = await peer.network({ description, parameters: named, batches, learningRate, device })

  const [batch] = batches
  if (batch !== undefined) {
    engine.inputs.set(batch.inputs)
    engine.labels.set(batch.labels)
  }
  const linearization = engine.linearize()
  const losses = linearization.values.slice()
  const gramian: Gramian = linearization.gramian()
  using planned = weighting(wasm, upgrad(), batchSize)
  const lossDifference = relativeDifference(losses, theirs.losses)
  const weightDifference = relativeDifference(planned.weigh(gramian).weights, theirs.weights)
  if (lossDifference <= 1e-4) return { lossDifference, weightDifference }
  throw new Error(`the losses of ${description.name} differ from the peer's by ${lossDifference} of the largest`)
}

/** max |a - b| / max |b|. */
export function relativeDifference(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let difference = 0
  let size = 0
  a.forEach((value, i) => {
    const other = b[i] ?? Number.NaN
    difference = Math.max(difference, Math.abs(value - other))
    size = Math.max(size, Math.abs(other))
  })
  return difference / size
}
