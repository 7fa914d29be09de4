/**
 * The counterexample of CR-MOGM, with coins and with Gaussian noise: estimates of the rows whose noise bends weights.
 *
 * Means f = ((x+3)² + y² + 8, (x-3)² + y² + 8) on -1 ≤ x ≤ 1, y ≥ 0; Pareto set y = 0. Source: "On the Convergence of
 * Stochastic Multi-Objective Gradient Manipulation and Beyond" (NeurIPS 2022), equation 4 and appendix G.2.
 *
 * @module
 */
import { crMogmGaussian, crMogmProblem, type Problem } from "@dualcone/descent"
import { analytic } from "../analytic/definition.ts"
import type { InstanceContext } from "../instance.ts"
import type { AnalyticProblem, Dial } from "../problem.ts"

/** The paper's start, and higher ones: from y = 0.4 alone, standing still would do as well as most. */
const STARTS = [
  [0, 0.4],
  [-0.5, 1.5],
  [0, 1.5],
  [0.5, 1.5]
]

const family = (
  name: string,
  title: string,
  formula: string,
  dials: readonly Dial[],
  traps: readonly string[],
  problem: (context: InstanceContext) => Problem
) =>
  analytic({
    name,
    title,
    formula,
    source:
      "On the Convergence of Stochastic Multi-Objective Gradient Manipulation and Beyond (NeurIPS 2022), equation 4 and appendix G.2",
    dials,
    traps,
    answer: { kind: "exact", how: "y = 0: the two means differ in x alone." },
    unitRate: 0.05,
    schedule: "inverse-root",
    budget: { quick: { steps: 1000, trials: 4 }, full: { steps: 10_000, trials: 8 } },
    define: (context) => ({ ...problem(context), starts: STARTS })
  })

/** Two coins, tossed independently. */
export const twoCoins: AnalyticProblem = family(
  "two-coins",
  "Two coins",
  "f₁ is (x+1)²+(y-2)² or (x+5)²+(y+2)², f₂ is (x-1)²+(y-2)² or (x-5)²+(y+2)², with probability ½ each",
  [{ name: "σ", value: 4, means: "Deviation of an entry of the Jacobian, here by the coins." }],
  [
    "Weights that answer to the drawn rows favour the pull upwards: MGDA, PCGrad and UPGrad climb where the mean descends; averaged weights (CR-MOGM) descend."
  ],
  () => crMogmProblem
)

const gaussian = (name: string, title: string, deviation: number, trap: string) =>
  family(
    name,
    title,
    "f = ((x+3)²+y²+8, (x-3)²+y²+8), each entry of the Jacobian seen with N(0, σ²) added",
    [{ name: "σ", value: deviation, means: "Deviation of an entry of the Jacobian." }],
    [trap],
    ({ wasm }) => crMogmGaussian(wasm.functions, { deviation })
  )

/** Gaussian noise of the coins' deviation. */
export const loudNoise: AnalyticProblem = gaussian(
  "noise-4",
  "Gaussian noise",
  4,
  "As with coins: the bias of a nonlinear weighting grows with σ."
)

/** A quarter of it. */
export const quietNoise: AnalyticProblem = gaussian(
  "noise-1",
  "A little Gaussian noise",
  1,
  "The bias is small here, and averaged weights should cost nothing."
)
