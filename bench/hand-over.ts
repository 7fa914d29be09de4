/**
 * The same work on both sides: our parameters and batches in a peer, and what both find on the first batch.
 *
 * @module
 */
import { type Gramian, upgrad, weighting } from "@dualcone/aggregation"
import type { Wasm } from "@dualcone/wasm"
import type { StepBench } from "dualcone/bench"
import type { FirstBatch, Peer, PeerDevice } from "./peer.ts"

/** Relative differences on the first batch, the parameters being the same. */
export interface Agreement {
  readonly losses: number
  /** Of the norm of the gradient of the mean loss. */
  readonly gradientNorm: number
  /** Of UPGrad's weights; null for a peer that has none. */
  readonly weights: number | null
}

/** Above this, two sides do not compute the same function. */
const SAME = 1e-4

/** What we find on the first batch. */
export interface OurFirstBatch {
  readonly losses: Float64Array
  readonly gradientNorm: number
  readonly weights: Float64Array
}

/** Linearizes the first batch of the bench. Afterwards its parameters are what they were. */
export function ourFirstBatch(wasm: Wasm, { engine, batches }: StepBench): OurFirstBatch {
  const [batch] = batches
  if (batch !== undefined) {
    engine.inputs.set(batch.inputs)
    engine.labels.set(batch.labels)
  }
  const linearization = engine.linearize()
  const losses = linearization.values.slice()
  const gramian = linearization.gramian()
  using planned = weighting(wasm, upgrad(), losses.length)
  return { losses, gradientNorm: meanRowNorm(gramian), weights: planned.weigh(gramian).weights.slice() }
}

/** ‖Jᵀ1 / m‖ from G = J Jᵀ: the norm of the gradient of the mean loss. */
export function meanRowNorm({ objectives, values }: Gramian): number {
  return (
    Math.sqrt(
      Math.max(
        0,
        values.reduce((sum, value) => sum + value, 0)
      )
    ) / objectives
  )
}

/** Gives the peer our parameters and batches, before any step. @throws Error unless losses and gradient agree */
export async function handOver(
  wasm: Wasm,
  bench: StepBench,
  peer: Peer,
  device: PeerDevice = "cpu"
): Promise<Agreement> {
  const { engine, batches, learningRate } = bench
  const { description, parameters } = engine.plan
  const saved = engine.save()
  const named = parameters.map(({ name, shape }) => [name, saved.get(name) ?? new Float32Array(0), shape] as const)
  const theirs = await peer.network({ description, parameters: named, batches, learningRate, device })
  return agreement(description.name, ourFirstBatch(wasm, bench), theirs)
}

/** Compares both sides. @throws Error unless losses agree to 1e-4 of the largest and norms to 1e-3 of themselves */
export function agreement(network: string, ours: OurFirstBatch, theirs: FirstBatch): Agreement {
  const losses = relativeDifference(ours.losses, theirs.losses)
  const gradientNorm = Math.abs(ours.gradientNorm - theirs.gradientNorm) / theirs.gradientNorm
  const weights = theirs.weights === null ? null : relativeDifference(ours.weights, theirs.weights)
  if (!(losses <= SAME)) throw new Error(`the losses of ${network} differ from the peer's by ${losses} of the largest`)
  if (!(gradientNorm <= 10 * SAME)) {
    throw new Error(`the norm of the gradient of ${network} differs from the peer's by ${gradientNorm} of itself`)
  }
  return { losses, gradientNorm, weights }
}

/** max |a - b| / max |b|; infinite for arrays of different lengths. */
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
