/**
 * Curves of several seeds as one smooth line with a band.
 *
 * @module
 */
import { exponentialSmoothing, PAPER_ALPHA } from "../protocol/exponential-smoothing.ts"
import { estimate } from "../protocol/standard-error.ts"
import type { Curves } from "../store/rows.ts"

/** A smoothed mean, and mean ± standard error; without a band where there is one seed. */
export interface CurveBand {
  readonly mean: Float64Array
  readonly band: { readonly low: Float64Array; readonly high: Float64Array } | null
}

/**
 * Mean and standard error over curves at each iteration that all of them have, each smoothed as the paper's: ewm(v̄) and
 * ewm(v̄) ± ewm(standard error).
 *
 * @throws {InputError} unless 0 < α ≤ 1
 */
export function curveBand(curves: readonly Float64Array[], alpha = PAPER_ALPHA): CurveBand {
  const length = curves.length === 0 ? 0 : Math.min(...curves.map((curve) => curve.length))
  const means = new Float64Array(length)
  const errors = new Float64Array(length)
  for (let i = 0; i < length; i++) {
    const { mean, standardError } = estimate(curves.map((curve) => curve[i] ?? Number.NaN))
    means[i] = mean ?? Number.NaN
    errors[i] = standardError ?? Number.NaN
  }
  const mean = exponentialSmoothing(means, alpha)
  if (curves.length < 2) return { mean, band: null }
  const error = exponentialSmoothing(errors, alpha)
  return {
    mean,
    band: {
      low: mean.map((value, i) => value - (error[i] ?? 0)),
      high: mean.map((value, i) => value + (error[i] ?? 0))
    }
  }
}

/** Curves by run. */
export type CurvesOf = ReadonlyMap<string, Curves>
