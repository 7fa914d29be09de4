/**
 * UW: each loss over the variance that it is believed to have, with variances that are learned beside the model.
 *
 *     S(L, s) = Σ_i (½ e^{−s_i} L_i + ½ s_i),   w_i = ½ e^{−s_i},   s_i ← s_i − η (½ − ½ e^{−s_i} L_i)
 *
 * s = log σ², 0 at first; S is least at s_i = log L_i. Kendall, Gal and Cipolla, "Multi-Task Learning Using Uncertainty
 * to Weigh Losses for Scene Geometry and Semantics", CVPR 2018, arXiv 1705.07115; this form is TorchJD's. LibMTL starts
 * at s = −.5.
 *
 * A call answers with the weights of the s it finds, then takes one step of gradient descent on s at the same losses:
 * what one optimizer does that steps the model and s together. The paper's learning rate is the model's; here it is an
 * option of its own. Losses may have any sign, but s runs away from a loss that stays negative, until the call fails.
 *
 * It remembers −s. The weights are those of the values alone: for given values it is linear under scaling of the rows,
 * and weighted; rows can conflict with it. One row is weighed in the same way; a row of zeros by its value like any
 * other.
 *
 * @module
 */
import type { RealFunctions } from "@dualcone/wasm"
import { notNegative, objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { planLearnedScales } from "./learned-scales.ts"

/** The specification of UW. */
export interface UW {
  readonly name: "uw"
  /** η, of the log-variances. */
  readonly learningRate: number
}

/** Options of {@link uw}. */
export interface UWOptions {
  /** Not negative; at 0 the weights stay ½. Default: .01. */
  readonly learningRate?: number
}

/** UW with these options. @throws InputError for an option that breaks its rule. */
export function uw(options: UWOptions = {}): UW {
  return uwMethod.parse(options, "uw")
}

export const uwMethod: Method<UW> = defineMethod({
  name: "uw",
  title: "UW",
  paper: "Kendall, Gal and Cipolla 2018, Multi-Task Learning Using Uncertainty to Weigh Losses, arXiv 1705.07115",
  formula: "w_i = exp(-s_i) / 2, s descending on sum_i exp(-s_i) L_i / 2 + s_i / 2",
  parameters: [{ name: "learningRate", type: "number", default: "0.01", meaning: "of the log-variances s" }],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  stateful: true,
  parse(value, place) {
    const { learningRate } = objectWith(value, place, ["name", "learningRate"])
    return {
      name: "uw",
      learningRate: learningRate === undefined ? 0.01 : notNegative(learningRate, `${place}.learningRate`)
    }
  },
  scalarize: ({ functions }, { name, learningRate }, objectives) =>
    planLearnedScales(functions, { name, factor: 0.5, learningRate }, objectives)
})

/** S(L, s), m losses and m log-variances. */
export function uwValue(functions: RealFunctions, logVariances: Float64Array, losses: Float64Array): number {
  let sum = 0
  for (let i = 0; i < losses.length; i++) {
    const logVariance = logVariances[i] ?? 0
    sum += 0.5 * functions.exp(-logVariance) * (losses[i] ?? 0) + 0.5 * logVariance
  }
  return sum
}
