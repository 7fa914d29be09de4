/**
 * Small problems with known answers, and what is known about them: exact Jacobians, Pareto sets, the traps they set,
 * and how their papers ran them.
 *
 * @module
 */
import type { Generator } from "@dualcone/aggregation"
import type { ParetoSet } from "./pareto-set.ts"

/** Values and Jacobian of an objective at a point, exact or estimated. */
export interface Estimate {
  /** m values. */
  readonly values: Float64Array
  /** m × n, row-major. */
  readonly jacobian: Float64Array
}

/** One of finitely many equally exact answers of a stochastic problem. */
export interface Outcome extends Estimate {
  /** In (0, 1]; the probabilities of all outcomes sum to 1. */
  readonly probability: number
}

/** A closed interval: from, to. */
export type Interval = readonly [number, number]

/** The part of a plane that a picture shows. */
export interface Window {
  readonly x: Interval
  readonly y: Interval
}

/** Two coordinates that stand for a point of the parameter space in a picture. */
export interface Plane {
  /** Names of the two axes. */
  readonly labels: readonly [string, string]
  readonly window: Window
  /** The coordinates of a point. */
  of(x: Float64Array): readonly [number, number]
  /** A point with these coordinates. */
  at(a: number, b: number): Float64Array
}

/** What a picture of the problem shows. */
export interface View {
  /** Null where two coordinates say nothing about a point. */
  readonly parameters: Plane | null
  /** The first objective to the right, the second upwards. */
  readonly values: { readonly labels: readonly [string, string]; readonly window: Window }
}

/** How the problem was run in its paper, or, without a paper, how it is run here. */
export interface Protocol {
  readonly optimizer: "sgd" | "adam"
  /** η of the first step. */
  readonly learningRate: number
  /** `constant`: η_k = η. `inverse-root`: η_k = η / √k, k counting from 1. */
  readonly schedule: "constant" | "inverse-root"
  /** Updates from each start. */
  readonly steps: number
  /** Factors of the learning rate for methods, by name; 1 for a method that is not named. */
  readonly multipliers: Readonly<Record<string, number>>
}

/** An objective f: Rⁿ → Rᵐ to be minimized, with its derivative and what is known about it. Arithmetic is float64. */
export interface Problem {
  /** The name it is asked for by, in kebab case. */
  readonly name: string
  /** A few words for a heading. */
  readonly title: string
  /** Paper and section. */
  readonly source: string
  /** n. */
  readonly parameters: number
  /** m. */
  readonly objectives: number
  /** f(x), m values in an array of their own; the mean where the problem is stochastic. */
  values(x: Float64Array): Float64Array
  /** J = f′(x), m × n, row-major, in an array of its own; the mean where the problem is stochastic. */
  jacobian(x: Float64Array): Float64Array
  /** A stochastic estimate whose mean is `values` and `jacobian`. Absent where the problem is deterministic. */
  sample?(x: Float64Array, draw: Generator): Estimate
  /** Every estimate that `sample` may give, where there are finitely many: for expectations without sampling. */
  outcomes?(x: Float64Array): readonly Outcome[]
  /** Moves a point to the nearest feasible one, in place. Absent where every point is feasible. */
  project?(x: Float64Array): void
  /** Starting points of the runs. */
  readonly starts: readonly (readonly number[])[]
  /** The exact Pareto set; null where it has none or where it is not known. Its values are the front. */
  readonly paretoSet: ParetoSet | null
  readonly view: View
  readonly protocol: Protocol
}

/** The plane of a problem with two parameters, x₁ to the right and x₂ upwards. */
export function parameterPlane(window: Window): Plane {
  return {
    labels: ["x₁", "x₂"],
    window,
    of: ([a = Number.NaN, b = Number.NaN]) => [a, b],
    at: (a, b) => Float64Array.of(a, b)
  }
}

/** The window of two objectives, under their usual names. */
export function objectivePlane(window: Window, labels: readonly [string, string] = ["f₁", "f₂"]): View["values"] {
  return { labels, window }
}
