/**
 * The constant learning rate of Theorem 1.
 *
 * @module
 */
import { objectWith, positive, positiveInteger } from "./options.ts"

/** What is known of the objectives. */
export interface TheoremOneOptions {
  /** β: the Jacobian is β-Lipschitz, ‖Jf(x) - Jf(y)‖ ≤ β ‖x - y‖ in the Frobenius norm. Positive. */
  readonly smoothness: number
  /** m: the number of objectives, from 1 on. */
  readonly objectives: number
}

/**
 * η = 1 / (β √m), the learning rate for which Jacobian descent with UPGrad is proved to converge.
 *
 * Quinton and Rey, "Jacobian Descent for Multi-Objective Optimization", 2024, arXiv 2406.16232, Theorem 1: let f be
 * β-smooth and convex in each of its m objectives, let its Pareto set be bounded, and let every point have a Pareto
 * optimal one that is nowhere worse. Then the values along x ← x - η A(Jf(x)), with A = UPGrad and this η, converge to
 * those of a Pareto optimal point.
 *
 * @throws {InputError} for an option out of its range
 */
export function theoremOneStep(options: TheoremOneOptions): number {
  const { smoothness, objectives } = objectWith(options, "theoremOneStep", ["smoothness", "objectives"])
  const beta = positive(smoothness, "theoremOneStep.smoothness")
  const m = positiveInteger(objectives, "theoremOneStep.objectives")
  return 1 / (beta * Math.sqrt(m))
}
