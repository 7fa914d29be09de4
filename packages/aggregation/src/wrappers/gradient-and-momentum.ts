/**
 * The mean gradient and its momentum as two objectives: any weighting of the two rows.
 *
 *     g = Jᵀ 1/m,   M = the moving average of g with decay β,   A = w₁ g + w₂ M,   w = W([g; M] [g; M]ᵀ)
 *
 * Quinton and Rey, "Jacobian Descent for Multi-Objective Optimization", 2024, arXiv 2406.16232, suggest to
 * aggregate {gradient, momentum} instead of adding them, so that a step conflicts with neither.
 *
 * Of the linearization it asks one pullback alone, and it remembers n numbers. With a wrapped method that conflicts with
 * no row it conflicts neither with the mean gradient nor with the momentum, though it may with single rows; it is not
 * linear under scaling, and no combination of the present rows, so that `weights` are null. A row of zeros counts in the
 * mean. At the first call, with bias correction, both rows are g. The certificate is that of the wrapped method, which
 * always weighs two rows; it gets no values.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { GramianAggregator } from "../aggregator.ts"
import { objectWith } from "../check.ts"
import type { Combination, Size } from "../combination.ts"
import { defineMethod, type Method, type Nested } from "../method.ts"
import { writeGramian, writePullback } from "../row-products.ts"
import { wrappingState } from "../state.ts"
import { averageParameters, parseAverage } from "./momentum.ts"
import { movingAverage } from "./moving-average.ts"
import { planUnobserving } from "./wrapped.ts"

/** The specification of a weighting of gradient and momentum. */
export interface GradientAndMomentum {
  readonly name: "gradient-and-momentum"
  /** The method that weighs the two rows. */
  readonly weighting: GramianAggregator
  /** The decay of the moving average. */
  readonly beta: number
  /** Whether the average is divided by the sum of its weights, 1 − β^k. */
  readonly biasCorrection: boolean
}

/** Options of {@link gradientAndMomentum}. */
export interface GradientAndMomentumOptions {
  readonly weighting: GramianAggregator
  /** At least 0 and below 1. Default: .9. */
  readonly beta?: number
  /** Default: true. */
  readonly biasCorrection?: boolean
}

/** A weighting of gradient and momentum. @throws InputError for an option that breaks its rule. */
export function gradientAndMomentum(options: GradientAndMomentumOptions): GradientAndMomentum {
  const fields = objectWith(options, "gradient-and-momentum", KEYS)
  const { weighting } = options
  return { name: "gradient-and-momentum", weighting, ...parseAverage(fields, "gradient-and-momentum") }
}

const KEYS = ["name", "weighting", "beta", "biasCorrection"] as const

export const gradientAndMomentumMethod: Method<GradientAndMomentum> = defineMethod({
  name: "gradient-and-momentum",
  title: "Gradient and momentum",
  paper: "Quinton and Rey 2024, Jacobian Descent for Multi-Objective Optimization, arXiv 2406.16232",
  formula: "w_1 g + w_2 M, g the mean gradient, M its moving average, w the wrapped method's weights of the two",
  parameters: [
    { name: "weighting", type: "aggregator", default: "required", meaning: "method that weighs the two rows" },
    ...averageParameters
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: false },
  stateful: true,
  parse(value, place, nested) {
    const fields = objectWith(value, place, KEYS)
    const weighting = nested.parseGramian(fields.weighting, `${place}.weighting`)
    return { name: "gradient-and-momentum", weighting, ...parseAverage(fields, place) }
  },
  combine: (_, specification, size, nested) => planGradientAndMomentum(specification, size, nested)
})

function planGradientAndMomentum(specification: GradientAndMomentum, size: Size, nested: Nested): Combination {
  const { weighting, beta, biasCorrection } = specification
  const { objectives, parameters } = size
  const wrapped = planUnobserving(nested, weighting, 2)
  const { average, power, add } = movingAverage(parameters, beta, biasCorrection)
  const two: Size = { objectives: 2, parameters }
  const rows = new Float64Array(2 * parameters)
  const gramian = { objectives: 2, values: new Float64Array(4) }
  const equal = new Float64Array(objectives).fill(1 / objectives)
  const direction = new Float64Array(parameters)

  return {
    objectives,
    parameters,
    state: wrappingState({ average, power }, wrapped.state),
    combine(linearization, into) {
      const gradient = linearization.pullback(equal)
      const wrong = gradient.findIndex((entry) => !Number.isFinite(entry))
      if (wrong >= 0) {
        const place = `entry ${wrong} of the mean gradient`
        throw new InputError({ rule: "it must be finite", place, value: gradient[wrong] })
      }
      rows.set(gradient)
      add(gradient)
      rows.set(average, parameters)
      writeGramian(gramian.values, rows, two)
      const { weights, certificate } = wrapped.weigh(gramian)
      writePullback(direction, rows, weights, two)
      into.set(direction)
      return { weights: null, certificate }
    },
    [Symbol.dispose]: () => wrapped[Symbol.dispose]()
  }
}
