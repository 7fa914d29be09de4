/**
 * Mean and standard error over seeds.
 *
 * @module
 */

/** A mean with the standard error of it; null where there is no value, or for the error only one. */
export interface Estimate {
  readonly mean: number | null
  readonly standardError: number | null
}

/**
 * v̄ = Σ vᵢ / n and √(Σ (vᵢ - v̄)² / (n - 1) / n), the standard error of the mean (arXiv 2406.16232, appendix D). One
 * infinite value makes the mean infinite and leaves the error unknown.
 */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length
  if (n === 0) return { mean: null, standardError: null }
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  if (n === 1 || !Number.isFinite(mean)) return { mean, standardError: null }
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, standardError: Math.sqrt(squares / (n - 1) / n) }
}
