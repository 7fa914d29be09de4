/**
 * Regression with twenty outputs in unlike units: scales from 10⁻³ to 10³, one set of parameters.
 *
 * fⱼ = ½ sⱼ² mean (Xⱼ (θ - θ*))², j = 1 … 20, sⱼ from 10⁻³ to 10³ in geometric progression and mixed, Xⱼ of 8 rows and 12
 * columns, correlated between outputs. No output determines θ alone, all together do: θ* is best for all of them, and
 * the only such point.
 *
 * @module
 */
import { generator } from "@dualcone/aggregation"
import { fillNormal } from "@dualcone/descent"
import type { RealFunctions } from "@dualcone/wasm"
import { analytic, type Definition } from "../analytic/definition.ts"
import { singlePoint } from "../analytic/point.ts"
import type { AnalyticProblem } from "../problem.ts"

const OUTPUTS = 20
const ROWS = 8
const PARAMETERS = 12
/** Of what the designs of two outputs share. */
const CORRELATION = 0.5

/** The regression with sⱼ between 1/√ratio and √ratio. */
export function regression(functions: RealFunctions, ratio: number): Definition {
  const draw = generator(13)
  const normal = (count: number) => fillNormal(new Float64Array(count), draw, functions)
  const shared = normal(ROWS * PARAMETERS)
  const common = Math.sqrt(CORRELATION)
  const own = Math.sqrt(1 - CORRELATION)
  const designs = Array.from({ length: OUTPUTS }, () =>
    normal(ROWS * PARAMETERS).map((entry, i) => own * entry + common * (shared[i] ?? 0))
  )
  const target = normal(PARAMETERS)
  // Mixed, so that neighbours in scale are not neighbours in the list: 7 and 20 have no common factor.
  const scales = Float64Array.from({ length: OUTPUTS }, (_, j) =>
    functions.pow(ratio, ((j * 7) % OUTPUTS) / (OUTPUTS - 1) - 0.5)
  )
  const errorsOf = (theta: Float64Array, j: number) => {
    const design = designs[j]
    return Float64Array.from({ length: ROWS }, (_, row) => {
      let sum = 0
      for (let c = 0; c < PARAMETERS; c++) {
        sum += (design?.[row * PARAMETERS + c] ?? 0) * ((theta[c] ?? Number.NaN) - (target[c] ?? 0))
      }
      return sum
    })
  }
  return {
    parameters: PARAMETERS,
    objectives: OUTPUTS,
    values: (theta) =>
      Float64Array.from({ length: OUTPUTS }, (_, j) => {
        const squares = errorsOf(theta, j).reduce((sum, error) => sum + error * error, 0)
        return ((scales[j] ?? 0) ** 2 * squares) / (2 * ROWS)
      }),
    jacobian(theta) {
      const jacobian = new Float64Array(OUTPUTS * PARAMETERS)
      for (let j = 0; j < OUTPUTS; j++) {
        const factor = (scales[j] ?? 0) ** 2 / ROWS
        errorsOf(theta, j).forEach((error, row) => {
          for (let c = 0; c < PARAMETERS; c++) {
            const at = j * PARAMETERS + c
            jacobian[at] = (jacobian[at] ?? 0) + factor * error * (designs[j]?.[row * PARAMETERS + c] ?? 0)
          }
        })
      }
      return jacobian
    },
    starts: Array.from({ length: 8 }, () => [...normal(PARAMETERS).map((entry) => 2 * entry)]),
    paretoSet: singlePoint(target),
    ideal: Array.from({ length: OUTPUTS }, () => 0),
    constants: {
      target,
      scales,
      ...Object.fromEntries(designs.map((design, j) => [`design ${j}`, design]))
    }
  }
}

const family = (name: string, title: string, ratio: number, traps: readonly string[]) =>
  analytic({
    name,
    title,
    formula: "fⱼ = ½ sⱼ² mean (Xⱼ(θ-θ*))², j = 1 … 20, θ ∈ ℝ¹²",
    source: "Made for this suite: multi-output regression in unlike units",
    dials: [{ name: "s", value: ratio, means: "Largest over least scale of an output; losses go with its square." }],
    traps,
    answer: { kind: "exact", how: "θ*: every loss is 0 there, and at no other point all of them." },
    // Between what sums of rows allow, 1 / s², and what methods want that see no lengths.
    unitRate: 0.5 / Math.sqrt(ratio),
    budget: { quick: { steps: 300, trials: 3 } },
    define: ({ wasm }) => regression(wasm.functions, ratio)
  })

/** All outputs in one unit. */
export const regressionAlike: AnalyticProblem = family("regression-1", "Twenty outputs in one unit", 1, [
  "More rows than parameters, all of which agree in the end: nothing but speed is asked for."
])

/** Scales from 0.1 to 10. */
export const regressionUnlike: AnalyticProblem = family("regression-100", "Twenty outputs, scales 0.1 to 10", 100, [
  "Losses differ by 10⁴: sums of rows go at the pace of the largest."
])

/** Scales from 10⁻³ to 10³. */
export const regressionExtreme: AnalyticProblem = family(
  "regression-1e6",
  "Twenty outputs, scales 0.001 to 1000",
  1e6,
  [
    "Losses differ by 10¹²: whatever is linear in the rows moves for the largest alone.",
    "Whatever brings rows to one length is the only way to serve the smallest, and lives with the conflicts of all."
  ]
)
