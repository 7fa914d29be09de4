/**
 * The shape of every benchmark: rounds that each take one sample of all that is compared, so that a disturbance of
 * the machine meets all of it alike.
 *
 * @module
 */

/** A benchmark whose rows are of type `Row`. Work on a GPU is waited for. */
export interface Bench<Row> extends Disposable {
  /** Runs until compilers and caches have settled; keeps no samples. */
  warmUp(): void | Promise<void>
  /** Takes one sample of everything compared. */
  round(): void | Promise<void>
  /** Rounds worth taking, from what the warm-up took. */
  readonly rounds: number
  /** What the samples so far say. */
  row(): Row
}

/** As many rounds of `roundMs` as fit `budgetMs`, within bounds. */
export function roundsWithin(budgetMs: number, roundMs: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.floor(budgetMs / Math.max(roundMs, 1e-3))))
}
