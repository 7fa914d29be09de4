/**
 * Runs a suite: whatever has no result yet.
 *
 * @module
 */
import type { RunFailed } from "@dualcone/experiments"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { SearchScore } from "../protocol/search.ts"
import { ConflictStore } from "./conflict-store.ts"
import type { PlannedSearch } from "./plan.ts"
import { Searcher } from "./searcher.ts"

/** Where a suite stands. */
export interface SuiteProgress {
  /** Searches with a result or a failure. */
  readonly settled: number
  readonly searches: number
  /** From the times of searches on the same problems; null before there is one. */
  readonly secondsLeft: number | null
}

/** What happens while a suite runs. */
export type SuiteEvent = { readonly progress: SuiteProgress } & (
  | { readonly kind: "begun" }
  | { readonly kind: "finished"; readonly search: PlannedSearch; readonly score: SearchScore }
  | { readonly kind: "failed"; readonly search: PlannedSearch; readonly failure: RunFailed }
)

/** Options of {@link runSuite}. */
export interface RunSuiteOptions {
  readonly plan: readonly PlannedSearch[]
  readonly report?: (event: SuiteEvent) => void
}

/**
 * Makes every search that the store has no result of, and keeps each as it comes. One that fails is noted and the others
 * go on; the next call tries it again. Interrupted or killed, the next call goes on, and what it finds has the same digest.
 *
 * @returns how many searches failed
 */
export const runSuite = Effect.fn("runSuite")(function* ({ plan, report }: RunSuiteOptions) {
  const store = yield* ConflictStore
  const searcher = yield* Searcher
  const before = yield* store.searches
  const done = new Set(before.map(({ id }) => id))
  const times = new Map<string, number[]>()
  const timed = (problem: string, milliseconds: number) =>
    times.set(problem, [...(times.get(problem) ?? []), milliseconds])
  for (const { problem, ms } of before) timed(problem, ms)
  const waiting = new Set(plan.filter(({ id }) => !done.has(id)))
  let failed = 0
  const progress = (): SuiteProgress => ({
    settled: plan.length - waiting.size,
    searches: plan.length,
    secondsLeft: secondsLeft(waiting, times, searcher.size)
  })
  report?.({ kind: "begun", progress: progress() })
  yield* Stream.fromIterable([...waiting]).pipe(
    Stream.mapEffect(
      (search) => {
        const started = performance.now()
        return searcher
          .search(search, () => {})
          .pipe(
            Effect.result,
            Effect.map((outcome) => ({ search, outcome, milliseconds: performance.now() - started }))
          )
      },
      { concurrency: searcher.size, unordered: true }
    ),
    Stream.runForEach(
      Effect.fnUntraced(function* ({ search, outcome, milliseconds }) {
        waiting.delete(search)
        if (Result.isSuccess(outcome)) {
          timed(search.problem.name, milliseconds)
          yield* store.record(search, outcome.success, milliseconds)
          report?.({ kind: "finished", search, score: outcome.success, progress: progress() })
        } else {
          failed++
          const { failure } = outcome
          yield* store.fail(search, { tag: failure.tag, message: failure.reason })
          report?.({ kind: "failed", search, failure, progress: progress() })
        }
      })
    )
  )
  return failed
})

/** The mean time of a search on each waiting problem, or, where none has ended, on all problems; shared by all workers. */
function secondsLeft(
  waiting: ReadonlySet<PlannedSearch>,
  times: ReadonlyMap<string, readonly number[]>,
  workers: number
): number | null {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const all = [...times.values()].flat()
  if (all.length === 0) return waiting.size === 0 ? 0 : null
  const overall = mean(all)
  let milliseconds = 0
  for (const { problem } of waiting) {
    const own = times.get(problem.name)
    milliseconds += own === undefined ? overall : mean(own)
  }
  return milliseconds / workers / 1000
}
