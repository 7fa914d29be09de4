/**
 * Rows divided by their values: any weighting on the gradients of the logarithms of the objectives.
 *
 *     Ĝ_ij = G_ij / (L_i L_j),   w_i = ŵ_i / L_i,   A(J) = Σ_i ŵ_i g_i / L_i = Σ_i ŵ_i ∇ log L_i
 *
 * with ŵ the weights of the wrapped method at Ĝ, which makes an objective's unit immaterial; Sener and Koltun,
 * "Multi-Task Learning as Multi-Objective Optimization", NeurIPS 2018, arXiv 1810.04650, offer it in their code as the
 * loss normalisation of MGDA's gradients. A wrapped method that asks for values gets log L_i, and the values after an
 * update reach it as logarithms too.
 *
 * It asks for the values of the objectives, which must be positive. Weighted. It conflicts with no row where the wrapped
 * method does not, and is linear under scaling of the rows, values held fixed, where that is. Zero rows and a single row
 * are the wrapped method's affair. The certificate is that of the wrapped method, at Ĝ.
 *
 * @module
 */
import { InputError, type RealFunctions, type Wasm } from "@dualcone/wasm"
import type { GramianAggregator } from "../aggregator.ts"
import { objectWith } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import { defineMethod, type Method, type Nested } from "../method.ts"
import { wrappingState } from "../state.ts"
import { checkGramian, checkValues, type Weighed, type Weighting } from "../weighting.ts"
import { observedBy, planWrapped } from "./wrapped.ts"

/** The specification of a weighting of rows divided by their values. */
export interface LossScaled {
  readonly name: "loss-scaled"
  /** The method that weighs the gradients of the logarithms. */
  readonly weighting: GramianAggregator
}

/** Options of {@link lossScaled}. */
export interface LossScaledOptions {
  readonly weighting: GramianAggregator
}

/** A weighting of the rows divided by their values. @throws InputError for an unknown option. */
export function lossScaled(options: LossScaledOptions): LossScaled {
  objectWith(options, "loss-scaled", KEYS)
  return { name: "loss-scaled", weighting: options.weighting }
}

const KEYS = ["name", "weighting"] as const

export const lossScaledMethod: Method<LossScaled> = defineMethod({
  name: "loss-scaled",
  title: "Rows divided by their values",
  paper: "Sener and Koltun 2018, Multi-Task Learning as Multi-Objective Optimization, arXiv 1810.04650",
  formula: "w_i = (weight of the wrapped method for g_i/L_i) / L_i",
  parameters: [
    { name: "weighting", type: "aggregator", default: "required", meaning: "method that weighs the divided rows" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  parse(value, place, nested) {
    const { weighting } = objectWith(value, place, KEYS)
    return { name: "loss-scaled", weighting: nested.parseGramian(weighting, `${place}.weighting`) }
  },
  plan: (wasm, { weighting }, objectives, nested) => planLossScaled(wasm, weighting, objectives, nested)
})

function planLossScaled({ functions }: Wasm, aggregator: GramianAggregator, m: number, nested: Nested): Weighting {
  const wrapped = planWrapped(nested, aggregator, m)
  const divided = new Float64Array(m * m)
  const logarithms = new Float64Array(m)
  const weights = new Float64Array(m)

  return {
    objectives: m,
    state: wrappingState({}, wrapped.state),
    weigh(gramian: Gramian, values?: Float64Array): Weighed {
      checkGramian(gramian, m)
      const losses = checkValues(values, m)
      writeLogarithms(logarithms, losses, functions)
      divideRows(divided, gramian, losses)
      const scaled = wrapped.weigh({ objectives: m, values: divided }, logarithms)
      for (let i = 0; i < m; i++) {
        const weight = (scaled.weights[i] ?? 0) / (losses[i] ?? 1)
        if (!Number.isFinite(weight)) throw tooSmall(i, losses)
        weights[i] = weight
      }
      return { weights, certificate: scaled.certificate }
    },
    ...observedBy(wrapped, (values) => {
      writeLogarithms(logarithms, checkValues(values, m), functions)
      return logarithms
    }),
    [Symbol.dispose]: () => wrapped[Symbol.dispose]()
  }
}

function writeLogarithms(into: Float64Array, losses: Float64Array, { log }: RealFunctions): void {
  for (let i = 0; i < into.length; i++) {
    const loss = losses[i] ?? 0
    if (!(loss > 0)) {
      const rule = "it must be positive: rows are divided by the values of their objectives"
      throw new InputError({ rule, place: `value ${i} of the objectives`, value: loss })
    }
    into[i] = log(loss)
  }
}

/** Ĝ. Both entries of a pair are divided in the same order, so that a symmetric Gramian stays so to the bit. */
function divideRows(into: Float64Array, { objectives: m, values }: Gramian, losses: Float64Array): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      const entry = (values[i * m + j] ?? 0) / (losses[Math.min(i, j)] ?? 1) / (losses[Math.max(i, j)] ?? 1)
      if (!Number.isFinite(entry)) throw tooSmall((losses[i] ?? 0) < (losses[j] ?? 0) ? i : j, losses)
      into[i * m + j] = entry
    }
  }
}

function tooSmall(row: number, losses: Float64Array): InputError {
  const rule = "it is too small: its gradient divided by it leaves the range of float64"
  return new InputError({ rule, place: `value ${row} of the objectives`, value: losses[row] })
}
