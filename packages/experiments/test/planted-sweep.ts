/** Databases with planted curves: as a sweep leaves them, without its training. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { expandSweep, firstRuns, parseSweepConfig, type Run, type RunResult, SweepStore } from "../src/index.ts"

/** The result to plant for a run; null leaves the run without one. */
export type Plant = (run: Run) => RunResult | null

/** Plans the sweep in a folder and plants a result for each run of its first stage. */
export const plantSweep = (folder: string, sweep: object, plant: Plant) =>
  Effect.gen(function* () {
    const config = yield* parseSweepConfig(sweep)
    const { json, groups } = yield* expandSweep(config, "/")
    const store = yield* SweepStore
    const runs = groups.flatMap(firstRuns)
    yield* store.begin(json)
    yield* store.plan(runs)
    for (const run of runs) {
      const result = plant(run)
      if (result !== null) yield* store.record(run.id, result)
    }
    return runs
  }).pipe(Effect.provide([NodeServices.layer, SweepStore.layer(folder)]), Effect.runPromise)

/** A run that ended well, with these curves. */
export function doneResult(losses: Float64Array, similarities: Float64Array, epochs: number): RunResult {
  const perEpoch = losses.length / epochs
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    status: "done",
    divergedAt: null,
    area: losses.reduce((sum, value) => sum + value, 0) / perEpoch,
    finalLoss: mean(losses.slice(-perEpoch)),
    similarity: mean(similarities),
    certified: null,
    testLoss: null,
    testAccuracy: null,
    digest: "00",
    milliseconds: 1000,
    losses,
    similarities
  }
}

/** A run that stopped being finite. */
export const divergedResult: RunResult = {
  ...doneResult(new Float64Array(0), new Float64Array(0), 1),
  status: "diverged",
  divergedAt: 3,
  area: Number.POSITIVE_INFINITY,
  finalLoss: null,
  similarity: null
}
