/** A result for the store, told apart by its area. */
import type { RunResult } from "../src/index.ts"

export const fakeResult = (area: number, change: Partial<RunResult> = {}): RunResult => ({
  status: "done",
  divergedAt: null,
  area,
  finalLoss: area / 2,
  similarity: 0.5,
  certified: 1,
  testLoss: null,
  testAccuracy: null,
  digest: "00",
  milliseconds: 1,
  losses: Float64Array.of(area, area / 2),
  similarities: Float64Array.of(0.25, 0.75),
  ...change
})
