/**
 * Training steps: ours, and in turn with them those of every contender on the same network, parameters and batches.
 *
 * @module
 */
import type { NetworkDescription } from "@dualcone/network"
import { type StepRow, type Summary, summarize } from "dualcone/bench"
import { type Contender, nameOf, type StartedPeer } from "./contenders.ts"
import { type Agreement, handOver } from "./hand-over.ts"
import type { OurEngine } from "./our-engine.ts"
import type { Peer } from "./peer.ts"
import { type Pace, paceOf, pause, rotated, type StepTurns } from "./turns.ts"

/** Figures of a contender, in milliseconds. */
export interface ContenderSteps extends Contender, Summary {
  readonly samples: number
  /** Its step over our UPGrad step: median over median, least over least. */
  readonly ratio: Summary
  readonly agreement: Agreement
}

/** A row of the table of steps. */
export interface ComparedSteps extends StepRow {
  readonly contenders: readonly ContenderSteps[]
}

/** A contender at its turns. */
interface Turner {
  readonly contender: Contender
  readonly peer: Peer
  readonly agreement: Agreement
  readonly pace: Pace
  readonly ms: number[]
}

/** Milliseconds: of such steps one or two are enough to warm up. */
const LONG_STEP = 1000
const VERY_LONG_STEP = 5000

/** Measures one network. Without peers, all turns are ours. `say` is told what comes. */
export async function compareSteps(
  ours: OurEngine,
  network: NetworkDescription,
  batchSize: number,
  turns: StepTurns,
  peers: readonly StartedPeer[],
  say: (text: string) => void
): Promise<ComparedSteps> {
  using bench = ours.stepBench({ network, batchSize })
  const turners: Turner[] = []
  for (const { peer, contenders } of peers) {
    const agreement = await handOver(ours.wasm, bench, peer)
    for (const contender of contenders) {
      const pace = paceOf(await warmedUp(peer, contender), turns)
      say(`${nameOf(contender)}: ${pace.rounds * pace.steps} steps`)
      turners.push({ contender, peer, agreement, pace, ms: [] })
    }
  }
  await bench.warmUp()

  const ourTurn = async () => {
    for (let step = 0; step < turns.skip; step++) bench.upgradStep()
    for (let step = 0; step < turns.steps; step++) bench.round()
  }
  for (let round = 0; round < turns.rounds; round++) {
    const theirTurns = turners
      .filter(({ pace }) => round < pace.rounds)
      .map(({ contender: { method, threads }, peer, pace: { skip, steps }, ms }) => async () => {
        ms.push(...(await peer.steps({ method, threads, skip, steps })))
      })
    for (const turn of rotated([ourTurn, ...theirTurns], round)) {
      await pause()
      await turn()
    }
  }

  const row = bench.row()
  const contenders = turners.map(({ contender, agreement, ms }) => {
    const found = summarize(ms)
    const ratio = { ms: found.ms / row.upgradMs, minMs: found.minMs / row.upgradMinMs }
    return { ...contender, ...found, samples: ms.length, ratio, agreement }
  })
  return { ...row, contenders }
}

/** Milliseconds of a step once compilers and threads have settled; of the first, where that is long all the same. */
async function warmedUp(peer: Peer, { method, threads }: Contender): Promise<number> {
  const [first = Number.NaN] = await peer.steps({ method, threads, skip: 0, steps: 1 })
  if (first > VERY_LONG_STEP) return first
  return Math.min(...(await peer.steps({ method, threads, skip: 0, steps: first > LONG_STEP ? 1 : 5 })))
}
