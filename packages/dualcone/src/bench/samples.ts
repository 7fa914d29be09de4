/**
 * What is said of repeated timings: the median, which a few disturbed samples do not move, and the least, which is
 * nearest to what the work itself costs.
 *
 * @module
 */

/** Timings of one thing, in milliseconds. */
export interface Summary {
  readonly ms: number
  readonly minMs: number
}

/** The middle sample, or the mean of the two in the middle. NaN without samples. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper
}

/** Median and least of `samples`, in milliseconds. */
export function summarize(samples: readonly number[]): Summary {
  return { ms: median(samples), minMs: samples.length === 0 ? Number.NaN : Math.min(...samples) }
}

/** How long `work` takes, in milliseconds. */
export function timed(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}
