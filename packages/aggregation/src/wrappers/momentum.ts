/**
 * Momentum of the Jacobian: any method on the moving averages of the gradients of all objectives.
 *
 *     M_k = the moving average of J_1, …, J_k, row by row, with decay β;   A = the wrapped method at M_k
 *
 * An optimizer's momentum averages directions, each of which balances one batch's gradients; here the gradients are
 * averaged first, so that their noise is gone before the method weighs them, which is what makes its weights biased
 * (Zhou et al. 2022, "On the Convergence of Stochastic Multi-Objective Gradient Manipulation and Beyond"; the moving
 * average is the tracking variable of MoCo, Fernando et al. 2023, "Mitigating Gradient Bias in Multi-objective
 * Learning", without its projection). For objectives that stay the same from call to call, such as tasks: the rows of
 * an instance-wise batch are other examples every time.
 *
 * It remembers m × n numbers. The direction combines the rows of M, not those of the present J: `weights` are null, rows
 * may conflict with it, and it is not linear under scaling unless all calls scale alike. Zero rows and a single row are
 * the wrapped method's affair; at the first call, with bias correction, M is J. The certificate is that of the wrapped
 * method, at M. A method that looks at the values after an update (FAMO) is refused.
 *
 * @module
 */
import type { Aggregator } from "../aggregator.ts"
import { objectWith, share, yesOrNo } from "../check.ts"
import type { Combination, Size } from "../combination.ts"
import type { JacobianLinearization } from "../linearization.ts"
import { defineMethod, type Method, type Nested, type Parameter } from "../method.ts"
import { jacobianOf, writeGramian, writePullback } from "../row-products.ts"
import { wrappingState } from "../state.ts"
import { movingAverage } from "./moving-average.ts"
import { planCombination } from "./wrapped.ts"

/** The specification of momentum of the Jacobian. */
export interface Momentum {
  readonly name: "momentum"
  /** The method that aggregates the averaged Jacobian. */
  readonly aggregator: Aggregator
  /** The decay of the moving average. */
  readonly beta: number
  /** Whether the average is divided by the sum of its weights, 1 − β^k. */
  readonly biasCorrection: boolean
}

/** Options of {@link momentum}. */
export interface MomentumOptions {
  readonly aggregator: Aggregator
  /** At least 0 and below 1. Default: .9. */
  readonly beta?: number
  /** Default: true. */
  readonly biasCorrection?: boolean
}

/** Momentum of the Jacobian with these options. @throws InputError for an option that breaks its rule. */
export function momentum(options: MomentumOptions): Momentum {
  const fields = objectWith(options, "momentum", KEYS)
  return { name: "momentum", aggregator: options.aggregator, ...parseAverage(fields, "momentum") }
}

const KEYS = ["name", "aggregator", "beta", "biasCorrection"] as const

/** What `--list` says of the moving average, also of that of `gradient-and-momentum`. */
export const averageParameters: readonly Parameter[] = [
  { name: "beta", type: "number", default: "0.9", meaning: "decay of the moving average, at least 0 and below 1" },
  { name: "biasCorrection", type: "boolean", default: "true", meaning: "divide by the sum of the average's weights" }
]

export const momentumMethod: Method<Momentum> = defineMethod({
  name: "momentum",
  title: "Momentum of the Jacobian",
  paper: null,
  formula: "the wrapped method at M, M the moving average of J with decay beta",
  parameters: [
    { name: "aggregator", type: "aggregator", default: "required", meaning: "method that aggregates the average" },
    ...averageParameters
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: false },
  stateful: true,
  parse(value, place, nested) {
    const fields = objectWith(value, place, KEYS)
    const aggregator = nested.parse(fields.aggregator, `${place}.aggregator`)
    return { name: "momentum", aggregator, ...parseAverage(fields, place) }
  },
  combine: (_, specification, size, nested) => planMomentum(specification, size, nested)
})

/** The options of the moving average, also those of `gradient-and-momentum`. */
export function parseAverage(
  { beta, biasCorrection }: Readonly<Partial<Record<string, unknown>>>,
  place: string
): { readonly beta: number; readonly biasCorrection: boolean } {
  return {
    beta: beta === undefined ? 0.9 : share(beta, `${place}.beta`),
    biasCorrection: biasCorrection === undefined ? true : yesOrNo(biasCorrection, `${place}.biasCorrection`)
  }
}

function planMomentum({ aggregator, beta, biasCorrection }: Momentum, size: Size, nested: Nested): Combination {
  const wrapped = planCombination(nested, aggregator, size)
  const { average, power, add } = movingAverage(size.objectives * size.parameters, beta, biasCorrection)
  const averaged = averagedLinearization(average, size)

  return {
    ...size,
    state: wrappingState({ average, power }, wrapped.state),
    combine(linearization, into) {
      add(jacobianOf(linearization, size))
      const { certificate } = wrapped.combine(averaged.at(linearization.values), into)
      return { weights: null, certificate }
    },
    [Symbol.dispose]: () => wrapped[Symbol.dispose]()
  }
}

/** Linearizations over rows that change in place. */
function averagedLinearization(rows: Float64Array, size: Size) {
  const gramian = { objectives: size.objectives, values: new Float64Array(size.objectives ** 2) }
  const direction = new Float64Array(size.parameters)
  return {
    /** The linearization over the rows as they are now, good until they change. */
    at(values: Float64Array): JacobianLinearization<Float64Array> {
      let known = false
      return {
        ...size,
        values,
        gramian() {
          if (!known) writeGramian(gramian.values, rows, size)
          known = true
          return gramian
        },
        pullback(weights) {
          writePullback(direction, rows, weights, size)
          return direction
        },
        jacobian: () => rows
      }
    }
  }
}
