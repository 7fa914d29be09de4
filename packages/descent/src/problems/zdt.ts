/**
 * What the problems ZDT1 to ZDT3 share: f₁ = x₁, f₂ = g h(x₁, g), g = 1 + 9 mean(x₂ … xₙ), in the box [0, 1]ⁿ.
 *
 * Source: Zitzler, Deb and Thiele, "Comparison of Multiobjective Evolutionary Algorithms: Empirical Results"
 * (Evolutionary Computation 8, 2000). The Pareto set has x₂ = … = xₙ = 0, so g = 1, on the border of the box: a
 * weighted gradient vanishes there in x₁ and points out of the box elsewhere. Values and gradients depend on a point
 * through x₁ and the mean of the others alone; those are the coordinates of pictures.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { clampInto } from "./box.ts"
import { type ParetoSet, paretoSet } from "./pareto-set.ts"
import { type Interval, objectivePlane, type Problem } from "./problem.ts"

/** x₁ stays this far from 0, where f₂ of ZDT1 and ZDT3 has no finite slope. */
export const LEAST = 1e-6

/** Options of a ZDT problem. */
export interface ZdtOptions {
  /** n, at least 2. Default 30. */
  readonly parameters?: number
}

/** The second objective F(x₁, g) of a ZDT problem. */
export interface SecondObjective {
  value(a: number, g: number): number
  /** ∂F/∂x₁ and ∂F/∂g. */
  slopes(a: number, g: number): readonly [number, number]
}

/** What tells one ZDT problem from another. */
export interface ZdtFacts {
  readonly name: string
  readonly title: string
  readonly second: SecondObjective
  /** Intervals of x₁ in the Pareto set. */
  readonly front: readonly Interval[]
  /** Lower and upper end of f₂ in pictures. */
  readonly view: Interval
  /** Of the runs here: small enough for the curvature of f₂ along x₁, with as many steps as cover the box. */
  readonly learningRate: number
  readonly steps: number
}

/**
 * A ZDT problem of n parameters.
 *
 * @throws {InputError} for less than two parameters
 */
export function zdt(facts: ZdtFacts, { parameters = 30 }: ZdtOptions): Problem {
  const { name, title, second, front, view, learningRate, steps } = facts
  if (!Number.isSafeInteger(parameters) || parameters < 2) {
    throw new InputError({ rule: "it must be a whole number from 2 on", place: "parameters", value: parameters })
  }
  const others = parameters - 1
  const meanOfOthers = (x: Float64Array) => {
    let sum = 0
    for (let i = 1; i < x.length; i++) sum += x[i] ?? Number.NaN
    return sum / others
  }
  const at = (a: number, b: number) => {
    const x = new Float64Array(parameters).fill(b)
    x[0] = a
    return x
  }
  return {
    name,
    title,
    source: "Zitzler, Deb and Thiele, Comparison of Multiobjective Evolutionary Algorithms (Evol. Comp. 8, 2000)",
    parameters,
    objectives: 2,
    values(x) {
      const a = x[0] ?? Number.NaN
      return Float64Array.of(a, second.value(a, 1 + 9 * meanOfOthers(x)))
    },
    jacobian(x) {
      const [slope, slopeOfG] = second.slopes(x[0] ?? Number.NaN, 1 + 9 * meanOfOthers(x))
      const jacobian = new Float64Array(2 * parameters)
      jacobian.fill((slopeOfG * 9) / others, parameters)
      jacobian[0] = 1
      jacobian[parameters] = slope
      return jacobian
    },
    project(x) {
      clampInto(x, 0, 1)
      x[0] = Math.max(LEAST, x[0] ?? Number.NaN)
    },
    starts: (
      [
        [0.15, 0.6],
        [0.4, 0.9],
        [0.65, 0.5],
        [0.9, 0.8]
      ] as const
    ).map(([a, b]) => [...at(a, b)]),
    paretoSet: bottom(front, at),
    view: {
      parameters: {
        labels: ["x₁", parameters === 2 ? "x₂" : `mean of x₂ … x${subscript(parameters)}`],
        window: { x: [0, 1], y: [-0.04, 1] },
        of: (x) => [x[0] ?? Number.NaN, meanOfOthers(x)],
        at
      },
      values: objectivePlane({ x: [-0.02, 1.02], y: view })
    },
    protocol: { optimizer: "sgd", learningRate, schedule: "constant", steps, multipliers: {} }
  }
}

function bottom(front: readonly Interval[], at: (a: number, b: number) => Float64Array): ParetoSet {
  return paretoSet(
    front.map(
      ([from, to]) =>
        (t) =>
          at(from + t * (to - from), 0)
    )
  )
}

function subscript(count: number): string {
  return [...String(count)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("")
}
