/**
 * SDMGrad, stochastic direction-oriented multi-objective gradient: MGDA's weights, regularised towards a target
 * direction and refined by a few steps of projected gradient descent at each call.
 *
 *     A(J) = Jᵀ (v + λ u) / (1 + λ)
 *     `iterations` times, from the v of the last call:  b ← (M / s²)(v + λ u) + μ b,   v ← Π(v − η b),   b = 0 first
 *     s = mean_i √max(0, M_ii)
 *
 * with the projection Π onto the simplex, v = 1/m each before the first call, the preference u (1/m each by default:
 * the target is the mean), the learning rate η, the momentum μ, and M = J₁ J₂ᵀ of two independent batches, which is
 * passed in place of the Gramian and need not be symmetric; the weights are then used on a third batch. Xiao, Ban and
 * Ji, "Direction-oriented Multi-objective Learning: Simple and Provable Stochastic Algorithms", NeurIPS 2023,
 * arXiv 2305.18409, algorithm 1; the division by s² is in its section 6.1 and code. η = 10, μ = .5, 20 iterations and
 * λ = .3 as in the authors' experiments, LibMTL and TorchJD.
 *
 * It remembers v. Weighted; rows can conflict with it, and it is not linear under scaling, except by one factor for all
 * rows.
 *
 * The authors and TorchJD divide by s² + 1e-8, which depends on the unit of the losses; here by s², or where no M_ii is
 * positive by the largest |M_ij|. Rows of zeros alone leave v. One row has weight (1 + λ u) / (1 + λ).
 *
 * @module
 */
import { integer, notNegative, numbers, objectWith, oneEachRow, positive, share } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import { defineMethod, type Method } from "../method.ts"
import { checkGramian, type Weighed, type Weighting } from "../weighting.ts"
import { projectOntoSimplex } from "./simplex.ts"

/** The specification of SDMGrad. */
export interface SDMGrad {
  readonly name: "sdmgrad"
  /** λ: the pull of the target direction. */
  readonly lambda: number
  /** u: the target is Jᵀ u. */
  readonly preference?: readonly number[]
  /** η of the inner steps. */
  readonly learningRate: number
  /** μ of the inner steps. */
  readonly momentum: number
  /** Inner steps at each call. */
  readonly iterations: number
}

/** Options of {@link sdmgrad}. */
export interface SDMGradOptions {
  /** At least 0. Default: .3. */
  readonly lambda?: number
  /** Not negative, one entry a row; the paper's is on the simplex. Default: 1/m each. */
  readonly preference?: readonly number[]
  /** Positive. Default: 10. */
  readonly learningRate?: number
  /** At least 0 and below 1. Default: .5. */
  readonly momentum?: number
  /** A whole number, at least 1. Default: 20. */
  readonly iterations?: number
}

/** SDMGrad with these options. @throws InputError for an option that breaks its rule. */
export function sdmgrad(options: SDMGradOptions = {}): SDMGrad {
  return sdmgradMethod.parse(options, "sdmgrad")
}

export const sdmgradMethod: Method<SDMGrad> = defineMethod({
  name: "sdmgrad",
  title: "SDMGrad",
  paper: "Xiao, Ban and Ji 2023, Direction-oriented Multi-objective Learning, arXiv 2305.18409",
  formula: "w = (v + lambda u) / (1 + lambda), v by steps on the simplex down v'Mv/2 + lambda v'Mu, M = J1 J2'",
  parameters: [
    { name: "lambda", type: "number", default: "0.3", meaning: "pull of the target direction J'u" },
    { name: "preference", type: "numbers", default: "1/m each", meaning: "u: not negative, one entry a row" },
    { name: "learningRate", type: "number", default: "10", meaning: "of the inner steps" },
    { name: "momentum", type: "number", default: "0.5", meaning: "of the inner steps" },
    { name: "iterations", type: "number", default: "20", meaning: "inner steps at each call" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  stateful: true,
  parse(value, place) {
    const keys = ["name", "lambda", "preference", "learningRate", "momentum", "iterations"]
    const { lambda, preference, learningRate, momentum, iterations } = objectWith(value, place, keys)
    return {
      name: "sdmgrad",
      lambda: lambda === undefined ? 0.3 : notNegative(lambda, `${place}.lambda`),
      learningRate: learningRate === undefined ? 10 : positive(learningRate, `${place}.learningRate`),
      momentum: momentum === undefined ? 0.5 : share(momentum, `${place}.momentum`),
      iterations: iterations === undefined ? 20 : integer(iterations, `${place}.iterations`, 1),
      ...(preference === undefined ? {} : { preference: targetOf(preference, `${place}.preference`) })
    }
  },
  plan: (_, specification, objectives) => planSDMGrad(specification, objectives)
})

/** A target direction may leave rows out, unlike the preferences that weigh every row. */
function targetOf(value: unknown, place: string): readonly number[] {
  const rule = "every preference must be finite and not negative"
  return numbers(value, place, (entry) => Number.isFinite(entry) && entry >= 0, rule)
}

function planSDMGrad(
  { lambda, preference, learningRate, momentum, iterations }: SDMGrad,
  objectives: number
): Weighting {
  if (preference !== undefined) oneEachRow(preference, "the preference", objectives)
  const target = preference === undefined ? null : Float64Array.from(preference)
  const towards = (i: number) => lambda * (target === null ? 1 / objectives : (target[i] ?? 0))
  const remembered = new Float64Array(objectives).fill(1 / objectives)
  const point = new Float64Array(objectives)
  const pulled = new Float64Array(objectives)
  const velocity = new Float64Array(objectives)
  const scratch = new Float64Array(objectives)
  const weights = new Float64Array(objectives)

  const pull = () => {
    for (let i = 0; i < objectives; i++) pulled[i] = (point[i] ?? 0) + towards(i)
  }

  return {
    objectives,
    state: new Map([["weights", remembered]]),
    weigh(gramian: Gramian): Weighed {
      checkGramian(gramian, objectives)
      const { values } = gramian
      const scale = scaleOf(values, objectives)
      velocity.fill(0)
      point.set(remembered)
      pull()
      for (let step = 0; step < iterations; step++) {
        for (let i = 0; i < objectives; i++) {
          // Divided by the scale twice, because its square may leave the range of float64.
          let slope = 0
          for (let j = 0; j < objectives; j++) {
            slope += ((values[i * objectives + j] ?? 0) / scale) * (pulled[j] ?? 0)
          }
          velocity[i] = momentum * (velocity[i] ?? 0) + slope / scale
          point[i] = (point[i] ?? 0) - learningRate * (velocity[i] ?? 0)
        }
        projectOntoSimplex(point, scratch, "the weights of sdmgrad before their projection")
        pull()
      }
      remembered.set(point)
      for (let i = 0; i < objectives; i++) weights[i] = (pulled[i] ?? 0) / (1 + lambda)
      return { weights, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}

/** s: the mean of √max(0, M_ii); where that is zero, √max |M_ij|; 1 for a matrix of zeros. */
function scaleOf(values: Float64Array, objectives: number): number {
  let sum = 0
  for (let i = 0; i < objectives; i++) sum += Math.sqrt(Math.max(0, values[i * objectives + i] ?? 0))
  if (sum > 0) return sum / objectives
  let largest = 0
  for (const value of values) largest = Math.max(largest, Math.abs(value))
  return largest > 0 ? Math.sqrt(largest) : 1
}
