/**
 * TrimmedMean: in each coordinate the mean of the entries that are left without the lowest and the highest ones.
 *
 *     A_k = the mean of column k of J without its `trim` lowest and its `trim` highest entries
 *
 * Yin, Chen, Ramchandran and Bartlett, "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates",
 * ICML 2018, arXiv 1803.01498, definition 2, whose share β is trim / m here: up to `trim` rows may come from an
 * adversary. TorchJD calls it `trim_number`.
 *
 * Its direction is no combination of the rows unless `trim` is 0, rows may conflict with it, and which entries are
 * trimmed changes with the scale of the rows. Rows of zeros are rows like any other. There must be more than 2 `trim`
 * rows; without trimming it is the mean.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { integer, objectWith } from "../check.ts"
import type { Combination, Size } from "../combination.ts"
import { defineMethod, type Method } from "../method.ts"
import { jacobianOf } from "../row-products.ts"
import { stateless } from "../state.ts"

/** The specification of TrimmedMean. */
export interface TrimmedMean {
  readonly name: "trimmed-mean"
  /** How many entries of each column are left out at either end. */
  readonly trim: number
}

/** Options of {@link trimmedMean}. */
export interface TrimmedMeanOptions {
  /** A whole number, at least 0 and less than half the number of rows. */
  readonly trim: number
}

/** TrimmedMean with these options. @throws InputError for an option that breaks its rule. */
export function trimmedMean(options: TrimmedMeanOptions): TrimmedMean {
  return trimmedMeanMethod.parse(options, "trimmed-mean")
}

export const trimmedMeanMethod: Method<TrimmedMean> = defineMethod({
  name: "trimmed-mean",
  title: "TrimmedMean",
  paper: "Yin et al. 2018, Byzantine-Robust Distributed Learning, arXiv 1803.01498",
  formula: "mean of each column of J without its `trim` lowest and `trim` highest entries",
  parameters: [
    { name: "trim", type: "number", default: "required", meaning: "entries left out at either end of a column, < m/2" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: false },
  parse(value, place) {
    const { trim } = objectWith(value, place, ["name", "trim"])
    return { name: "trimmed-mean", trim: integer(trim, `${place}.trim`, 0) }
  },
  combine: (_, specification, size) => planTrimmedMean(specification, size)
})

function planTrimmedMean({ trim }: TrimmedMean, size: Size): Combination {
  const { objectives, parameters } = size
  const left = objectives - 2 * trim
  if (left < 1) {
    const rule = `it must be less than half of the ${objectives} rows`
    throw new InputError({ rule, place: "the number of trimmed entries", value: trim })
  }
  const column = new Float64Array(objectives)
  const direction = new Float64Array(parameters)

  return {
    objectives,
    parameters,
    state: stateless,
    combine(linearization, into) {
      const rows = jacobianOf(linearization, size)
      for (let k = 0; k < parameters; k++) {
        for (let i = 0; i < objectives; i++) column[i] = rows[i * parameters + k] ?? 0
        column.sort()
        let sum = 0
        for (let i = trim; i < objectives - trim; i++) sum += column[i] ?? 0
        if (!Number.isFinite(sum)) {
          const place = `the sum of the middle entries of column ${k} of the Jacobian`
          throw new InputError({ rule: "it must be finite", place, value: sum })
        }
        direction[k] = sum / left
      }
      into.set(direction)
      return { weights: null, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}
