/**
 * COSMOS: the weighted sum of the losses less their alignment with the weights.
 *
 *     S(L) = r·L − λ cos(r, L),   w = r − (λ / ‖L‖) (r̂ − cos(r, L) L̂),   r̂ = r / ‖r‖,  L̂ = L / ‖L‖
 *
 * with the weights r, 1/m each by default. Ruchte and Grabocka, "Scalable Pareto Front Approximation for Deep
 * Multi-Objective Learning", ICDM 2021, arXiv 2103.13392. This is the objective only; to tell the model its weights is
 * up to the model. λ is .01 to 8 in the paper, which finds no single best value; 1 here.
 *
 * Where all losses are zero the cosine has no derivative, and w = r. The weights are those of the values alone: for
 * given values it is linear under scaling of the rows, and weighted; they may be negative, and rows can conflict with
 * it. One row has the weight r. A row of zeros is weighed by its value like any other.
 *
 * @module
 */
import { notNegative, objectWith } from "../check.ts"
import { finiteWeights } from "../finite-weights.ts"
import { defineMethod, type Method } from "../method.ts"
import { stateless } from "../state.ts"
import { inner, oneEach, optionalWeights, writeUnit } from "./vectors.ts"

/** The specification of COSMOS. */
export interface COSMOS {
  readonly name: "cosmos"
  /** λ. */
  readonly lambda: number
  /** r. */
  readonly weights?: readonly number[]
}

/** Options of {@link cosmos}. */
export interface COSMOSOptions {
  /** Not negative; 0 leaves the weighted sum. Default: 1. */
  readonly lambda?: number
  /** Finite, not negative and not all zero, one entry a row. Default: 1/m each. */
  readonly weights?: readonly number[]
}

/** COSMOS with these options. @throws InputError for an option that breaks its rule. */
export function cosmos(options: COSMOSOptions = {}): COSMOS {
  return cosmosMethod.parse(options, "cosmos")
}

export const cosmosMethod: Method<COSMOS> = defineMethod({
  name: "cosmos",
  title: "COSMOS",
  paper: "Ruchte and Grabocka 2021, Scalable Pareto Front Approximation, arXiv 2103.13392",
  formula: "gradient of r.L - lambda cos(r, L)",
  parameters: [
    { name: "lambda", type: "number", default: "1", meaning: "of the alignment of the losses with the weights" },
    { name: "weights", type: "numbers", default: "1/m each", meaning: "not negative, one a row" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    const { lambda, weights } = objectWith(value, place, ["name", "lambda", "weights"])
    return {
      name: "cosmos",
      lambda: lambda === undefined ? 1 : notNegative(lambda, `${place}.lambda`),
      ...optionalWeights(weights, `${place}.weights`)
    }
  },
  scalarize(_, { lambda, weights: given }, objectives) {
    const shares = oneEach(given, "the weights", objectives, 1 / objectives)
    const direction = new Float64Array(objectives)
    writeUnit(direction, shares)
    const unit = new Float64Array(objectives)
    const weights = new Float64Array(objectives)
    return {
      state: stateless,
      weigh(values) {
        const length = writeUnit(unit, values)
        weights.set(shares)
        if (length === 0) return weights
        const cosine = inner(direction, unit)
        for (let i = 0; i < objectives; i++) {
          const turned = (direction[i] ?? 0) - cosine * (unit[i] ?? 0)
          weights[i] = (weights[i] ?? 0) - lambda * (turned / length)
        }
        return finiteWeights(weights, "cosmos")
      },
      [Symbol.dispose]() {}
    }
  }
})

/** S(L), m losses; the cosine is 0 where they all are. @throws InputError for weights of another length. */
export function cosmosValue({ lambda, weights }: COSMOS, losses: Float64Array): number {
  const shares = oneEach(weights, "the weights", losses.length, 1 / losses.length)
  const [direction, unit] = [shares.slice(), losses.slice()]
  writeUnit(direction, shares)
  writeUnit(unit, losses)
  return inner(shares, losses) - lambda * inner(direction, unit)
}
