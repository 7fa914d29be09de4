/**
 * Tchebycheff: the largest of the weighted distances of the losses from an ideal point, one objective at a time.
 *
 *     S(L) = max_i λ_i (L_i − z_i),   w_i = λ_i at the maximum, 0 elsewhere
 *
 * with the preference λ, 1/m each by default, and the reference z, 0 by default; of equal maxima the first counts.
 * Bowman, "On the Relationship of the Tchebycheff Norm and the Efficient Frontier of Multiple-Criteria Objectives",
 * 1976. STCH is its smooth form, and what it tends to for μ → 0.
 *
 * The weights are those of the values alone: for given values it is linear under scaling of the rows, and weighted;
 * rows can conflict with it. One row has the weight λ. A row of zeros is weighed by its value like any other.
 *
 * @module
 */
import { objectWith, optionalPreference } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { stateless } from "../state.ts"
import { oneEach, optionalReference, writeWeighted } from "./vectors.ts"

/** The specification of the Tchebycheff scalarization. */
export interface Tchebycheff {
  readonly name: "tchebycheff"
  /** λ. */
  readonly preference?: readonly number[]
  /** z, below the losses. */
  readonly reference?: readonly number[]
}

/** Options of {@link tchebycheff}. */
export interface TchebycheffOptions {
  /** Positive and finite, one entry a row. Default: 1/m each. */
  readonly preference?: readonly number[]
  /** Finite, one entry a row. Default: 0 each. */
  readonly reference?: readonly number[]
}

/** Tchebycheff with these options. @throws InputError for an option that breaks its rule. */
export function tchebycheff(options: TchebycheffOptions = {}): Tchebycheff {
  return tchebycheffMethod.parse(options, "tchebycheff")
}

export const tchebycheffMethod: Method<Tchebycheff> = defineMethod({
  name: "tchebycheff",
  title: "Tchebycheff",
  paper: "Bowman 1976, On the Relationship of the Tchebycheff Norm and the Efficient Frontier",
  formula: "w_i = lambda_i where lambda_i (L_i - z_i) is largest, else 0",
  parameters: [
    { name: "preference", type: "numbers", default: "1/m each", meaning: "positive, one entry a row" },
    { name: "reference", type: "numbers", default: "0 each", meaning: "ideal losses, one entry a row" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    const { preference, reference } = objectWith(value, place, ["name", "preference", "reference"])
    return {
      name: "tchebycheff",
      ...optionalPreference(preference, `${place}.preference`),
      ...optionalReference(reference, `${place}.reference`)
    }
  },
  scalarize(_, { preference, reference }, objectives) {
    const scale = oneEach(preference, "the preference", objectives, 1 / objectives)
    const ideal = oneEach(reference, "the reference", objectives, 0)
    const weights = new Float64Array(objectives)
    return {
      state: stateless,
      weigh(values) {
        writeWeighted(weights, values, scale, ideal)
        const first = firstLargest(weights)
        weights.fill(0)
        weights[first] = scale[first] ?? 0
        return weights
      },
      [Symbol.dispose]() {}
    }
  }
})

/** S(L), m losses. @throws InputError for vectors of another length. */
export function tchebycheffValue({ preference, reference }: Tchebycheff, losses: Float64Array): number {
  const terms = new Float64Array(losses.length)
  const scale = oneEach(preference, "the preference", losses.length, 1 / losses.length)
  writeWeighted(terms, losses, scale, oneEach(reference, "the reference", losses.length, 0))
  return terms[firstLargest(terms)] ?? 0
}

function firstLargest(terms: Float64Array): number {
  let first = 0
  for (let i = 1; i < terms.length; i++) if ((terms[i] ?? 0) > (terms[first] ?? 0)) first = i
  return first
}
