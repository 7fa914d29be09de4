/**
 * PBI: how far the losses are along a direction, and a penalty on how far they are beside it.
 *
 *     S(L) = d₁ + θ d₂,   d₁ = r̂·(L − z),   d₂ = ‖L − z − d₁ r̂‖,   w = r̂ + θ (L − z − d₁ r̂) / d₂,   r̂ = r / ‖r‖
 *
 * with the weights r, equal by default, and the reference z, 0 by default. Zhang and Li, "MOEA/D: A Multiobjective
 * Evolutionary Algorithm Based on Decomposition", IEEE Transactions on Evolutionary Computation 11, 2007, section II;
 * θ = 5 there.
 *
 * On the ray itself, d₂ = 0 up to rounding, the penalty has no derivative: its subgradient there is taken as 0, so w =
 * r̂. (TorchJD adds 10⁻¹² under the root of d₂ instead, which has a unit.) The weights are those of the values alone:
 * for given values it is linear under scaling of the rows, and weighted; they may be negative, and rows can conflict
 * with it. One row has weight 1. A row of zeros is weighed by its value like any other.
 *
 * @module
 */
import { notNegative, objectWith } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { stateless } from "../state.ts"
import { inner, norm, oneEach, optionalReference, optionalWeights, writeUnit, writeWeighted } from "./vectors.ts"

/** The specification of PBI. */
export interface PBI {
  readonly name: "pbi"
  /** θ. */
  readonly theta: number
  /** r. */
  readonly weights?: readonly number[]
  /** z, below the losses. */
  readonly reference?: readonly number[]
}

/** Options of {@link pbi}. */
export interface PBIOptions {
  /** Not negative. Default: 5. */
  readonly theta?: number
  /** Finite, not negative and not all zero, one entry a row; only their ratios count. Default: equal. */
  readonly weights?: readonly number[]
  /** Finite, one entry a row. Default: 0 each. */
  readonly reference?: readonly number[]
}

/** PBI with these options. @throws InputError for an option that breaks its rule. */
export function pbi(options: PBIOptions = {}): PBI {
  return pbiMethod.parse(options, "pbi")
}

export const pbiMethod: Method<PBI> = defineMethod({
  name: "pbi",
  title: "PBI",
  paper: "Zhang and Li 2007, MOEA/D, IEEE Transactions on Evolutionary Computation 11",
  formula: "gradient of d1 + theta d2, the distances of L - z along and beside the weights",
  parameters: [
    { name: "theta", type: "number", default: "5", meaning: "penalty on the distance beside the weights" },
    { name: "weights", type: "numbers", default: "equal", meaning: "not negative, one a row" },
    { name: "reference", type: "numbers", default: "0 each", meaning: "ideal losses, one entry a row" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  parse(value, place) {
    const { theta, weights, reference } = objectWith(value, place, ["name", "theta", "weights", "reference"])
    return {
      name: "pbi",
      theta: theta === undefined ? 5 : notNegative(theta, `${place}.theta`),
      ...optionalWeights(weights, `${place}.weights`),
      ...optionalReference(reference, `${place}.reference`)
    }
  },
  scalarize(_, settings, objectives) {
    const { direction, ideal, ones } = vectorsOf(settings, objectives)
    const excess = new Float64Array(objectives)
    const weights = new Float64Array(objectives)
    return {
      state: stateless,
      weigh(values) {
        writeWeighted(excess, values, ones, ideal)
        writeUnit(excess, excess)
        const { beside } = split(excess, direction)
        for (let i = 0; i < objectives; i++) {
          const slope = beside === 0 ? 0 : (excess[i] ?? 0) / beside
          weights[i] = (direction[i] ?? 0) + settings.theta * slope
        }
        return weights
      },
      [Symbol.dispose]() {}
    }
  }
})

/** S(L), m losses. @throws InputError for vectors of another length. */
export function pbiValue(specification: PBI, losses: Float64Array): number {
  const { direction, ideal, ones } = vectorsOf(specification, losses.length)
  const excess = new Float64Array(losses.length)
  writeWeighted(excess, losses, ones, ideal)
  const length = writeUnit(excess, excess)
  const { along, beside } = split(excess, direction)
  return length * (along + specification.theta * beside)
}

function vectorsOf({ weights, reference }: PBI, objectives: number) {
  const direction = new Float64Array(objectives)
  writeUnit(direction, oneEach(weights, "the weights", objectives, 1))
  const ideal = oneEach(reference, "the reference", objectives, 0)
  return { direction, ideal, ones: new Float64Array(objectives).fill(1) }
}

/**
 * d₁ and d₂ of a unit vector, of which it leaves the part beside the direction, taken off twice so that rounding leaves
 * nothing along it.
 */
function split(excess: Float64Array, direction: Float64Array): { readonly along: number; readonly beside: number } {
  const rounding = 4 * excess.length * Number.EPSILON
  let along = 0
  for (let pass = 0; pass < 2; pass++) {
    const part = inner(direction, excess)
    for (let i = 0; i < excess.length; i++) excess[i] = (excess[i] ?? 0) - part * (direction[i] ?? 0)
    along += part
  }
  const beside = norm(excess)
  return { along, beside: beside <= rounding ? 0 : beside }
}
