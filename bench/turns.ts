/**
 * Turns of several processes on one machine.
 *
 * @module
 */

/** How turns are taken. */
export interface StepTurns {
  readonly rounds: number
  /** Steps counted in a turn. */
  readonly steps: number
  /** Steps before them, not counted: caches and threads have to come back. */
  readonly skip: number
}

/** Milliseconds that a turn should not be much longer than, nor all turns of one contender. */
const TURN = 500
const ALL_TURNS = 15_000

/** A step as long as this finds its caches by itself. */
const LONG_STEP = 200

/** The turns of one contender. */
export type Pace = StepTurns

/** The turns of a contender whose step takes `ms`: fewer and shorter ones where steps are long, at least one step. */
export function paceOf(ms: number, { rounds, steps, skip }: StepTurns): Pace {
  const counted = Math.min(steps, Math.max(1, Math.floor(TURN / ms)))
  const before = ms < LONG_STEP ? skip : 0
  return {
    rounds: Math.min(rounds, Math.max(1, Math.floor(ALL_TURNS / ((counted + before) * ms)))),
    steps: counted,
    skip: before
  }
}

/** The same order from another start, so that everybody comes first once. */
export function rotated<Entry>(entries: readonly Entry[], by: number): readonly Entry[] {
  const start = by % Math.max(1, entries.length)
  return [...entries.slice(start), ...entries.slice(0, start)]
}

/** Lets the threads of the one who had its turn go to sleep: OpenMP's spin for some milliseconds after their work. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50))
}
