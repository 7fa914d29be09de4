/**
 * Element-wise quadratic: each objective has a parameter of its own.
 *
 * f(x) = (x₁², x₂²), J = 2 diag(x). The Pareto set is the origin and the front is (0, 0): both objectives can be
 * perfect at once. Source: "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232), Figure 3.
 *
 * Traps: the gradients are orthogonal everywhere, so nothing conflicts and no method has an excuse; but both axes are
 * weakly stationary, and a method that shares its step by norms or by the worst objective (MGDA, Aligned-MTL, CAGrad,
 * Nash-MTL) sticks to an axis. The start (0, -3) has a gradient of zero. Every method that keeps J itself where
 * nothing conflicts (the mean, UPGrad, DualProj) multiplies x by 1 - η in each step.
 *
 * @module
 */
import { paretoSet } from "./pareto-set.ts"
import { objectivePlane, type Problem, parameterPlane } from "./problem.ts"

/** The element-wise quadratic of two parameters. */
export const ewq: Problem = {
  name: "ewq",
  title: "Element-wise quadratic",
  source: "Jacobian Descent for Multi-Objective Optimization (arXiv 2406.16232), Figure 3",
  parameters: 2,
  objectives: 2,
  values: ([a = Number.NaN, b = Number.NaN]) => Float64Array.of(a * a, b * b),
  jacobian: ([a = Number.NaN, b = Number.NaN]) => Float64Array.of(2 * a, 0, 0, 2 * b),
  starts: [
    [3, -2],
    [0, -3],
    [-4, 4],
    [-3, 4],
    [-3.5, -0.75]
  ],
  paretoSet: paretoSet([() => new Float64Array(2)], 1),
  view: {
    parameters: parameterPlane({ x: [-5, 5], y: [-5, 5] }),
    values: objectivePlane({ x: [-0.8, 16.8], y: [-0.8, 16.8] })
  },
  protocol: {
    optimizer: "sgd",
    learningRate: 0.075,
    schedule: "constant",
    steps: 49,
    multipliers: { "nash-mtl": 2, "imtl-g": 2, graddrop: 0.5, pcgrad: 0.5 }
  }
}
