/**
 * Runs a sweep: whatever has no result yet, stage by stage.
 *
 * @module
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { RunResult } from "../store/rows.ts"
import { SweepStore } from "../store/sweep-store.ts"
import { type RunFailed, RunTrainer } from "../workers/run-trainer.ts"
import { fineRuns, firstRuns, type PlannedGroup, type Sweep } from "./expand.ts"
import { makeProgress, type SweepProgress } from "./progress.ts"
import type { Run } from "./run.ts"

/** What happens while a sweep runs. */
export type SweepEvent = { readonly progress: SweepProgress } & (
  | { readonly kind: "begun" }
  | { readonly kind: "step"; readonly run: Run }
  | { readonly kind: "finished"; readonly run: Run; readonly result: RunResult }
  | { readonly kind: "failed"; readonly run: Run; readonly failure: RunFailed }
)

/** Options of {@link runSweep}. */
export interface RunSweepOptions {
  readonly sweep: Sweep
  readonly report?: (event: SweepEvent) => void
}

/** A group while its runs are made. */
interface Stages {
  readonly planned: PlannedGroup
  readonly first: readonly Run[]
  /** Runs of the first stage that have neither result nor failure. */
  readonly waiting: Set<string>
}

/**
 * Makes every run that the store has no result of, and keeps each result as it comes. The fine
 * stage of a group is planned once all of its coarse runs have results. A run that fails is noted and the others go
 * on; the next call tries it again. Interrupted or killed, the next call goes on.
 *
 * @returns how many runs failed
 */
export const runSweep = Effect.fn("runSweep")(function* ({ sweep, report }: RunSweepOptions) {
  const store = yield* SweepStore
  const trainer = yield* RunTrainer
  yield* store.begin(sweep.json)
  yield* store.plan(sweep.groups.flatMap(firstRuns))
  const areas = new Map<string, number>()
  for (const { run, area } of yield* store.rows) if (area !== null) areas.set(run, area)
  yield* trainer.forget(new Set(areas.keys()))

  const queue = yield* Queue.unbounded<Run, Cause.Done>()
  const progress = makeProgress(sweep.groups)
  const stages = new Map<string, Stages>()
  let outstanding = 0
  let failed = 0
  const offer = (runs: readonly Run[]) => {
    for (const run of runs) {
      if (areas.has(run.id)) progress.skip(run)
      else {
        outstanding++
        Queue.offerUnsafe(queue, run)
      }
    }
  }
  const refine = Effect.fnUntraced(function* ({ planned, first, waiting }: Stages) {
    if (waiting.size > 0 || planned.search.fine === null) return
    // With a coarse run missing the two best are not known.
    const tried = first.flatMap(({ id, learningRate }) => {
      const area = areas.get(id)
      return area === undefined ? [] : [{ learningRate, area }]
    })
    const runs = tried.length < first.length ? [] : fineRuns(planned, tried)
    progress.refine(planned, runs.length)
    yield* store.plan(runs)
    offer(runs)
  })
  for (const planned of sweep.groups) {
    const first = firstRuns(planned)
    const waiting = new Set(first.map(({ id }) => id).filter((id) => !areas.has(id)))
    stages.set(planned.group.id, { planned, first, waiting })
    offer(first)
  }
  for (const group of stages.values()) yield* refine(group)
  report?.({ kind: "begun", progress: progress.now() })

  const settle = Effect.fnUntraced(function* ({ run, outcome }: Settled) {
    progress.settle(run)
    if (Result.isSuccess(outcome)) {
      const result = outcome.success
      yield* store.record(run.id, result)
      areas.set(run.id, result.area)
      yield* trainer.forget(new Set([run.id]))
      report?.({ kind: "finished", run, result, progress: progress.now() })
    } else {
      const failure = outcome.failure
      failed++
      yield* store.fail(run.id, { tag: failure.tag, message: failure.reason })
      report?.({ kind: "failed", run, failure, progress: progress.now() })
    }
    const group = stages.get(run.group.id)
    if (group?.waiting.delete(run.id)) yield* refine(group)
    outstanding--
    if (outstanding === 0) yield* Queue.end(queue)
  })

  if (outstanding === 0) return failed
  yield* Stream.fromQueue(queue).pipe(
    Stream.mapEffect(
      (run) =>
        trainer
          .train(run, (iteration) => {
            progress.step(run, iteration)
            report?.({ kind: "step", run, progress: progress.now() })
          })
          .pipe(
            Effect.result,
            Effect.map((outcome): Settled => ({ run, outcome }))
          ),
      { concurrency: trainer.size, unordered: true }
    ),
    Stream.runForEach(settle)
  )
  return failed
})

interface Settled {
  readonly run: Run
  readonly outcome: Result.Result<RunResult, RunFailed>
}
