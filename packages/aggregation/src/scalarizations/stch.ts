/**
 * STCH: a smooth maximum of the weighted distances of the losses from an ideal point.
 *
 *     S(L) = μ log Σ_i exp(y_i / μ),   y_i = λ_i (L_i − z_i),   w_i = λ_i softmax(y / μ)_i
 *
 * with the preference λ, 1/m each by default, and the reference z, 0 by default. Lin, Zhang, Yang, Liu, Wang and Zhang,
 * "Smooth Tchebycheff Scalarization for Multi-Objective Optimization", ICML 2024, arXiv 2402.19078. The smaller
 * μ, the nearer the maximum, `tchebycheff`: S exceeds it by at most μ log m.
 *
 * The maximum of y is taken out before the division by μ (appendix B.1 of the paper), so that nothing overflows however
 * small μ is. μ = 1 is LibMTL's; the paper tries .01 to 1. LibMTL puts log(L / nadir) for L, after some epochs of
 * warm-up; here the losses are what they are, as in TorchJD.
 *
 * The weights are those of the values alone: for given values it is linear under scaling of the rows, and weighted;
 * rows can conflict with it. One row has the weight λ. A row of zeros is weighed by its value like any other.
 *
 * @module
 */
import type { RealFunctions } from "@dualcone/wasm"
import { objectWith, optionalPreference, positive } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { stateless } from "../state.ts"
import { oneEach, optionalReference, writeWeighted } from "./vectors.ts"

/** The specification of STCH. */
export interface STCH {
  readonly name: "stch"
  /** μ, in the unit of the weighted losses. */
  readonly mu: number
  /** λ. */
  readonly preference?: readonly number[]
  /** z, below the losses. */
  readonly reference?: readonly number[]
}

/** Options of {@link stch}. */
export interface STCHOptions {
  /** Positive. Default: 1. */
  readonly mu?: number
  /** Positive and finite, one entry a row. Default: 1/m each. */
  readonly preference?: readonly number[]
  /** Finite, one entry a row. Default: 0 each. */
  readonly reference?: readonly number[]
}

/** STCH with these options. @throws InputError for an option that breaks its rule. */
export function stch(options: STCHOptions = {}): STCH {
  return stchMethod.parse(options, "stch")
}

export const stchMethod: Method<STCH> = defineMethod({
  name: "stch",
  title: "STCH",
  paper: "Lin et al. 2024, Smooth Tchebycheff Scalarization for Multi-Objective Optimization, arXiv 2402.19078",
  formula: "gradient of mu log sum_i exp(lambda_i (L_i - z_i) / mu)",
  parameters: [
    { name: "mu", type: "number", default: "1", meaning: "how smooth the maximum is" },
    { name: "preference", type: "numbers", default: "1/m each", meaning: "positive, one entry a row" },
    { name: "reference", type: "numbers", default: "0 each", meaning: "ideal losses, one entry a row" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    const { mu, preference, reference } = objectWith(value, place, ["name", "mu", "preference", "reference"])
    return {
      name: "stch",
      mu: mu === undefined ? 1 : positive(mu, `${place}.mu`),
      ...optionalPreference(preference, `${place}.preference`),
      ...optionalReference(reference, `${place}.reference`)
    }
  },
  scalarize({ functions }, settings, objectives) {
    const { scale, ideal } = vectorsOf(settings, objectives)
    const weights = new Float64Array(objectives)
    return {
      state: stateless,
      weigh(values) {
        writeWeighted(weights, values, scale, ideal)
        const total = writeExponentials(functions, weights, settings.mu, largestOf(weights))
        for (let i = 0; i < objectives; i++) weights[i] = (scale[i] ?? 0) * ((weights[i] ?? 0) / total)
        return weights
      },
      [Symbol.dispose]() {}
    }
  }
})

/** S(L), m losses. @throws InputError for vectors of another length. */
export function stchValue(functions: RealFunctions, specification: STCH, losses: Float64Array): number {
  const { scale, ideal } = vectorsOf(specification, losses.length)
  const terms = new Float64Array(losses.length)
  writeWeighted(terms, losses, scale, ideal)
  const largest = largestOf(terms)
  return largest + specification.mu * functions.log(writeExponentials(functions, terms, specification.mu, largest))
}

function vectorsOf({ preference, reference }: STCH, objectives: number) {
  return {
    scale: oneEach(preference, "the preference", objectives, 1 / objectives),
    ideal: oneEach(reference, "the reference", objectives, 0)
  }
}

function largestOf(terms: Float64Array): number {
  return terms.reduce((most, term) => Math.max(most, term), Number.NEGATIVE_INFINITY)
}

/** Replaces y_i by exp((y_i − max y) / μ); returns their sum, from 1 to m. */
function writeExponentials(functions: RealFunctions, terms: Float64Array, mu: number, largest: number): number {
  let total = 0
  for (let i = 0; i < terms.length; i++) {
    const exponential = functions.exp(((terms[i] ?? 0) - largest) / mu)
    terms[i] = exponential
    total += exponential
  }
  return total
}
