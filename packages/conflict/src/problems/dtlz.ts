/**
 * DTLZ1 and DTLZ2 with three objectives, in a form that descent can solve.
 *
 * g = Σ (xᵢ - ½)² over the coordinates from the third on. DTLZ1: f₁ = ½ x₁x₂ (1+g), f₂ = ½ x₁(1-x₂)(1+g),
 * f₃ = ½ (1-x₁)(1+g), whose front is the triangle Σ fᵢ = ½. DTLZ2: f₁ = (1+g) cos(πx₁/2) cos(πx₂/2),
 * f₂ = (1+g) cos(πx₁/2) sin(πx₂/2), f₃ = (1+g) sin(πx₁/2), an eighth of the sphere. Both on [0, 1]ⁿ; Pareto set g = 0.
 * Source: Deb, Thiele, Laumanns and Zitzler, "Scalable Test Problems for Evolutionary Multiobjective Optimization" (2005);
 * DTLZ1's g has a cosine there, whose 11ᵏ local fronts no descent gets past, and which is left out here.
 *
 * @module
 */
import { generator } from "@dualcone/aggregation"
import { clampInto } from "@dualcone/descent"
import type { RealFunctions } from "@dualcone/wasm"
import { analytic, type Definition } from "../analytic/definition.ts"
import { fixedTail } from "../analytic/fixed-tail.ts"
import type { AnalyticProblem } from "../problem.ts"

const PARAMETERS = 7
const FREE = 2
const MIDDLE = 0.5

/** f(x) = (1 + g) h(x₁, x₂), h with its derivatives. */
interface Shape {
  readonly values: readonly [number, number, number]
  readonly byFirst: readonly [number, number, number]
  readonly bySecond: readonly [number, number, number]
}

function scaled(shape: (a: number, b: number) => Shape): Definition {
  const bend = (x: Float64Array) => {
    let squares = 0
    for (let i = FREE; i < PARAMETERS; i++) squares += ((x[i] ?? Number.NaN) - MIDDLE) ** 2
    return 1 + squares
  }
  const at = ([a = Number.NaN, b = Number.NaN]: Float64Array) => shape(a, b)
  return {
    parameters: PARAMETERS,
    objectives: 3,
    values(x) {
      const factor = bend(x)
      return Float64Array.from(at(x).values, (value) => factor * value)
    },
    jacobian(x) {
      const factor = bend(x)
      const { values, byFirst, bySecond } = at(x)
      const jacobian = new Float64Array(3 * PARAMETERS)
      for (let row = 0; row < 3; row++) {
        jacobian[row * PARAMETERS] = factor * (byFirst[row] ?? 0)
        jacobian[row * PARAMETERS + 1] = factor * (bySecond[row] ?? 0)
        for (let i = FREE; i < PARAMETERS; i++) {
          jacobian[row * PARAMETERS + i] = 2 * ((x[i] ?? Number.NaN) - MIDDLE) * (values[row] ?? 0)
        }
      }
      return jacobian
    },
    project: (x) => clampInto(x, 0, 1),
    starts: Array.from({ length: 8 }, (_, seed) => {
      const draw = generator(seed)
      return Array.from({ length: PARAMETERS }, (_, i) => {
        const uniform = draw.next() / 2 ** 32
        // Inside the triangle, and far from g = 0.
        return i < FREE ? 0.2 + 0.6 * uniform : uniform < 0.5 ? 0.2 * uniform : 1 - 0.2 * (1 - uniform)
      })
    }),
    paretoSet: fixedTail(PARAMETERS, FREE, MIDDLE),
    ideal: [0, 0, 0]
  }
}

const facts = {
  source:
    "Deb, Thiele, Laumanns and Zitzler, Scalable Test Problems for Evolutionary Multiobjective Optimization (2005), three objectives",
  dials: [{ name: "k", value: PARAMETERS - FREE, means: "Coordinates that all objectives agree on." }],
  answer: { kind: "exact", how: "x₃ = … = xₙ = ½ makes g = 0; the first two coordinates only trade objectives." }
} as const

/** The triangle. */
export const dtlz1: AnalyticProblem = analytic({
  ...facts,
  name: "dtlz1",
  title: "DTLZ1, smooth",
  formula: "f = ½(1+g) (x₁x₂, x₁(1-x₂), 1-x₁), g = Σ (xᵢ-½)² over i > 2, x ∈ [0, 1]⁷",
  traps: [
    "On a border one objective is 0 with a gradient of 0: weakly stationary, and MGDA, Nash-MTL and Aligned-MTL may stop before g does.",
    "Sums of the objectives are constant along the front: only what is left of (1+g) drives them."
  ],
  unitRate: 1,
  budget: { quick: { steps: 150, trials: 4 } },
  define: () =>
    scaled((a, b) => ({
      values: [(a * b) / 2, (a * (1 - b)) / 2, (1 - a) / 2],
      byFirst: [b / 2, (1 - b) / 2, -0.5],
      bySecond: [a / 2, -a / 2, 0]
    }))
})

/** The eighth of a sphere. */
export const dtlz2: AnalyticProblem = analytic({
  ...facts,
  name: "dtlz2",
  title: "DTLZ2, a concave front",
  formula: "f = (1+g) (cos ½πx₁ cos ½πx₂, cos ½πx₁ sin ½πx₂, sin ½πx₁), g = Σ (xᵢ-½)² over i > 2, x ∈ [0, 1]⁷",
  traps: [
    "The front is concave in three objectives: sums of rows slide to a corner, where two objectives are at their best."
  ],
  unitRate: 0.3,
  budget: { quick: { steps: 150, trials: 4 } },
  define: ({ wasm }) => scaled(eighthOfSphere(wasm.functions))
})

const HALF_PI = Math.PI / 2

function eighthOfSphere({ sin, cos }: RealFunctions) {
  return (a: number, b: number): Shape => {
    const [ca, sa] = [cos(HALF_PI * a), sin(HALF_PI * a)]
    const [cb, sb] = [cos(HALF_PI * b), sin(HALF_PI * b)]
    return {
      values: [ca * cb, ca * sb, sa],
      byFirst: [-HALF_PI * sa * cb, -HALF_PI * sa * sb, HALF_PI * ca],
      bySecond: [-HALF_PI * ca * sb, HALF_PI * ca * cb, 0]
    }
  }
}
