/**
 * Several benchmarks as one, whose samples are taken in turns.
 *
 * @module
 */
import type { Bench } from "./bench.ts"

/** One row a benchmark, in their order. */
export function inTurns<Row>(benches: readonly Bench<Row>[]): Bench<readonly Row[]> {
  return {
    async warmUp() {
      for (const bench of benches) await bench.warmUp()
    },
    async round() {
      for (const bench of benches) await bench.round()
    },
    get rounds() {
      return Math.min(...benches.map(({ rounds }) => rounds))
    },
    row: () => benches.map((bench) => bench.row()),
    [Symbol.dispose]() {
      for (const bench of benches) bench[Symbol.dispose]()
    }
  }
}
