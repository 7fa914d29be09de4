/**
 * Convex quadratic forms: two narrow valleys that cross at an angle.
 *
 * f₁(x) = (x - v₁)ᵀ A₁ (x - v₁), f₂(x) = (x - v₂)ᵀ A₂ (x - v₂), v₁ = (1, 0), v₂ = (-1, 0),
 * A₁ = U diag(1, ε) Uᵀ, A₂ = Uᵀ diag(3, ε) U, U the rotation by π/16, ε = 0.01. J has the rows 2 (x - vᵢ)ᵀ Aᵢ.
 * Pareto set: x(w) = (w A₁ + (1-w) A₂)⁻¹ (w A₁ v₁ + (1-w) A₂ v₂), 0 ≤ w ≤ 1, from v₂ over (-0.07, 4.27) at w = ½ to
 * v₁: a narrow roof. Source: "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232), Figure 4.
 *
 * Traps: the rows differ in size, so the mean and CAGrad let f₁ grow (the mean by 1.23 on one path); below the roof
 * the gradients are almost opposed; near the roof the valleys are flat, and slow methods stop before they arrive.
 *
 * @module
 */
import { paretoSet, slowAtEnds } from "./pareto-set.ts"
import { balancedPoint, type PlaneMatrix, quadraticForm } from "./planar-forms.ts"
import { objectivePlane, type Problem, parameterPlane } from "./problem.ts"

const EPSILON = 0.01

const { cosine, sine } = sixteenthOfPi()

/** U diag(1, ε) Uᵀ. */
const first: PlaneMatrix = {
  xx: cosine * cosine + EPSILON * sine * sine,
  xy: (1 - EPSILON) * cosine * sine,
  yy: sine * sine + EPSILON * cosine * cosine
}

/** Uᵀ diag(3, ε) U. */
const second: PlaneMatrix = {
  xx: 3 * cosine * cosine + EPSILON * sine * sine,
  xy: (EPSILON - 3) * cosine * sine,
  yy: 3 * sine * sine + EPSILON * cosine * cosine
}

/** The two convex quadratic forms. */
export const cqf: Problem = {
  name: "cqf",
  title: "Convex quadratic forms",
  source: "Jacobian Descent for Multi-Objective Optimization (arXiv 2406.16232), Figure 4",
  parameters: 2,
  objectives: 2,
  values: ([a = Number.NaN, b = Number.NaN]) =>
    Float64Array.of(quadraticForm(first, a - 1, b), quadraticForm(second, a + 1, b)),
  jacobian: ([a = Number.NaN, b = Number.NaN]) =>
    Float64Array.of(
      2 * (first.xx * (a - 1) + first.xy * b),
      2 * (first.xy * (a - 1) + first.yy * b),
      2 * (second.xx * (a + 1) + second.xy * b),
      2 * (second.xy * (a + 1) + second.yy * b)
    ),
  starts: [
    [0.5, 0.5],
    [-1, 7],
    [0, 0],
    [1, 6]
  ],
  paretoSet: paretoSet([(t) => paretoPoint(slowAtEnds(t))]),
  view: {
    parameters: parameterPlane({ x: [-1.1, 1.1], y: [-0.35, 7.35] }),
    values: objectivePlane({ x: [-0.125, 2.625], y: [-0.425, 8.925] })
  },
  protocol: {
    optimizer: "sgd",
    learningRate: 0.05,
    schedule: "constant",
    steps: 499,
    multipliers: { "nash-mtl": 2, "imtl-g": 2, graddrop: 0.5, pcgrad: 0.5 }
  }
}

/** The point x(w) of the Pareto set where w ∇f₁ + (1-w) ∇f₂ = 0, for w in [0, 1]. */
export function paretoPoint(w: number): Float64Array {
  return Float64Array.from(balancedPoint(first, second, w))
}

/** cos π/16 and sin π/16 by halving π/4 twice: square roots are the same in every runtime. */
function sixteenthOfPi(): { readonly cosine: number; readonly sine: number } {
  const quarter = Math.SQRT1_2
  const eighth = Math.sqrt((1 + quarter) / 2)
  return { cosine: Math.sqrt((1 + eighth) / 2), sine: Math.sqrt((1 - eighth) / 2) }
}
