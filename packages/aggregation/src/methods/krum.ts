/**
 * Krum and Multi-Krum: the mean of the rows that lie closest to their neighbours, for the case that some rows come from
 * an adversary.
 *
 *     score_i = Σ of ‖g_i − g_j‖² over the m − f − 2 rows j ≠ i nearest to g_i
 *     A(J) = the mean of the `selected` rows with the lowest scores;  ‖g_i − g_j‖² = G_ii + G_jj − 2 G_ij
 *
 * with f = `byzantine`, the number of rows that may be adversarial. Blanchard, El Mhamdi, Guerraoui and Stainer,
 * "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", NeurIPS 2017, arXiv 1703.02757; their
 * guarantee needs m > 2f + 2, the scores m > f + 2. TorchJD sums distances that are not squared; the option
 * `distance: "euclidean"` does too, and can select other rows.
 *
 * Weighted; rows that are not selected can conflict with it, and scaling a row can change which are.
 *
 * Ties go to the row with the lower index. Distances have a rounding error of about 1e-16 times the larger squared
 * length; those that come out negative count as zero. Rows of zeros are rows like any other.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { integer, objectWith, oneOf } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import { defineMethod, type Method } from "../method.ts"
import { stateless } from "../state.ts"
import type { Weighed, Weighting } from "../weighting.ts"
import { checkSymmetric } from "./symmetric.ts"

const DISTANCES = ["squared", "euclidean"] as const

/** The specification of Krum. */
export interface Krum {
  readonly name: "krum"
  /** f: how many rows may be adversarial. */
  readonly byzantine: number
  /** How many rows are averaged. */
  readonly selected: number
  /** What a score sums: squared distances as in the paper, or distances as in TorchJD. */
  readonly distance: (typeof DISTANCES)[number]
}

/** Options of {@link krum}. */
export interface KrumOptions {
  /** A whole number, at least 0 and at most m − 3. */
  readonly byzantine: number
  /** A whole number, at least 1 and at most m. Default: 1. */
  readonly selected?: number
  /** Default: `squared`. */
  readonly distance?: Krum["distance"]
}

/** Krum with these options. @throws InputError for an option that breaks its rule. */
export function krum(options: KrumOptions): Krum {
  return krumMethod.parse(options, "krum")
}

export const krumMethod: Method<Krum> = defineMethod({
  name: "krum",
  title: "Krum",
  paper: "Blanchard et al. 2017, Machine Learning with Adversaries, arXiv 1703.02757",
  formula: "mean of the `selected` rows with the least sum of |g_i - g_j|^2 over the m - byzantine - 2 nearest g_j",
  parameters: [
    { name: "byzantine", type: "number", default: "required", meaning: "rows that may be adversarial, at most m - 3" },
    { name: "selected", type: "number", default: "1", meaning: "rows that are averaged" },
    { name: "distance", type: "text", default: "squared", meaning: "squared, or euclidean as in TorchJD" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  parse(value, place) {
    const fields = objectWith(value, place, ["name", "byzantine", "selected", "distance"])
    return {
      name: "krum",
      byzantine: integer(fields.byzantine, `${place}.byzantine`, 0),
      selected: fields.selected === undefined ? 1 : integer(fields.selected, `${place}.selected`, 1),
      distance: fields.distance === undefined ? "squared" : oneOf(fields.distance, `${place}.distance`, DISTANCES)
    }
  },
  plan: (_, specification, objectives) => planKrum(specification, objectives)
})

/** With up to 4096 = 2¹² summands of up to 4 times the largest entry, scores stay in the range of float64. */
const HEADROOM = 2 ** -14

function planKrum({ byzantine, selected, distance }: Krum, objectives: number): Weighting {
  if (objectives < 3) {
    const rule = "it must be at least 3, so that a row has a neighbour to count"
    throw new InputError({ rule, place: "the number of rows for krum", value: objectives })
  }
  if (byzantine + 3 > objectives) {
    const rule = `it must be at most ${objectives - 3} for ${objectives} rows, so that a row has a neighbour to count`
    throw new InputError({ rule, place: "the number of byzantine rows", value: byzantine })
  }
  if (selected > objectives) {
    const rule = `it must be at most ${objectives}, the number of rows`
    throw new InputError({ rule, place: "the number of selected rows", value: selected })
  }
  const neighbours = objectives - byzantine - 2
  const weights = new Float64Array(objectives)
  const scores = new Float64Array(objectives)
  const distances = new Float64Array(objectives - 1)
  const order = new Int32Array(objectives)
  const byScore = (i: number, j: number) => (scores[i] ?? 0) - (scores[j] ?? 0) || i - j

  const scoreOf = (gramian: Float64Array, i: number): number => {
    const entry = (row: number, column: number) => (gramian[row * objectives + column] ?? 0) * HEADROOM
    for (let j = 0; j < objectives; j++) {
      if (j === i) continue
      // The entry above the diagonal for both, so that i and j see the same distance.
      const product = i < j ? entry(i, j) : entry(j, i)
      const square = Math.max(0, entry(i, i) + entry(j, j) - 2 * product)
      distances[j < i ? j : j - 1] = distance === "squared" ? square : Math.sqrt(square)
    }
    distances.sort()
    let score = 0
    for (let k = 0; k < neighbours; k++) score += distances[k] ?? 0
    return score
  }

  return {
    objectives,
    state: stateless,
    weigh(gramian: Gramian): Weighed {
      checkSymmetric(gramian, objectives)
      for (let i = 0; i < objectives; i++) {
        order[i] = i
        scores[i] = scoreOf(gramian.values, i)
      }
      order.sort(byScore)
      weights.fill(0)
      for (let k = 0; k < selected; k++) weights[order[k] ?? 0] = 1 / selected
      return { weights, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}
