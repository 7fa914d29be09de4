/**
 * Bloop's own problems: a main objective, and an auxiliary one that may use what the main one leaves free.
 *
 * Formulas, sources and Pareto sets: `bloopConditioning` and `bloopQuadratics` of `@dualcone/descent`.
 *
 * @module
 */
import { bloopConditioning, bloopQuadratics } from "@dualcone/descent"
import { analytic } from "../analytic/definition.ts"
import type { AnalyticProblem } from "../problem.ts"

/** Two parameters. */
export const smallestBilevel: AnalyticProblem = analytic({
  name: "bilevel",
  title: "The smallest bilevel problem",
  formula: "f₁ = ½a², f₂ = ½((a-1)² + b²)",
  source: "Careful with that Scalpel (arXiv 2402.02998), section 3.3",
  dials: [],
  traps: [
    "The line a = 0 is weakly stationary: methods that take the shortest combination stop there, whatever b is.",
    "Mixing the losses ends at a = λ/(1+λ); Bloop ends at (0, 0) for every λ."
  ],
  answer: { kind: "exact", how: "b = 0, 0 ≤ a ≤ 1; the bilevel solution is (0, 0)." },
  roles: "main-first",
  unitRate: 1,
  budget: { quick: { steps: 100, trials: 4 } },
  define: () => ({
    ...bloopConditioning(),
    starts: [
      [2, 2],
      [-1, 2],
      [0.5, -3],
      [2, -0.5]
    ],
    ideal: [0, 0]
  })
})

/** Least squares with more parameters than data, smaller than the authors' so that runs take milliseconds. */
export const bilevelQuadratics: AnalyticProblem = analytic({
  name: "bilevel-quadratics",
  title: "Least squares and a far target",
  formula: "f₁ = ½ mean (Xθ-y)², f₂ = ½‖θ-θ*‖², θ ∈ ℝ⁴⁰, 32 rows of X, 8 of them a batch",
  source: "Careful with that Scalpel (arXiv 2402.02998), notebook `quadratics` of the authors' code",
  dials: [{ name: "rows / n", value: 0.8, means: "What the main loss decides; the rest is the auxiliary one's." }],
  traps: [
    "Curvatures differ by a hundred: the rate is the main loss's.",
    "Where batches are noisy, a projection against the gradient of one batch mixes the losses."
  ],
  answer: {
    kind: "exact",
    how: "θ(w) = θ* + Xᵀ(XXᵀ + n(1-w)/w I)⁻¹(y - Xθ*), 0 ≤ w ≤ 1; at w = 1 the bilevel solution."
  },
  roles: "main-first",
  unitRate: 0.003,
  budget: { quick: { steps: 300, trials: 2 }, full: { steps: 2000, trials: 4 } },
  define: ({ wasm }) => ({
    ...bloopQuadratics(wasm.functions, { rows: 32, parameters: 40, batchSize: 8 }),
    ideal: [0, 0]
  })
})
