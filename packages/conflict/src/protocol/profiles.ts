/**
 * How the learning rate of every method is searched: the same number of rates for all, around the problem's own unit.
 *
 * @module
 */
import { type FineStage, type GeometricRange, paperFine, root, rounded } from "@dualcone/experiments"
import type { ConflictProblem, Profile } from "../problem.ts"

/** The coarse stage covers so many decades below and above the unit rate: seven in all, as in the paper. */
const DECADES = 3.5

/** Rates of each stage: 22 and 50 as in arXiv 2406.16232, appendix D.1, or 15 and 7. */
const counts: Readonly<Record<Profile, { readonly coarse: number; readonly fine: FineStage }>> = {
  quick: { coarse: 15, fine: { count: 7, margin: root(10, 4) } },
  full: { coarse: 22, fine: paperFine }
}

/** Both stages. */
export interface RateSearch {
  readonly coarse: GeometricRange
  readonly fine: FineStage
  /** Between two coarse rates. */
  readonly decadesBetween: number
}

/** The search on a problem. */
export function rateSearch({ unitRate }: Pick<ConflictProblem, "unitRate">, profile: Profile): RateSearch {
  const { coarse, fine } = counts[profile]
  const reach = root(10, 2) * 10 ** Math.floor(DECADES)
  return {
    coarse: { from: rounded(unitRate / reach), to: rounded(unitRate * reach), count: coarse },
    fine,
    decadesBetween: (2 * DECADES) / (coarse - 1)
  }
}

/** Rates that a method may try on a problem. */
export function ratesAllowed(profile: Profile): number {
  return counts[profile].coarse + counts[profile].fine.count
}
