/**
 * Performance profiles: what share of the problems a method solves within a factor of the best.
 *
 * Source: Dolan and Moré, "Benchmarking optimization software with performance profiles" (Math. Program. 91, 2002).
 *
 * @module
 */

/** Costs below it are alike: a thousandth of what the start lacks, on average over a run. */
export const RESOLUTION = 1e-3

/** The cost of each method on one problem; infinite where it failed. Methods that do not apply are not there. */
export type Costs = ReadonlyMap<string, number>

/** A step function: the share of problems by factor. */
export interface ProfileLine {
  readonly method: string
  /** Problems that the method applies to. */
  readonly problems: number
  /** r of each of them, ascending: (cost + δ) / (least cost + δ), δ = {@link RESOLUTION}; infinite where it failed. */
  readonly ratios: readonly number[]
}

/** The ratios of a method on every problem that it applies to; a problem that every method failed on counts for none. */
export function performanceProfile(problems: readonly Costs[], methods: readonly string[]): readonly ProfileLine[] {
  const solved = problems.filter((costs) => [...costs.values()].some(Number.isFinite))
  const least = solved.map((costs) => [...costs.values()].reduce((a, b) => Math.min(a, b)))
  return methods.map((method) => {
    const ratios = solved.flatMap((costs, i) => {
      const cost = costs.get(method)
      if (cost === undefined) return []
      return [Number.isFinite(cost) ? (cost + RESOLUTION) / ((least[i] ?? 0) + RESOLUTION) : Number.POSITIVE_INFINITY]
    })
    return { method, problems: ratios.length, ratios: ratios.toSorted((a, b) => a - b) }
  })
}

/** ρ(τ): the share of problems with r ≤ τ. */
export function shareWithin({ ratios, problems }: ProfileLine, factor: number): number {
  return problems === 0 ? Number.NaN : ratios.filter((ratio) => ratio <= factor).length / problems
}
