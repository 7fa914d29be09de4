/**
 * ZDT1 to ZDT3, which are smooth but for the border x₁ = 0: see `zdt1` to `zdt3` of `@dualcone/descent`.
 *
 * @module
 */
import { type Problem, zdt1, zdt2, zdt3 } from "@dualcone/descent"
import { analytic } from "../analytic/definition.ts"
import type { InstanceContext } from "../instance.ts"
import type { AnalyticProblem } from "../problem.ts"

const PARAMETERS = 10

const family = (
  name: string,
  title: string,
  formula: string,
  trap: string,
  unitRate: number,
  problem: (context: InstanceContext) => Problem
) =>
  analytic({
    name,
    title,
    formula: `f₁ = x₁, f₂ = ${formula}, g = 1 + 9 mean(x₂ … xₙ), x ∈ [0, 1]ⁿ, n = ${PARAMETERS}`,
    source: "Zitzler, Deb and Thiele, Comparison of Multiobjective Evolutionary Algorithms (Evol. Comp. 8, 2000)",
    dials: [{ name: "n", value: PARAMETERS, means: "Parameters." }],
    traps: [
      "The Pareto set lies on the border of the box, and f₁ = x₁ can fall to its end: methods that follow f₁ end there.",
      trap
    ],
    answer: { kind: "exact", how: "x₂ = … = xₙ = 0, and x₁ in [0, 1] or, for ZDT3, in five intervals." },
    unitRate,
    budget: { quick: { steps: 300, trials: 4 } },
    define: problem
  })

/** A convex front. */
export const zdt1Problem: AnalyticProblem = family(
  "zdt1",
  "ZDT1, a convex front",
  "g (1 - √(x₁/g))",
  "The slope of f₂ grows without bound at x₁ = 0.",
  0.1,
  () => zdt1({ parameters: PARAMETERS })
)

/** A concave one. */
export const zdt2Problem: AnalyticProblem = family(
  "zdt2",
  "ZDT2, a concave front",
  "g (1 - (x₁/g)²)",
  "A concave front: a sum of the objectives ends at x₁ = 0 or 1.",
  0.1,
  () => zdt2({ parameters: PARAMETERS })
)

/** One in pieces. */
export const zdt3Problem: AnalyticProblem = family(
  "zdt3",
  "ZDT3, a front in pieces",
  "g (1 - √(x₁/g) - (x₁/g) sin 10πx₁)",
  "Half of every wave is stationary, most of it dominated: descent stops where it arrives.",
  0.02,
  ({ wasm }) => zdt3(wasm.functions, { parameters: PARAMETERS })
)
