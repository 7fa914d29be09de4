/**
 * The geometric mean of the losses: gradient descent on it follows relative changes, whatever the unit of a loss.
 *
 *     S(L) = (Π_i L_i)^(1/m),   w_i = S(L) / (m L_i)
 *
 * Chennupati, Sistu, Yogamani and Rawashdeh, "MultiNet++: Multi-Stream Feature Aggregation and Geometric Loss Strategy
 * for Multi-Task Learning", CVPR Workshops 2019, arXiv 1904.08492: GLS in LibMTL. The product is taken as a sum of
 * logarithms, so it neither overflows nor vanishes.
 *
 * Losses must be positive. (TorchJD takes zero too, where the derivative is not finite.) The weights are those of the
 * values alone: for given values it is linear under scaling of the rows, and weighted; rows can conflict with it. One
 * row has weight 1 up to rounding. A row of zeros is weighed by its value like any other.
 *
 * @module
 */
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { objectWith } from "../check.ts"
import { finiteWeights } from "../finite-weights.ts"
import { defineMethod, type Method } from "../method.ts"
import { stateless } from "../state.ts"

/** The specification of the geometric mean. */
export interface GeometricMean {
  readonly name: "geometric-mean"
}

/** The geometric mean of the losses. */
export function geometricMean(): GeometricMean {
  return { name: "geometric-mean" }
}

export const geometricMeanMethod: Method<GeometricMean> = defineMethod({
  name: "geometric-mean",
  title: "Geometric mean",
  paper: "Chennupati et al. 2019, MultiNet++, arXiv 1904.08492",
  formula: "w_i = (prod L)^(1/m) / (m L_i)",
  parameters: [],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    objectWith(value, place, ["name"])
    return geometricMean()
  },
  scalarize({ functions }, _, objectives) {
    const weights = new Float64Array(objectives)
    return {
      state: stateless,
      weigh(values) {
        const mean = writeLogarithms(functions, weights, values)
        for (let i = 0; i < objectives; i++) weights[i] = functions.exp(mean - (weights[i] ?? 0)) / objectives
        return finiteWeights(weights, "geometric-mean")
      },
      [Symbol.dispose]() {}
    }
  }
})

/** (Π L_i)^(1/m). @throws InputError for a loss that is not positive. */
export function geometricMeanValue(functions: RealFunctions, losses: Float64Array): number {
  return functions.exp(writeLogarithms(functions, new Float64Array(losses.length), losses))
}

/** Writes log L_i; returns their mean. */
function writeLogarithms(functions: RealFunctions, into: Float64Array, losses: Float64Array): number {
  let sum = 0
  for (let i = 0; i < into.length; i++) {
    const loss = losses[i] ?? 0
    if (!(loss > 0)) {
      const rule = "the geometric mean asks for positive values"
      throw new InputError({ rule, place: `value ${i} of the objectives`, value: loss })
    }
    const logarithm = functions.log(loss)
    into[i] = logarithm
    sum += logarithm
  }
  return sum / into.length
}
