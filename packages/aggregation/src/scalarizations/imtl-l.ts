/**
 * IMTL-L: losses brought to the same scale by factors that are learned beside the model.
 *
 *     S(L, s) = Σ_i (e^{s_i} L_i − s_i),   w_i = e^{s_i},   s_i ← s_i − η (e^{s_i} L_i − 1)
 *
 * s is 0 at first; S is least at e^{s_i} L_i = 1. Liu, Li, Kuang, Xue, Chen, Yang, Liao and Zhang, "Towards Impartial
 * Multi-task Learning", ICLR 2021. It is twice UW at −s. IMTL is IMTL-L followed by IMTL-G.
 *
 * A call answers with the weights of the s it finds, then takes one step of gradient descent on s at the same losses:
 * what one optimizer does that steps the model and s together. The paper's learning rate is the model's; here it is an
 * option of its own. Losses may have any sign, but s runs away from a loss that stays negative, until the call fails.
 *
 * It remembers s. The weights are those of the values alone: for given values it is linear under scaling of the rows,
 * and weighted; rows can conflict with it. One row is weighed in the same way; a row of zeros by its value like any
 * other.
 *
 * @module
 */
import type { RealFunctions } from "@dualcone/wasm"
import { notNegative, objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { planLearnedScales } from "./learned-scales.ts"

/** The specification of IMTL-L. */
export interface IMTLL {
  readonly name: "imtl-l"
  /** η, of the logarithms of the factors. */
  readonly learningRate: number
}

/** Options of {@link imtlL}. */
export interface IMTLLOptions {
  /** Not negative; at 0 the weights stay 1. Default: .01. */
  readonly learningRate?: number
}

/** IMTL-L with these options. @throws InputError for an option that breaks its rule. */
export function imtlL(options: IMTLLOptions = {}): IMTLL {
  return imtlLMethod.parse(options, "imtl-l")
}

export const imtlLMethod: Method<IMTLL> = defineMethod({
  name: "imtl-l",
  title: "IMTL-L",
  paper: "Liu et al. 2021, Towards Impartial Multi-task Learning, ICLR",
  formula: "w_i = exp(s_i), s descending on sum_i exp(s_i) L_i - s_i",
  parameters: [{ name: "learningRate", type: "number", default: "0.01", meaning: "of the log-scales s" }],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  stateful: true,
  parse(value, place) {
    const { learningRate } = objectWith(value, place, ["name", "learningRate"])
    return {
      name: "imtl-l",
      learningRate: learningRate === undefined ? 0.01 : notNegative(learningRate, `${place}.learningRate`)
    }
  },
  scalarize: ({ functions }, { name, learningRate }, objectives) =>
    planLearnedScales(functions, { name, factor: 1, learningRate }, objectives)
})

/** S(L, s), m losses and m log-scales. */
export function imtlLValue(functions: RealFunctions, logScales: Float64Array, losses: Float64Array): number {
  let sum = 0
  for (let i = 0; i < losses.length; i++) {
    const logScale = logScales[i] ?? 0
    sum += functions.exp(logScale) * (losses[i] ?? 0) - logScale
  }
  return sum
}
