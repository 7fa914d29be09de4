/**
 * The search for a learning rate of "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232, appendix
 * D.1): a coarse grid over seven decades, then a fine one around the two best rates of the coarse one.
 *
 * @module
 */
import { type GeometricRange, geometricRates, root, rounded } from "./geometric-rates.ts"

/** The coarse stage of the paper: 22 rates, three a decade. */
export const paperCoarse: GeometricRange = { from: 1e-5, to: 1e2, count: 22 }

/** How the fine stage follows from the coarse one. */
export interface FineStage {
  /** Rates of the fine stage. */
  readonly count: number
  /** How far beyond the two best rates it reaches, as a factor. */
  readonly margin: number
}

/** The fine stage of the paper: 50 rates, a third of a decade beyond the two best. */
export const paperFine: FineStage = { count: 50, margin: root(10, 3) }

/** A rate and the area under the loss of its run; infinite where the run diverged. */
export interface TriedRate {
  readonly learningRate: number
  readonly area: number
}

/** Rates by their area, best first; the smaller rate where areas are equal. Diverged ones are left out. */
export function ranked<T extends TriedRate>(tried: readonly T[]): readonly T[] {
  return tried
    .filter(({ area }) => Number.isFinite(area))
    .sort((a, b) => a.area - b.area || a.learningRate - b.learningRate)
}

/**
 * The fine rates: `count` in geometric progression from min(two best) / margin to max(two best) · margin. With one
 * finite area that rate counts as both; with none there is nothing to refine.
 *
 * @throws {InputError} when count or margin break a rule
 */
export function fineRates(tried: readonly TriedRate[], { count, margin }: FineStage): readonly number[] {
  const [best, second = best] = ranked(tried)
  if (best === undefined || second === undefined) return []
  const from = rounded(Math.min(best.learningRate, second.learningRate) / margin)
  const to = rounded(Math.max(best.learningRate, second.learningRate) * margin)
  return geometricRates({ from, to, count })
}
