/**
 * UPGrad's weights: ours, and in turn with them TorchJD's on the same Gramians.
 *
 * @module
 */
import { type Gramian, upgrad } from "@dualcone/aggregation"
import type { Wasm } from "@dualcone/wasm"
import { makeWeightsBench, median, type Summary, summarize, type WeightsProblem, type WeightsRow } from "dualcone/bench"
import type { Peer } from "./peer.ts"
import { pause } from "./turns.ts"

/** The peer's figures for one number of objectives. */
export interface PeerWeights extends Summary {
  /** The peer's time over ours: median over the kinds that it was asked for. */
  readonly ratio: Summary
  /** Largest ‖Jᵀ(w - w′)‖ / ‖Jᵀw′‖ over these kinds, w′ the peer's weights. */
  readonly difference: number
  readonly kinds: readonly (Summary & { readonly kind: string; readonly ratio: Summary; readonly difference: number })[]
}

/** A row of the table of weights. */
export interface ComparedWeights extends WeightsRow {
  readonly peer: PeerWeights | null
}

/**
 * What the peer is asked for. Its time grows with the fourth power of m, to a minute or more a call at m = 512, which
 * is why large problems are called once and the largest of one kind only.
 */
function peerTurns(
  objectives: number,
  rounds: number
): { readonly rounds: number; readonly calls: number; readonly kinds: number } {
  if (objectives <= 32) return { rounds, calls: 10, kinds: 3 }
  if (objectives <= 64) return { rounds, calls: 2, kinds: 3 }
  if (objectives <= 128) return { rounds: Math.min(rounds, 3), calls: 1, kinds: 3 }
  return { rounds: 1, calls: 1, kinds: objectives <= 256 ? 3 : 1 }
}

/** Measures one number of objectives. Without a peer, all turns are ours. */
export async function compareWeights(
  wasm: Wasm,
  objectives: number,
  rounds: number,
  peer: Peer | null
): Promise<ComparedWeights> {
  using bench = makeWeightsBench(wasm, { aggregator: upgrad(), objectives })
  bench.warmUp()
  const turns = peerTurns(objectives, rounds)
  const asked = peer === null ? [] : bench.problems.slice(0, turns.kinds)
  const theirs = new Map(asked.map((problem) => [problem, { ms: [] as number[], difference: 0 }]))
  const ourRounds = Math.max(rounds, bench.rounds)
  for (let round = 0; round < rounds; round++) {
    await pause()
    for (let taken = round; taken < ourRounds; taken += rounds) bench.round()
    if (peer === null || round >= turns.rounds) continue
    await pause()
    for (const [problem, found] of theirs) {
      await peer.gramian(objectives, problem.gramian.values)
      const { ms, weights } = await peer.weights(turns.calls)
      found.ms.push(...ms)
      found.difference = directionDifference(problem.gramian, problem.weights(), weights)
    }
  }
  const row = bench.row()
  return { ...row, peer: peer === null ? null : peerFigures(row, theirs) }
}

function peerFigures(
  row: WeightsRow,
  theirs: ReadonlyMap<WeightsProblem, { readonly ms: readonly number[]; readonly difference: number }>
): PeerWeights {
  const kinds = [...theirs].map(([{ kind }, { ms, difference }]) => {
    const figures = summarize(ms)
    const ours = row.kinds.find((known) => known.kind === kind) ?? { ms: Number.NaN, minMs: Number.NaN }
    return { kind, ...figures, ratio: { ms: figures.ms / ours.ms, minMs: figures.minMs / ours.minMs }, difference }
  })
  return {
    ms: median(kinds.map(({ ms }) => ms)),
    minMs: median(kinds.map(({ minMs }) => minMs)),
    ratio: { ms: median(kinds.map(({ ratio }) => ratio.ms)), minMs: median(kinds.map(({ ratio }) => ratio.minMs)) },
    difference: Math.max(...kinds.map(({ difference }) => difference)),
    kinds
  }
}

function directionDifference({ objectives, values }: Gramian, a: Float64Array, b: Float64Array): number {
  const squaredLength = (weights: Float64Array) => {
    let sum = 0
    for (let i = 0; i < objectives; i++) {
      for (let j = 0; j < objectives; j++) {
        sum += (weights[i] ?? Number.NaN) * (values[i * objectives + j] ?? Number.NaN) * (weights[j] ?? Number.NaN)
      }
    }
    return sum
  }
  const difference = a.map((value, i) => value - (b[i] ?? Number.NaN))
  return Math.sqrt(Math.max(0, squaredLength(difference)) / squaredLength(b))
}
