/**
 * A bilinear game as two objectives: what one player gains, the other loses.
 *
 * f₁ = xy + ½ε (x² + y²), f₂ = -xy + ½ε (x² + y²), 0 < ε < 1, on [-2, 2]². For a weight of f₁ of (1 ± ε)/2 the weighted
 * sum is ½ε (x ± y)²: both diagonals of the square are its minima, and everything off them can be improved in both
 * objectives. Made after the bilinear games by which training of adversarial networks is studied.
 *
 * @module
 */
import { clampInto, paretoSet } from "@dualcone/descent"
import { analytic } from "../analytic/definition.ts"
import type { AnalyticProblem } from "../problem.ts"

const EPSILON = 0.2
const SIDE = 2

/** The game. */
export const bilinearGame: AnalyticProblem = analytic({
  name: "bilinear-game",
  title: "A bilinear game",
  formula: "f₁ = xy + ½ε(x²+y²), f₂ = -xy + ½ε(x²+y²), (x, y) ∈ [-2, 2]²",
  source: "Made for this suite after the bilinear games of adversarial training (Mescheder et al., arXiv 1801.04406)",
  dials: [{ name: "ε", value: EPSILON, means: "What both players want; at 0 every point is optimal." }],
  traps: [
    "The origin is stationary for every weighting and optimal, but saddle-shaped for each player: sums of rows go there, and cannot leave.",
    "Rows are all but opposed everywhere; what remains when they are projected is short."
  ],
  answer: { kind: "exact", how: "The two diagonals of the square, where a weighted sum has its least value 0." },
  unitRate: 1,
  budget: { quick: { steps: 150, trials: 4 } },
  define: () => ({
    parameters: 2,
    objectives: 2,
    values([x = Number.NaN, y = Number.NaN]) {
      const both = (EPSILON * (x * x + y * y)) / 2
      return Float64Array.of(x * y + both, -x * y + both)
    },
    jacobian: ([x = Number.NaN, y = Number.NaN]) =>
      Float64Array.of(y + EPSILON * x, x + EPSILON * y, -y + EPSILON * x, -x + EPSILON * y),
    project: (x) => clampInto(x, -SIDE, SIDE),
    starts: [
      [2, 0.3],
      [-0.4, 1.8],
      [-1.9, -0.7],
      [0.9, -2]
    ],
    paretoSet: paretoSet([
      (t) => new Float64Array(2).fill(SIDE * (2 * t - 1)),
      (t) => Float64Array.of(SIDE * (2 * t - 1), -SIDE * (2 * t - 1))
    ])
  })
})
