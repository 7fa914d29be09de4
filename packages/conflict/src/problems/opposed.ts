/**
 * Directly opposed objectives: the second wants the opposite of the first, but for a little agreement.
 *
 * f₁ = ½ ‖x - a‖², f₂ = -f₁ + ε ‖x‖², ‖a‖ = 1, ε > ½. Both are convex; f₂ has its minimum at -a / (2ε-1). Pareto set: the
 * segment between the minima, on which the gradients are exactly opposed. The nearer ε is to ½, the further apart they
 * are.
 *
 * @module
 */
import { paretoSet } from "@dualcone/descent"
import { analytic } from "../analytic/definition.ts"
import type { AnalyticProblem } from "../problem.ts"

const N = 4
const EPSILON = 0.6
/** Each entry of a. */
const ENTRY = 1 / Math.sqrt(N)
/** The minimum of f₂ is this multiple of a. */
const OTHER = -1 / (2 * EPSILON - 1)

/** The opposed pair. */
export const opposed: AnalyticProblem = analytic({
  name: "opposed",
  title: "Opposed objectives",
  formula: "f₁ = ½‖x-a‖², f₂ = -f₁ + ε‖x‖², x ∈ ℝ⁴, ‖a‖ = 1",
  source: "Made for this suite: the adversarial limit, f₂ = -f₁ but for a term",
  dials: [{ name: "ε", value: EPSILON, means: "Agreement, above ½: at ½ the second minimum is at infinity." }],
  traps: [
    "What the rows share is short, so that methods that keep to it stop almost where they start.",
    "With f₁ as the main objective its minimum a is the answer; only methods for priorities get there."
  ],
  answer: {
    kind: "exact",
    how: "The segment from a to -a / (2ε-1): two quadratics with Hessians that are multiples of I."
  },
  roles: "main-first",
  unitRate: 1,
  budget: { quick: { steps: 150, trials: 4 } },
  define: () => ({
    parameters: N,
    objectives: 2,
    values(x) {
      let away = 0
      let length = 0
      for (const entry of x) {
        away += (entry - ENTRY) ** 2
        length += entry * entry
      }
      return Float64Array.of(away / 2, EPSILON * length - away / 2)
    },
    jacobian(x) {
      const jacobian = new Float64Array(2 * N)
      x.forEach((entry, i) => {
        jacobian[i] = entry - ENTRY
        jacobian[N + i] = 2 * EPSILON * entry - (entry - ENTRY)
      })
      return jacobian
    },
    starts: [
      [2, -2, 1, 0],
      [-3, -1, -2, 2],
      [0, 4, -4, 0],
      [-6, 0, 1, -3]
    ],
    paretoSet: paretoSet([(t) => new Float64Array(N).fill((1 + t * (OTHER - 1)) * ENTRY)])
  })
})
