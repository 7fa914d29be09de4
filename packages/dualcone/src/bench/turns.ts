/**
 * Several benchmarks as one, whose samples are taken in turns.
 *
 * @module
 */
import type { Bench } from "./bench.ts"

/** One row a benchmark, in their order. */
export function inTurns<Row>(benches: readonly Bench<Row>[]): Bench<readonly Row[]> {
  const each = (run: (bench: Bench<Row>) => void) => {
    for (const bench of benches) run(bench)
  }
  return {
    warmUp: () => each((bench) => bench.warmUp()),
    round: () => each((bench) => bench.round()),
    get rounds() {
      return Math.min(...benches.map(({ rounds }) => rounds))
    },
    row: () => benches.map((bench) => bench.row()),
    [Symbol.dispose]: () => each((bench) => bench[Symbol.dispose]())
  }
}
