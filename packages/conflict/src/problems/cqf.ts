/**
 * Convex quadratic forms: narrow valleys that cross at an angle, in any even dimension.
 *
 * On b planes of two coordinates each, f₁ = κ Σ (x - v₁)ᵀ U diag(1, ε) Uᵀ (x - v₁) and
 * f₂ = Σ (x - v₂)ᵀ Uᵀ diag(3, ε) U (x - v₂), U the rotation by θ, v₁ = (1, 0), v₂ = (-1, 0). With one plane, θ = π/16,
 * ε = 0.01 and κ = 1 it is Figure 4 of "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232).
 *
 * Pareto set: the points where w ∇f₁ + (1-w) ∇f₂ = 0, 0 ≤ w ≤ 1, which the planes share: a curve from v₂ to v₁.
 *
 * @module
 */
import { generator } from "@dualcone/aggregation"
import {
  balancedPoint,
  cqf,
  fillNormal,
  type PlaneMatrix,
  paretoSet,
  quadraticForm,
  slowAtEnds
} from "@dualcone/descent"
import type { RealFunctions } from "@dualcone/wasm"
import { analytic, type Definition } from "../analytic/definition.ts"
import type { AnalyticProblem } from "../problem.ts"

/** The dials. */
export interface CqfDials {
  /** b: planes of two coordinates. */
  readonly planes: number
  /** θ / π. */
  readonly angle: number
  /** ε, the curvature along a valley; across it is 1 or 3. */
  readonly epsilon: number
  /** κ, the factor of f₁. */
  readonly ratio: number
}

/** The definition at some setting of the dials, from seeded starts. */
export function cqfDefinition(functions: RealFunctions, { planes, angle, epsilon, ratio }: CqfDials): Definition {
  const c = functions.cos(Math.PI * angle)
  const s = functions.sin(Math.PI * angle)
  const first = rotated(ratio, ratio * epsilon, c, s)
  const second = rotated(3, epsilon, c, -s)
  const n = 2 * planes
  const start = (seed: number) => {
    const normal = fillNormal(new Float64Array(n), generator(seed), functions)
    return Array.from(normal, (entry, i) => (i % 2 === 0 ? entry : 4 + 3 * entry))
  }
  const curve = (t: number) => {
    const [a, b] = balancedPoint(first, second, weightAlong(t, ratio))
    return Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? a : b))
  }
  return {
    parameters: n,
    objectives: 2,
    values(x) {
      let one = 0
      let two = 0
      for (let i = 0; i < n; i += 2) {
        const a = x[i] ?? Number.NaN
        const b = x[i + 1] ?? Number.NaN
        one += quadraticForm(first, a - 1, b)
        two += quadraticForm(second, a + 1, b)
      }
      return Float64Array.of(one, two)
    },
    jacobian(x) {
      const jacobian = new Float64Array(2 * n)
      for (let i = 0; i < n; i += 2) {
        const a = x[i] ?? Number.NaN
        const b = x[i + 1] ?? Number.NaN
        jacobian[i] = 2 * (first.xx * (a - 1) + first.xy * b)
        jacobian[i + 1] = 2 * (first.xy * (a - 1) + first.yy * b)
        jacobian[n + i] = 2 * (second.xx * (a + 1) + second.xy * b)
        jacobian[n + i + 1] = 2 * (second.xy * (a + 1) + second.yy * b)
      }
      return jacobian
    },
    starts: Array.from({ length: 8 }, (_, seed) => start(seed)),
    paretoSet: paretoSet([curve]),
    ideal: [0, 0]
  }
}

/** R diag(a, b) Rᵀ, R the rotation of cosine c and sine s. */
function rotated(a: number, b: number, c: number, s: number): PlaneMatrix {
  return { xx: a * c * c + b * s * s, xy: (a - b) * c * s, yy: a * s * s + b * c * c }
}

/** The weight of f₁ along the curve: even in what κ f₁ and f₂ weigh, slow at both ends. */
function weightAlong(t: number, ratio: number): number {
  const even = slowAtEnds(t)
  return even / (even + ratio * (1 - even))
}

