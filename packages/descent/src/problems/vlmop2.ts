/**
 * VLMOP2, the problem of Fonseca and Fleming: two Gaussian wells and a concave front.
 *
 * f₁ = 1 - exp(-Σ (xᵢ - 1/√n)²), f₂ = 1 - exp(-Σ (xᵢ + 1/√n)²), in the box [-2, 2]ⁿ. Pareto set: all coordinates
 * equal, xᵢ = τ with |τ| ≤ 1/√n; front (1 - exp(-(√n τ - 1)²), 1 - exp(-(√n τ + 1)²)). Source: van Veldhuizen and
 * Lamont, "Multiobjective Evolutionary Algorithm Test Suites" (SAC 1999), MOP2.
 *
 * Traps: the front is concave, so weighted sums find its ends alone; far from a well its gradient fades, and methods
 * that normalise rows follow what is left of it.
 *
 * @module
 */
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { clampInto } from "./box.ts"
import { paretoSet } from "./pareto-set.ts"
import { objectivePlane, type Problem, parameterPlane } from "./problem.ts"

/** Options of {@link vlmop2}. */
export interface Vlmop2Options {
  /** n, at least 2. Default 2. Pictures show the first two. */
  readonly parameters?: number
}

/**
 * The two Gaussian wells.
 *
 * @throws {InputError} for less than two parameters
 */
export function vlmop2({ exp }: RealFunctions, { parameters = 2 }: Vlmop2Options = {}): Problem {
  if (!Number.isSafeInteger(parameters) || parameters < 2) {
    throw new InputError({ rule: "it must be a whole number from 2 on", place: "parameters", value: parameters })
  }
  const centre = 1 / Math.sqrt(parameters)
  const well = (x: Float64Array, at: number) => {
    let squares = 0
    for (const entry of x) squares += (entry - at) * (entry - at)
    return exp(-squares)
  }
  const start = (a: number, b: number) => Array.from({ length: parameters }, (_, i) => (i % 2 === 0 ? a : b))
  return {
    name: "vlmop2",
    title: "Two wells, a concave front",
    source: "Van Veldhuizen and Lamont, Multiobjective Evolutionary Algorithm Test Suites (SAC 1999), MOP2",
    parameters,
    objectives: 2,
    values: (x) => Float64Array.of(1 - well(x, centre), 1 - well(x, -centre)),
    jacobian(x) {
      const first = well(x, centre)
      const second = well(x, -centre)
      const jacobian = new Float64Array(2 * parameters)
      for (let i = 0; i < parameters; i++) {
        const entry = x[i] ?? Number.NaN
        jacobian[i] = 2 * (entry - centre) * first
        jacobian[parameters + i] = 2 * (entry + centre) * second
      }
      return jacobian
    },
    project: (x) => clampInto(x, -2, 2),
    starts: [start(-1, 1.3), start(1.3, -0.5), start(0.2, 1.5), start(-0.4, -1.5), start(1.2, 1.4)],
    paretoSet: paretoSet([(t) => new Float64Array(parameters).fill((2 * t - 1) * centre)]),
    view: {
      parameters: {
        ...parameterPlane({ x: [-2, 2], y: [-2, 2] }),
        at: (a, b) => Float64Array.from(start(a, b))
      },
      values: objectivePlane({ x: [-0.05, 1.05], y: [-0.05, 1.05] })
    },
    protocol: { optimizer: "sgd", learningRate: 0.1, schedule: "constant", steps: 500, multipliers: {} }
  }
}
