/**
 * A problem of the conflict suite: what it asks, where it comes from, how much its objectives conflict, what is known of
 * its answer, and what a run of it costs.
 *
 * @module
 */
import type { Definition } from "./analytic/definition.ts"
import type { Instance, InstanceContext } from "./instance.ts"

/** How much work the suite does: minutes on a laptop, or the search of the paper. */
export type Profile = "quick" | "full"

/** A number or word that sets how much, or in which way, the objectives conflict. */
export interface Dial {
  /** As in the formula: `σ`, `overlap`. */
  readonly name: string
  readonly value: number | string
  /** What turning it does. */
  readonly means: string
}

/** What a run of a problem costs. */
export interface Budget {
  /** Updates of one run. */
  readonly steps: number
  /** Runs of a method at one learning rate: starts, or seeds, or both. */
  readonly trials: number
}

/** What all problems say of themselves. */
export interface ProblemFacts {
  /** The name it is asked for by, in kebab case. */
  readonly name: string
  /** A few words for a heading. */
  readonly title: string
  /** Objectives, parameters and feasible set, in one line of plain text. */
  readonly formula: string
  /** Paper and section, or what it is made after. */
  readonly source: string
  readonly dials: readonly Dial[]
  /** What methods are expected to do wrong here. */
  readonly traps: readonly string[]
  /** What is known of the answer, and how. */
  readonly answer: { readonly kind: "exact" | "best-known" | "open"; readonly how: string }
  /**
   * `equal`: no objective comes first. `main-first`: row 0 is a main objective and the others are auxiliary, so that
   * methods for priorities apply and the area of the main objective is measured too.
   */
  readonly roles: "equal" | "main-first"
  /** Rates are searched in decades around this one, the same for every method: about 1 / curvature of the mean. */
  readonly unitRate: number
  /** η_k of the updates: `constant` η, or `inverse-root` η / √k, k counting from 1. */
  readonly schedule: "constant" | "inverse-root"
  readonly optimizer: "sgd" | "adam"
  readonly budget: Readonly<Record<Profile, Budget>>
}

/** A problem in closed form: values and Jacobian as functions of x in float64, which any implementation can restate. */
export interface AnalyticProblem extends ProblemFacts {
  readonly kind: "analytic"
  define(context: InstanceContext): Definition
}

/** A problem that is learned from data, or from points where an equation must hold. */
export interface LearnedProblem extends ProblemFacts {
  readonly kind: "learned"
  /** Why it cannot run with these data, as a clause; null where it can. */
  missing?(context: InstanceContext): string | null
  /** The problem as trial `trial` sees it: data, first parameters and batches are drawn by it. */
  open(context: InstanceContext, trial: number): Promise<Instance>
}

/** A problem of the suite. */
export type ConflictProblem = AnalyticProblem | LearnedProblem
