/**
 * All that is in the database of a sweep as JSON.
 *
 * @module
 */
import { SweepStore } from "@dualcone/experiments"
import * as Effect from "effect/Effect"
import { print } from "../output.ts"

/**
 * Prints `{"sweep", "digest", "runs": […]}`, a run a line with the columns of its row and its curves. The whole is not
 * held in memory: the curves of all runs of the paper are gigabytes. Infinite areas, those of diverged runs, are null.
 */
export const exportSweep = Effect.gen(function* () {
  const store = yield* SweepStore
  const sweep = yield* store.json
  yield* print(`{"sweep":${sweep ?? "null"},\n"digest":${JSON.stringify(yield* store.digest)},\n"runs":[`)
  let separator = "\n"
  for (const { aggregator, optimizer, ...row } of yield* store.rows) {
    const { losses, similarities } = yield* store.curves(row.run)
    const curves = { losses: Array.from(losses), similarities: Array.from(similarities) }
    const settings: { readonly aggregator: unknown; readonly optimizer: unknown } = {
      aggregator: JSON.parse(aggregator),
      optimizer: JSON.parse(optimizer)
    }
    yield* print(`${separator}${JSON.stringify({ ...row, ...settings, ...curves })}`)
    separator = ",\n"
  }
  yield* print("\n]}\n")
})
