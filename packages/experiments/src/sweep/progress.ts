/**
 * How far a sweep is, and how long it will take.
 *
 * @module
 */
import type { PlannedGroup } from "./expand.ts"
import { iterationsOf, type Run } from "./run.ts"

/** Where a sweep stands. Runs of fine stages that are not planned yet count as if all of them come. */
export interface SweepProgress {
  /** Runs with a result or a failure. */
  readonly settled: number
  readonly runs: number
  /** Iterations behind, those of unfinished runs included; a run that diverged is behind with all of its iterations. */
  readonly iterations: number
  readonly iterationsInAll: number
  /** From the pace since the sweep was started; null before there is one. */
  readonly secondsLeft: number | null
}

/** Counts. */
export interface ProgressCount {
  /** A run got so far. */
  step(run: Run, iteration: number): void
  /** A run got a result or a failure now. */
  settle(run: Run): void
  /** A run had its result before. */
  skip(run: Run): void
  /** So many runs make the fine stage of a group. */
  refine(planned: PlannedGroup, runs: number): void
  now(): SweepProgress
}

/** A count for these groups, at its beginning. */
export function makeProgress(groups: readonly PlannedGroup[]): ProgressCount {
  const started = performance.now()
  const under = new Map<string, number>()
  let runs = 0
  let inAll = 0
  for (const { group, search } of groups) {
    const expected = search.rates.length + (search.fine?.count ?? 0)
    runs += expected
    inAll += expected * iterationsOf(group)
  }
  let settled = 0
  let behind = 0
  // Steps that were really made since the start, which is what the pace is measured on.
  let made = 0
  return {
    step(run, iteration) {
      const before = under.get(run.id)
      // A resumed run begins somewhere; only what it does from there on was made now.
      if (before !== undefined) made += iteration - before
      under.set(run.id, iteration)
    },
    settle(run) {
      made += iterationsOf(run.group) - (under.get(run.id) ?? 0)
      under.delete(run.id)
      this.skip(run)
    },
    skip(run) {
      settled++
      behind += iterationsOf(run.group)
    },
    refine({ group, search }, planned) {
      const missing = (search.fine?.count ?? 0) - planned
      runs -= missing
      inAll -= missing * iterationsOf(group)
    },
    now() {
      let iterations = behind
      for (const count of under.values()) iterations += count
      const seconds = (performance.now() - started) / 1000
      const secondsLeft = made === 0 ? null : ((inAll - iterations) / made) * seconds
      return { settled, runs, iterations, iterationsInAll: inAll, secondsLeft }
    }
  }
}
