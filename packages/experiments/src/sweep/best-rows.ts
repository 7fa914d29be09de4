/**
 * The run of each seed that the search of a learning rate ends with.
 *
 * @module
 */
import { ranked } from "../protocol/learning-rate-search.ts"
import type { ResultRow } from "../store/rows.ts"

/** The best row of each seed, by seed: least area under the loss, then least rate. Seeds without a finite area have none. */
export function bestRows(rows: readonly ResultRow[]): readonly ResultRow[] {
  return [...Map.groupBy(rows, ({ seed }) => seed)]
    .sort(([a], [b]) => a - b)
    .flatMap(([, of]) => {
      const tried = of.map((row) => ({
        row,
        learningRate: row.learning_rate,
        area: row.area ?? Number.POSITIVE_INFINITY
      }))
      return ranked(tried)
        .slice(0, 1)
        .map(({ row }) => row)
    })
}
