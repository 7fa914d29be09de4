/**
 * The problems of van Veldhuizen and Lamont that are smooth: VLMOP1 to VLMOP3.
 *
 * Source: "Multiobjective Evolutionary Algorithm Test Suites" (SAC 1999), MOP1 to MOP3 as later collections have them.
 *
 * - VLMOP1 (Schaffer): f = (x², (x-2)²), Pareto set [0, 2].
 * - VLMOP2 (Fonseca and Fleming): two Gaussian wells and a concave front; see `vlmop2` of `@dualcone/descent`.
 * - VLMOP3 (Viennet): f₁ = ½ r + sin r, f₂ = (3x-2y+4)²/8 + (x-y+1)²/27 + 15, f₃ = 1/(r+1) - 1.1 exp(-r), r = x² + y², on
 *   [-3, 3]². Its Pareto set has no closed form: what is known is the points of a grid that no other point dominates.
 *
 * @module
 */
import { clampInto, paretoSet, vlmop2 } from "@dualcone/descent"
import type { RealFunctions } from "@dualcone/wasm"
import { analytic, type Definition } from "../analytic/definition.ts"
import { nonDominated } from "../analytic/non-dominated.ts"
import type { AnalyticProblem } from "../problem.ts"

const source = "Van Veldhuizen and Lamont, Multiobjective Evolutionary Algorithm Test Suites (SAC 1999)"

/** Schaffer's two parabolas. */
export const vlmop1Problem: AnalyticProblem = analytic({
  name: "vlmop1",
  title: "VLMOP1, two parabolas",
  formula: "f = (x², (x-2)²), x ∈ ℝ",
  source: `${source}, MOP1`,
  dials: [{ name: "distance", value: 2, means: "Of the two minima." }],
  traps: [
    "One parameter: on the Pareto set all gradients are opposed, off it all agree. Only the step length tells methods apart."
  ],
  answer: { kind: "exact", how: "[0, 2]: between the minima one objective falls where the other rises." },
  unitRate: 0.5,
  budget: { quick: { steps: 100, trials: 4 } },
  define: () => ({
    parameters: 1,
    objectives: 2,
    values: ([x = Number.NaN]) => Float64Array.of(x * x, (x - 2) * (x - 2)),
    jacobian: ([x = Number.NaN]) => Float64Array.of(2 * x, 2 * (x - 2)),
    starts: [[-8], [-3], [5], [10]],
    paretoSet: paretoSet([(t) => Float64Array.of(2 * t)]),
    ideal: [0, 0]
  })
})

const wells = (name: string, title: string, parameters: number) =>
  analytic({
    name,
    title,
    formula: "f₁ = 1-exp(-Σ(xᵢ-1/√n)²), f₂ = 1-exp(-Σ(xᵢ+1/√n)²), x ∈ [-2, 2]ⁿ",
    source: `${source}, MOP2; Fonseca and Fleming (1995)`,
    dials: [{ name: "n", value: parameters, means: "Parameters: the more, the further starts are from the wells." }],
    traps: [
      "The front is concave: sums of the objectives have their minima at its ends.",
      "Far from the wells gradients fade, and a method that divides by lengths follows rounding."
    ],
    answer: { kind: "exact", how: "All coordinates equal and between the centres, |xᵢ| ≤ 1/√n." },
    unitRate: 0.5,
    budget: { quick: { steps: 200, trials: 5 } },
    define: ({ wasm }) => vlmop2(wasm.functions, { parameters })
  })

/** Two parameters. */
export const vlmop2Problem: AnalyticProblem = wells("vlmop2", "VLMOP2, two wells", 2)

/** Six. */
export const vlmop2Six: AnalyticProblem = wells("vlmop2-6", "VLMOP2 in six dimensions", 6)

/** Viennet's three objectives. */
export const vlmop3Problem: AnalyticProblem = analytic({
  name: "vlmop3",
  title: "VLMOP3, three objectives",
  formula:
    "f₁ = ½r + sin r, f₂ = (3x-2y+4)²/8 + (x-y+1)²/27 + 15, f₃ = 1/(r+1) - 1.1 exp(-r), r = x²+y², (x, y) ∈ [-3, 3]²",
  source: `${source}, MOP3; Viennet et al. (1996)`,
  dials: [],
  traps: [
    "f₁ and f₃ are not convex, and f₃ is flat but for a bump at the origin; locally stationary points are not all optimal."
  ],
  answer: {
    kind: "best-known",
    how: "The points of a grid of 301 × 301 that none of them dominates; their values are within 10⁻³ of the front."
  },
  unitRate: 0.2,
  budget: { quick: { steps: 200, trials: 4 } },
  define: ({ wasm }) => viennet(wasm.functions)
})

const GRID = 301

function viennet({ sin, cos, exp }: RealFunctions): Definition {
  const values = ([x = Number.NaN, y = Number.NaN]: ArrayLike<number> & Iterable<number>) => {
    const r = x * x + y * y
    const a = 3 * x - 2 * y + 4
    const b = x - y + 1
    return Float64Array.of(r / 2 + sin(r), (a * a) / 8 + (b * b) / 27 + 15, 1 / (r + 1) - 1.1 * exp(-r))
  }
  const grid = Array.from({ length: GRID * GRID }, (_, i) =>
    Float64Array.of(-3 + (6 * (i % GRID)) / (GRID - 1), -3 + (6 * Math.floor(i / GRID)) / (GRID - 1))
  )
  return {
    parameters: 2,
    objectives: 3,
    values,
    jacobian([x = Number.NaN, y = Number.NaN]) {
      const r = x * x + y * y
      const first = 1 + 2 * cos(r)
      const a = 3 * x - 2 * y + 4
      const b = x - y + 1
      const third = -2 / ((r + 1) * (r + 1)) + 2.2 * exp(-r)
      return Float64Array.of(
        first * x,
        first * y,
        (3 * a) / 4 + (2 * b) / 27,
        -a / 2 - (2 * b) / 27,
        third * x,
        third * y
      )
    },
    project: (x) => clampInto(x, -3, 3),
    starts: [
      [-2, 2],
      [2.5, 1],
      [1, -2.5],
      [-2.5, -1.5]
    ],
    paretoSet: null,
    bestKnown: nonDominated(grid, values)
  }
}
