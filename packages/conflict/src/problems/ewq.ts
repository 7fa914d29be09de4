/**
 * Element-wise quadratics: no conflict at all, and still a trap.
 *
 * f(x) = (x₁², …, xₙ²), J = 2 diag(x). The gradients are orthogonal everywhere and the origin is best for all objectives
 * at once; but every point with a coordinate of 0 is weakly stationary: a convex combination of the rows vanishes.
 * Source: "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232), Figure 3, there with n = 2.
 *
 * @module
 */

import { generator } from "@dualcone/aggregation"
import { ewq, fillNormal } from "@dualcone/descent"
import { analytic } from "../analytic/definition.ts"
import { singlePoint } from "../analytic/point.ts"
import type { AnalyticProblem } from "../problem.ts"

const facts = {
  source: "Jacobian Descent for Multi-Objective Optimization (arXiv 2406.16232), Figure 3",
  traps: [
    "A coordinate that is 0 makes a row 0: methods that take the shortest combination (MGDA), bargain (Nash-MTL) or bring rows to the least length (Aligned-MTL) stop there, far from the optimum of the others.",
    "Nothing conflicts, so a method that leaves such rows alone must do as well as the mean: UPGrad, DualProj and PCGrad are the mean or its multiple."
  ],
  answer: { kind: "exact", how: "The origin minimizes every objective." }
} as const

/** Two parameters, from the paper's five starts. */
export const elementWise: AnalyticProblem = analytic({
  ...facts,
  name: "ewq",
  title: "Element-wise quadratic",
  formula: "f(x) = (x₁², x₂²), x ∈ ℝ²",
  dials: [{ name: "n", value: 2, means: "Parameters and objectives; conflict is none for any n." }],
  unitRate: 1,
  budget: { quick: { steps: 100, trials: 5 }, full: { steps: 300, trials: 5 } },
  define: () => ({
    parameters: 2,
    objectives: 2,
    values: ewq.values,
    jacobian: ewq.jacobian,
    starts: ewq.starts,
    paretoSet: singlePoint(new Float64Array(2)),
    ideal: [0, 0]
  })
})

const MANY = 16

/** Sixteen parameters. */
export const elementWiseMany: AnalyticProblem = analytic({
  ...facts,
  name: "ewq-16",
  title: "Element-wise quadratic in 16 dimensions",
  formula: "f(x) = (x₁², …, x₁₆²), x ∈ ℝ¹⁶",
  dials: [{ name: "n", value: MANY, means: "Parameters and objectives; conflict is none for any n." }],
  unitRate: MANY / 2,
  budget: { quick: { steps: 200, trials: 3 } },
  define: ({ wasm }) => ({
    parameters: MANY,
    objectives: MANY,
    values: (x) => x.map((entry) => entry * entry),
    jacobian(x) {
      const jacobian = new Float64Array(MANY * MANY)
      x.forEach((entry, i) => {
        jacobian[i * MANY + i] = 2 * entry
      })
      return jacobian
    },
    starts: Array.from({ length: 8 }, (_, seed) => [
      ...fillNormal(new Float64Array(MANY), generator(seed), wasm.functions)
    ]),
    paretoSet: singlePoint(new Float64Array(MANY)),
    ideal: Array.from({ length: MANY }, () => 0)
  })
})
