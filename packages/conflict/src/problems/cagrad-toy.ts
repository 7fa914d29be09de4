/**
 * The toy of CAGrad and Nash-MTL: two canyons on the way to a valley, with the first objective at three scales.
 *
 * Formula, source, kinks and Pareto set: `cagradToy` of `@dualcone/descent`.
 *
 * @module
 */
import { cagradToy } from "@dualcone/descent"
import { analytic } from "../analytic/definition.ts"
import type { AnalyticProblem } from "../problem.ts"

const family = (name: string, title: string, scale: number) =>
  analytic({
    name,
    title,
    formula:
      "f₁ = s(c₁(log max(|½(-x₁-7)-tanh(-x₂)|,δ)+6) + c₂(((7-x₁)²+0.1(x₂+8)²)/10-20)), f₂ likewise without s; c₁ = max(tanh(x₂/2),0), c₂ = max(-tanh(x₂/2),0), δ = 5·10⁻⁶",
    source:
      "Conflict-Averse Gradient Descent for Multi-task Learning (arXiv 2110.14048), Figure 2; starts and scales of Multi-Task Learning as a Bargaining Game (arXiv 2202.01017)",
    dials: [{ name: "s", value: scale, means: "Scale of the first objective." }],
    traps: [
      "The canyons have slopes of 10⁵: what follows the longer row falls into one and stays.",
      "The smaller s, the less the first objective counts in a sum of rows."
    ],
    answer: {
      kind: "exact",
      how: "|x₁| ≤ 7 and x₂ near -8.36, the root of the vertical slope at the weights that balance x₁; log δ + 6 bounds all points above from below."
    },
    unitRate: 0.1,
    optimizer: "adam",
    budget: { quick: { steps: 400, trials: 5 }, full: { steps: 4000, trials: 5 } },
    define: ({ wasm }) => cagradToy(wasm.functions, { scale })
  })

/** Both objectives alike. */
export const canyons: AnalyticProblem = family("canyons", "Canyons and a valley", 1)

/** The first at a tenth, as Nash-MTL's paper has it. */
export const canyonsTenth: AnalyticProblem = family("canyons-0.1", "Canyons, first objective × 0.1", 0.1)

/** The first at a hundredth. */
export const canyonsHundredth: AnalyticProblem = family("canyons-0.01", "Canyons, first objective × 0.01", 0.01)
