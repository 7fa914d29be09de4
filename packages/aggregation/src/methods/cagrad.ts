/**
 * CAGrad, conflict-averse gradient descent: near the mean gradient, the direction that is best for the worst row.
 *
 *     A(J) = argmax min_i g_i · x over ‖x − g₀‖ ≤ c ‖g₀‖,   g₀ = Jᵀ u
 *          = Jᵀ (u + (c ‖g₀‖ / ‖Jᵀ v‖) v),   v = argmin of vᵀ G u + c ‖g₀‖ ‖Jᵀ v‖ over the simplex
 *
 * with the preference u, 1/m each by default. Liu, Liu, Jin, Stone and Liu, "Conflict-Averse Gradient Descent for
 * Multi-task Learning", NeurIPS 2021, arXiv 2110.14048, section 3. The direction is the maximiser itself: it is not
 * divided by 1 + c², as LibMTL and the authors' code do, nor by 1 + c. At c = 0 it is the mean.
 *
 * Weighted; for c < 1 rows can conflict with it, for c ≥ 1 none does; it is not linear under scaling. A row of zeros
 * leaves nothing to gain for the worst row: the direction is then the projection of g₀ onto the dual cone where the
 * ball reaches it. Where ‖Jᵀ v‖ = 0 every x of the ball in the cone is a maximiser, and the one nearest to g₀ is taken,
 * which is the limit; `zeroRows: "stop"` returns 0 for a row of zeros. One row: (1 + c) times it.
 *
 * Where ‖Jᵀ v‖ is small beside ‖J‖ = √tr(G), the rows are all but Pareto stationary, or one of them is all but zero, and
 * Jᵀ v / ‖Jᵀ v‖ points anywhere, while its part of the direction is as long as ever. In instance-wise risk minimisation,
 * where examples that are learnt have such rows, this makes training diverge at rates that the mean bears. TorchJD
 * returns 0 where ‖Jᵀ v‖ ≤ 1e-4 ‖J‖ (and where tr(G) < 1e-4, whatever the unit): its runs stand still on such batches.
 * `leastNorm: 1e-4` does so; without it this takes the maximiser.
 *
 * The residual of the certificate: of the optimality conditions, relative to (1 + c) ‖g₀‖.
 *
 * @module
 */
import { notNegative, objectWith, optionalPreference, share } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import { defineMethod, type Method } from "../method.ts"
import {
  parseZeroRows,
  planWeightSolver,
  type WeightProgram,
  type ZeroRows,
  zeroRowsParameter
} from "./weight-solver.ts"

/** The specification of CAGrad. */
export interface CAGrad {
  readonly name: "cagrad"
  /** c: the radius of the ball, over ‖g₀‖. */
  readonly c: number
  readonly preference?: readonly number[]
  readonly zeroRows: ZeroRows
  /** Of ‖J‖: where ‖Jᵀ v‖ is at most this share of it, the weights are 0. When absent they never are. */
  readonly leastNorm?: number
}

/** Options of {@link cagrad}. */
export interface CAGradOptions {
  /** At least 0. Default: .5. */
  readonly c?: number
  /** Positive and finite, one entry a row. Default: 1/m each. */
  readonly preference?: readonly number[]
  /** Default: `skip`. */
  readonly zeroRows?: ZeroRows
  /** In [0, 1). Default: none. */
  readonly leastNorm?: number
}

/** CAGrad with these options. @throws InputError for an option that breaks its rule. */
export function cagrad(options: CAGradOptions = {}): CAGrad {
  return cagradMethod.parse(options, "cagrad")
}

export const cagradMethod: Method<CAGrad> = defineMethod({
  name: "cagrad",
  title: "CAGrad",
  paper: "Liu et al. 2021, Conflict-Averse Gradient Descent for Multi-task Learning, arXiv 2110.14048",
  formula: "argmax min_i g_i.x over |x - J'u| <= c |J'u|",
  parameters: [
    { name: "c", type: "number", default: "0.5", meaning: "radius of the ball about the mean, over its length" },
    { name: "preference", type: "numbers", default: "1/m each", meaning: "positive, one entry a row" },
    zeroRowsParameter,
    {
      name: "leastNorm",
      type: "number",
      default: "none",
      meaning: "of |J|: where |J'v| is at most this share, weights of 0"
    }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  parse(value, place) {
    const keys = ["name", "c", "preference", "zeroRows", "leastNorm"]
    const { c, preference, zeroRows, leastNorm } = objectWith(value, place, keys)
    return {
      name: "cagrad",
      c: c === undefined ? 0.5 : notNegative(c, `${place}.c`),
      ...optionalPreference(preference, `${place}.preference`),
      zeroRows: parseZeroRows(zeroRows, `${place}.zeroRows`),
      ...(leastNorm === undefined ? {} : { leastNorm: share(leastNorm, `${place}.leastNorm`) })
    }
  },
  plan(wasm, { c, preference, zeroRows, leastNorm }, objectives) {
    const solve: WeightProgram["solve"] = (solver, pointer) => solver.cagrad(pointer, c)
    const exact = planWeightSolver(wasm, { preference, zeroRows, solve }, objectives)
    if (leastNorm === undefined || c === 0) return exact
    const preferred = Float64Array.from({ length: objectives }, (_, i) => preference?.[i] ?? 1 / objectives)
    const excess = new Float64Array(objectives)
    return {
      ...exact,
      weigh(gramian) {
        const { weights, certificate } = exact.weigh(gramian)
        weights.forEach((weight, i) => {
          excess[i] = weight - (preferred[i] ?? 0)
        })
        const longest = leastNorm * Math.sqrt(trace(gramian))
        if (hullDistance(gramian, excess, c * length(gramian, preferred)) <= longest) weights.fill(0)
        return { weights, certificate }
      }
    }
  }
})

/** Of the radius: shorter excesses are those of a ball that reaches the dual cone. */
const ON_THE_SPHERE = 1 - 1e-6

/**
 * ‖Jᵀ v‖, from the weights u + (c ‖g₀‖ / ‖Jᵀ v‖) v less u, whose sum is the factor of v. Where it is 0, the excess is that
 * of the projection of g₀ onto the dual cone and Jᵀ of it is shorter than the radius c ‖g₀‖.
 */
function hullDistance(gramian: Gramian, excess: Float64Array, radius: number): number {
  const reach = length(gramian, excess)
  return reach < ON_THE_SPHERE * radius ? 0 : reach / excess.reduce((sum, weight) => sum + weight, 0)
}

/** ‖Jᵀ w‖ = √(wᵀ G w). */
function length({ objectives, values }: Gramian, w: Float64Array): number {
  let square = 0
  for (let i = 0; i < objectives; i++) {
    for (let j = 0; j < objectives; j++) square += (w[i] ?? 0) * (w[j] ?? 0) * (values[i * objectives + j] ?? 0)
  }
  return Math.sqrt(Math.max(0, square))
}

function trace({ objectives, values }: Gramian): number {
  let sum = 0
  for (let i = 0; i < objectives; i++) sum += values[i * (objectives + 1)] ?? 0
  return sum
}
