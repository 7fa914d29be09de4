/**
 * Bloop: the main gradient as it is, and of each auxiliary one the part that leaves all objectives of higher priority
 * alone, to first order.
 *
 *     d = g_0 + Σ_k λ_k π(g_k; g_0, …, g_{k−1}),   π(a; b, …) = a less its projection onto the span of b, …
 *
 * Row 0 is the main objective, rows 1, 2, … auxiliary ones in falling priority. Hsieh, Thornton, Ndiaye, Klein, Cuturi
 * and Ablin, "Careful with that Scalpel: Improving Gradient Surgery with an EMA", ICML 2024, arXiv 2402.02998, equation
 * 3 for two rows; for more, every level is projected on all above it. Its fixed points are stationary for the main
 * objective, whatever λ is.
 *
 * On mini-batches the direction to be left alone is better known from its average. With `average`, π takes the moving
 * averages of the gradients g_0, …, g_{m−2} in place of those of the batch,
 *
 *     ḡ ← (1 − ρ) ḡ + ρ g,   ḡ = g at the first call,
 *
 * updated `after` the projection (algorithm 1 of the paper; for two rows, and level by level here) or `before` it (the
 * released code). These averages are m − 1 vectors of n numbers, so the Jacobian is asked for; without them, `none`,
 * the Gramian is enough.
 *
 * d·g_0 = ‖g_0‖² without averages, so the main row never conflicts; auxiliary ones can. Linear under scaling (a span
 * does not change with the lengths of its vectors) and weighted; with averages d is no combination of the rows, weights
 * are null, and d is linear only for `after`. One row has weight 1. Where the main gradient is zero, d = λ_1 g_1 + …:
 * the auxiliary objectives fall along the main one's minima. A row of zeros keeps the weight λ_k. A row at a sine of
 * 10⁻⁶ or less to the span of those before it adds no direction to be left alone, since its own could not be told from
 * rounding; the released code adds 10⁻⁷ to ‖ḡ‖² instead, which has a unit.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { objectWith, oneOf } from "../check.ts"
import { finiteWeights } from "../finite-weights.ts"
import { defineMethod, type Method } from "../method.ts"
import { planUnitRows } from "../methods/unit-rows.ts"
import { stateless } from "../state.ts"
import type { Weighting } from "../weighting.ts"
import { planBloopAveraged } from "./bloop-averaged.ts"
import { type Lambda, lambdaParameter, lambdasOf, parseLambda } from "./lambda.ts"
import { planProjections } from "./projections.ts"

/** The specification of Bloop on the gradients of the call alone: the Gramian is enough. */
export interface BloopNow {
  readonly name: "bloop"
  readonly lambda: Lambda
  readonly average: "none"
}

/** The specification of Bloop with moving averages of the gradients: it needs the Jacobian. */
export interface BloopAveraged {
  readonly name: "bloop"
  readonly lambda: Lambda
  /** Whether the averages take the gradients of a call in after or before the projection. */
  readonly average: "after" | "before"
  /** ρ: the share of the newest gradient in an average. */
  readonly rho: number
}

/** The specification of Bloop; `average` tells which. */
export type Bloop = BloopNow | BloopAveraged

/** Options of {@link bloop} without averages. */
export interface BloopNowOptions {
  /** Not negative: one number, or one an auxiliary row. Default: .1. */
  readonly lambda?: Lambda
  readonly average?: "none"
}

/** Options of {@link bloop} with averages. */
export interface BloopAveragedOptions {
  /** Not negative: one number, or one an auxiliary row. Default: .1. */
  readonly lambda?: Lambda
  readonly average: "after" | "before"
  /** Above 0, at most 1. Default: .01. */
  readonly rho?: number
}

/** Bloop with these options. @throws InputError for an option that breaks its rule. */
export function bloop(options?: BloopNowOptions): BloopNow
export function bloop(options: BloopAveragedOptions): BloopAveraged
export function bloop(options: BloopNowOptions | BloopAveragedOptions = {}): Bloop {
  return bloopMethod.parse(options, "bloop")
}

const AVERAGES = ["none", "after", "before"] as const

export const bloopMethod: Method<Bloop> = defineMethod({
  name: "bloop",
  title: "Bloop",
  paper: "Hsieh et al. 2024, Careful with that Scalpel: Improving Gradient Surgery with an EMA, arXiv 2402.02998",
  formula: "d = g_0 + sum_k lambda_k (g_k less its projection on the span of g_0 ... g_{k-1})",
  parameters: [
    lambdaParameter,
    { name: "average", type: "text", default: "none", meaning: "of the gradients projected on: none, after or before" },
    { name: "rho", type: "number", default: "0.01", meaning: "share of the newest gradient in the averages" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  stateful: true,
  parse(value, place) {
    const given = objectWith(value, place, ["name", "lambda", "average", "rho"])
    const average = given.average === undefined ? "none" : oneOf(given.average, `${place}.average`, AVERAGES)
    const lambda = parseLambda(given.lambda, `${place}.lambda`)
    if (average !== "none") return { name: "bloop", lambda, average, rho: parseRho(given.rho, `${place}.rho`) }
    if (given.rho === undefined) return { name: "bloop", lambda, average }
    const rule = "it belongs to moving averages; set average to after or before"
    throw new InputError({ rule, place: `${place}.rho`, value: given.rho })
  },
  needsJacobian: ({ average }) => average !== "none",
  planAny(_, specification, size) {
    const lambdas = lambdasOf(specification.lambda, size.objectives)
    if (specification.average === "none") return { asks: "gramian", weighting: planBloopNow(lambdas) }
    return { asks: "jacobian", combination: planBloopAveraged(lambdas, specification, size) }
  }
})

function parseRho(value: unknown, place: string): number {
  if (value === undefined) return 0.01
  if (typeof value === "number" && value > 0 && value <= 1) return value
  throw new InputError({ rule: "it must be above 0 and at most 1", place, value })
}

function planBloopNow(lambdas: Float64Array): Weighting {
  const objectives = lambdas.length + 1
  const rows = planUnitRows(objectives)
  const projections = planProjections(lambdas.length)
  const coefficients = new Float64Array(lambdas.length)
  const weights = new Float64Array(objectives)
  return {
    objectives,
    state: stateless,
    weigh(gramian) {
      rows.read(gramian)
      const { lengths, cosines } = rows
      projections.factorise(cosines, objectives)
      weights[0] = 1
      weights.set(lambdas, 1)
      for (let k = 1; k < objectives; k++) {
        projections.project(coefficients, cosines, k * objectives, k)
        const scale = lambdas[k - 1] ?? 0
        for (let j = 0; j < k; j++) {
          const coefficient = coefficients[j] ?? 0
          if (coefficient === 0) continue
          weights[j] = (weights[j] ?? 0) - scale * coefficient * ((lengths[k] ?? 0) / (lengths[j] ?? 1))
        }
      }
      return { weights: finiteWeights(weights, "bloop"), certificate: null }
    },
    [Symbol.dispose]() {}
  }
}
