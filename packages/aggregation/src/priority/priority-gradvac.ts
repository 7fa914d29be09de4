/**
 * GradVac for a main and an auxiliary objective: the main gradient takes on as much of the auxiliary one as brings
 * their cosine up to a target, which is a moving average of that cosine.
 *
 *     φ = cos(g_m, g_a);   where φ < φ̄:   d = g_m + ‖g_m‖ (φ̄ √(1 − φ²) − φ √(1 − φ̄²)) / (‖g_a‖ √(1 − φ̄²)) g_a
 *     elsewhere:           d = g_m;        then φ̄ ← (1 − β) φ̄ + β φ
 *
 * so that cos(d, g_a) = φ̄. Table 1 of arXiv 2402.02998 (which leaves out the factor g_a), after Wang, Tsvetkov, Firat
 * and Cao, "Gradient Vaccine", ICLR 2021, arXiv 2010.05874; β = .01 there. `gradvac` bends every row towards every
 * other.
 *
 * It remembers φ̄, 0 at first, where it is A-GEM. √(1 − φ̄²) counts as at least 10⁻⁸, since no step reaches a cosine of
 * 1. For a given φ̄ it is linear under scaling, because d is ‖g_m‖ times a function of directions, and weighted; the
 * auxiliary row conflicts with it when φ̄ is negative. Row 0 is the main objective, row 1 the auxiliary one; more rows
 * are refused, one row has weight 1. Where a row is zero d = g_m, and φ̄ stays.
 *
 * @module
 */
import { objectWith, share } from "../check.ts"
import { finiteWeights } from "../finite-weights.ts"
import { defineMethod, type Method } from "../method.ts"
import { planTwoTasks } from "./two-tasks.ts"

/** The specification of GradVac for a main and an auxiliary objective. */
export interface PriorityGradVac {
  readonly name: "priority-gradvac"
  /** β: the share of the newest cosine in the target. */
  readonly beta: number
}

/** GradVac with priority. β is .01 by default. @throws InputError when it is not at least 0 and below 1. */
export function priorityGradvac(options: { readonly beta?: number } = {}): PriorityGradVac {
  return priorityGradvacMethod.parse(options, "priority-gradvac")
}

export const priorityGradvacMethod: Method<PriorityGradVac> = defineMethod({
  name: "priority-gradvac",
  title: "GradVac with priority",
  paper: "Wang et al. 2021, Gradient Vaccine, arXiv 2010.05874, as in arXiv 2402.02998, table 1",
  formula: "g_m, turned towards g_a until cos(d, g_a) is at least a moving average of cos(g_m, g_a)",
  parameters: [{ name: "beta", type: "number", default: "0.01", meaning: "share of the newest cosine in the target" }],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  stateful: true,
  parse(value, place) {
    const { beta } = objectWith(value, place, ["name", "beta"])
    return { name: "priority-gradvac", beta: beta === undefined ? 0.01 : share(beta, `${place}.beta`) }
  },
  plan(_, { name, beta }, objectives) {
    const target = new Float64Array(1)
    const state = new Map([["target", target]])
    const writeWeights = (weights: Float64Array, main: number, auxiliary: number, cosine: number) => {
      const aim = target[0] ?? 0
      weights[0] = 1
      weights[1] = 0
      if (main === 0 || auxiliary === 0) return
      if (cosine < aim) {
        const aimSine = Math.max(sine(aim), LEAST_SINE)
        weights[1] = ((aim * sine(cosine) - cosine * aimSine) / aimSine) * (main / auxiliary)
      }
      finiteWeights(weights, name)
      target[0] = (1 - beta) * aim + beta * cosine
    }
    return planTwoTasks(name, objectives, writeWeights, state)
  }
})

const LEAST_SINE = 1e-8

/** √(1 − φ²). */
function sine(cosine: number): number {
  return Math.sqrt((1 - cosine) * (1 + cosine))
}
