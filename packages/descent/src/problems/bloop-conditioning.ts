/**
 * The smallest bilevel problem: a main loss, an auxiliary loss, and a price λ of the auxiliary one.
 *
 * With x = (a, b): f₁ = L_m = ½ a², f₂ = L_a = ½ ((a-1)² + b²), rows (a, 0) and (a-1, b). Pareto set: b = 0,
 * 0 ≤ a ≤ 1; the line a = 0 is weakly stationary. Source: "Careful with that Scalpel" (arXiv 2402.02998), section 3.3.
 *
 * L_m + λ L_a has its optimum at (λ/(1+λ), 0), away from argmin L_m, and the Hessian diag(1+λ, λ) of condition
 * 1 + 1/λ. Bloop follows (a, λb): optimum (0, 0), the bilevel solution, for every λ.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { paretoSet } from "./pareto-set.ts"
import { objectivePlane, type Problem, parameterPlane } from "./problem.ts"

/** Options of {@link bloopConditioning}. */
export interface BloopConditioningOptions {
  /** λ, the weight of the auxiliary loss, positive. Default 1. */
  readonly lambda?: number
}

/** The problem with what its two ways to combine the losses lead to. */
export interface BloopConditioning extends Problem {
  /** λ. */
  readonly lambda: number
  /** The minimum of L_m + λ L_a: (λ/(1+λ), 0). */
  readonly mixedOptimum: Float64Array
  /** The best L_a among the minima of L_m: (0, 0). */
  readonly bilevelOptimum: Float64Array
}

/**
 * The bilevel problem of two parameters.
 *
 * @throws {InputError} for a weight that is not positive and finite
 */
export function bloopConditioning({ lambda = 1 }: BloopConditioningOptions = {}): BloopConditioning {
  if (!Number.isFinite(lambda) || lambda <= 0) {
    throw new InputError({ rule: "it must be positive and finite", place: "lambda", value: lambda })
  }
  return {
    name: "bloop-conditioning",
    title: "Main and auxiliary loss",
    source: "Careful with that Scalpel (arXiv 2402.02998), section 3.3",
    lambda,
    mixedOptimum: Float64Array.of(lambda / (1 + lambda), 0),
    bilevelOptimum: new Float64Array(2),
    parameters: 2,
    objectives: 2,
    values: ([a = Number.NaN, b = Number.NaN]) => Float64Array.of((a * a) / 2, ((a - 1) * (a - 1) + b * b) / 2),
    jacobian: ([a = Number.NaN, b = Number.NaN]) => Float64Array.of(a, 0, a - 1, b),
    starts: [[2, 2]],
    paretoSet: paretoSet([(t) => Float64Array.of(t, 0)]),
    view: {
      parameters: parameterPlane({ x: [-0.4, 2.2], y: [-0.4, 2.2] }),
      values: objectivePlane({ x: [-0.1, 2.4], y: [-0.1, 2.9] }, ["main loss", "auxiliary loss"])
    },
    protocol: {
      optimizer: "sgd",
      learningRate: 1 / (1 + lambda),
      schedule: "constant",
      // One coordinate shrinks by λ / (1 + λ) a step, the other by 1 / (1 + λ): the slower one decides.
      steps: Math.ceil(20 * (lambda + 1 / lambda)),
      multipliers: {}
    }
  }
}