const dialsOf = ({ planes, angle, epsilon, ratio }: CqfDials) => [
  { name: "b", value: planes, means: "Planes, of two parameters each." },
  { name: "θ/π", value: angle, means: "Turns the valleys against each other: 0 parallel, 1/4 crossed." },
  { name: "ε", value: epsilon, means: "Curvature along a valley; the smaller, the slower is the way along it." },
  { name: "κ", value: ratio, means: "Scale of f₁ beside f₂." }
]

const shared = {
  source: "Jacobian Descent for Multi-Objective Optimization (arXiv 2406.16232), Figure 4, with its constants as dials",
  answer: {
    kind: "exact",
    how: "The curve of x(w) with w ∇f₁ + (1-w) ∇f₂ = 0 and 0 ≤ w ≤ 1, in closed form plane by plane."
  }
} as const

const family = (name: string, title: string, dials: CqfDials, traps: readonly string[], steps: number) =>
  analytic({
    ...shared,
    name,
    title,
    formula: "f₁ = κ Σ (x-v₁)ᵀU diag(1,ε)Uᵀ(x-v₁), f₂ = Σ (x-v₂)ᵀUᵀ diag(3,ε)U(x-v₂), b planes, U the rotation by θ",
    dials: dialsOf(dials),
    traps,
    unitRate: 0.5 / Math.max(1, dials.ratio),
    budget: { quick: { steps, trials: 3 }, full: { steps: 4 * steps } },
    define: ({ wasm }) => cqfDefinition(wasm.functions, dials)
  })

/** Two parameters, the paper's dials and starts. */
export const crossedValleys: AnalyticProblem = analytic({
  ...shared,
  name: "cqf",
  title: "Two valleys that cross",
  formula: "f₁ = (x-v₁)ᵀU diag(1,ε)Uᵀ(x-v₁), f₂ = (x-v₂)ᵀUᵀ diag(3,ε)U(x-v₂), x ∈ ℝ², U the rotation by θ",
  dials: dialsOf({ planes: 1, angle: 1 / 16, epsilon: 0.01, ratio: 1 }),
  traps: [
    "Rows of unlike length: the mean and CAGrad let f₁ grow on the way.",
    "Below the roof of the Pareto set the gradients are almost opposed, and what they share is short: methods that keep to it are slow."
  ],
  unitRate: 0.5,
  budget: { quick: { steps: 300, trials: 4 }, full: { steps: 1000, trials: 4 } },
  define: () => ({
    parameters: 2,
    objectives: 2,
    values: cqf.values,
    jacobian: cqf.jacobian,
    starts: cqf.starts,
    paretoSet: cqf.paretoSet,
    ideal: [0, 0]
  })
})

/** Forty parameters. */
export const manyValleys: AnalyticProblem = family(
  "cqf-40",
  "Valleys in 40 dimensions",
  { planes: 20, angle: 1 / 16, epsilon: 0.01, ratio: 1 },
  ["As in two dimensions; one weight has to serve all planes."],
  300
)

/** Valleys a hundred times flatter. */
export const flatValleys: AnalyticProblem = family(
  "cqf-flat",
  "Flat valleys",
  { planes: 1, angle: 1 / 16, epsilon: 1e-4, ratio: 1 },
  ["The way along a valley takes 1/ε steps: what a method leaves of a step decides."],
  600
)

/** Valleys at a right angle. */
export const wideAngle: AnalyticProblem = family(
  "cqf-right-angle",
  "Valleys at a right angle",
  { planes: 1, angle: 1 / 4, epsilon: 0.01, ratio: 1 },
  ["Little conflict: the mean is near the best, and a method that shortens steps only loses."],
  200
)

/** One objective a thousand times the other. */
export const unlikeScales: AnalyticProblem = family(
  "cqf-scales",
  "Valleys of unlike scale",
  { planes: 1, angle: 1 / 16, epsilon: 0.01, ratio: 1000 },
  [
    "The rate that f₁ allows is a thousandth of what f₂ needs: a sum of rows, projected or not, is f₁'s.",
    "With a ridge of 10⁻⁴ of the trace the row of f₂ can be overruled."
  ],
  600
)
