/**
 * Scales of the losses that are learned beside the model, for UW and IMTL-L:
 *
 *     S(L, t) = c Σ_i (e^{t_i} L_i − t_i),   w_i = c e^{t_i},   t_i ← t_i − η c (e^{t_i} L_i − 1)
 *
 * A call answers with the weights of the t it finds and then takes one step of gradient descent on t at the same
 * losses: what one optimizer does that steps the model and t together. t is 0 at first; S is least at t_i = −log L_i.
 *
 * @module
 */
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { finiteWeights } from "../finite-weights.ts"
import type { Scalarization } from "../method.ts"

/** What tells UW and IMTL-L apart. */
export interface LearnedScales {
  /** Of the method. */
  readonly name: string
  /** c. */
  readonly factor: number
  /** η. */
  readonly learningRate: number
}

/** Plans the scales of m losses; their state is t, by the name `logScales`. */
export function planLearnedScales(
  functions: RealFunctions,
  { name, factor, learningRate }: LearnedScales,
  objectives: number
): Scalarization {
  const logScales = new Float64Array(objectives)
  const next = new Float64Array(objectives)
  const weights = new Float64Array(objectives)
  return {
    state: new Map([["logScales", logScales]]),
    weigh(values) {
      for (let i = 0; i < objectives; i++) {
        const logScale = logScales[i] ?? 0
        const scale = functions.exp(logScale)
        weights[i] = factor * scale
        next[i] = logScale - learningRate * factor * (scale * (values[i] ?? 0) - 1)
      }
      finiteWeights(weights, name)
      const wrong = next.findIndex((entry) => !Number.isFinite(entry))
      if (wrong >= 0) {
        const rule = `the scales that ${name} learns from it must stay finite; is the learning rate too large?`
        throw new InputError({ rule, place: `value ${wrong} of the objectives`, value: values[wrong] })
      }
      logScales.set(next)
      return weights
    },
    [Symbol.dispose]() {}
  }
}
