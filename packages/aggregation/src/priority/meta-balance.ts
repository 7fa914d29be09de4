/**
 * MetaBalance: auxiliary gradients brought to the length of the main one.
 *
 *     d = g_0 + Σ_k (r n_0 / n_k + 1 − r) g_k,   n_k ← β n_k + (1 − β) ‖g_k‖
 *
 * with the relax factor r, 1 by default (all of the way), and lengths averaged over the calls by β, 0 by default (those
 * of this call). He, Feng, Cheng, Ji, Guo and Caverlee, "MetaBalance: Improving Multi-Task Recommendations via Adapting
 * Gradient Magnitudes of Auxiliary Tasks", WWW 2022, arXiv 2203.06801, whose code has r = .7 and β = .9 and balances
 * every layer by itself; the defaults are those of table 1 of arXiv 2402.02998. The averages start at 0, which cancels
 * in their ratio.
 *
 * With β > 0 it remembers n. Weighted; with β = 0 linear under scaling (n_0 / n_k g_k does not change with the length
 * of g_k). Of two rows with r = 1, d is the bisector and conflicts with neither; of more, or with r < 1, rows can
 * conflict. Row 0 is the main objective; one row has weight 1. Where n_k is zero, and then g_k, row k counts as
 * balanced: weight 1.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { objectWith, share } from "../check.ts"
import { finiteWeights } from "../finite-weights.ts"
import { defineMethod, type Method } from "../method.ts"
import { planUnitRows } from "../methods/unit-rows.ts"
import { stateless } from "../state.ts"
import type { Weighting } from "../weighting.ts"

/** The specification of MetaBalance. */
export interface MetaBalance {
  readonly name: "meta-balance"
  /** r. */
  readonly relax: number
  /** β. */
  readonly beta: number
}

/** Options of {@link metaBalance}. */
export interface MetaBalanceOptions {
  /** From 0, where it is the sum of the rows, to 1. Default: 1. */
  readonly relax?: number
  /** At least 0 and below 1. Default: 0. */
  readonly beta?: number
}

/** MetaBalance with these options. @throws InputError for an option that breaks its rule. */
export function metaBalance(options: MetaBalanceOptions = {}): MetaBalance {
  return metaBalanceMethod.parse(options, "meta-balance")
}

export const metaBalanceMethod: Method<MetaBalance> = defineMethod({
  name: "meta-balance",
  title: "MetaBalance",
  paper: "He et al. 2022, MetaBalance, arXiv 2203.06801",
  formula: "w_k = r n_0 / n_k + 1 - r, n_k a moving average of |g_k|",
  parameters: [
    {
      name: "relax",
      type: "number",
      default: "1",
      meaning: "how near the lengths are brought: 0 not at all, 1 to equal"
    },
    { name: "beta", type: "number", default: "0", meaning: "share of the past in the lengths" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  stateful: true,
  parse(value, place) {
    const { relax, beta } = objectWith(value, place, ["name", "relax", "beta"])
    return {
      name: "meta-balance",
      relax: relax === undefined ? 1 : relaxFactor(relax, `${place}.relax`),
      beta: beta === undefined ? 0 : share(beta, `${place}.beta`)
    }
  },
  plan: (_, settings, objectives) => planMetaBalance(settings, objectives)
})

function relaxFactor(value: unknown, place: string): number {
  if (typeof value === "number" && value >= 0 && value <= 1) return value
  throw new InputError({ rule: "it must be from 0 to 1", place, value })
}

function planMetaBalance({ name, relax, beta }: MetaBalance, objectives: number): Weighting {
  const rows = planUnitRows(objectives)
  const lengths = new Float64Array(objectives)
  const next = new Float64Array(objectives)
  const weights = new Float64Array(objectives)
  return {
    objectives,
    state: beta === 0 ? stateless : new Map([["lengths", lengths]]),
    weigh(gramian) {
      rows.read(gramian)
      for (let k = 0; k < objectives; k++) next[k] = beta * (lengths[k] ?? 0) + (1 - beta) * (rows.lengths[k] ?? 0)
      weights[0] = 1
      for (let k = 1; k < objectives; k++) {
        const length = next[k] ?? 0
        weights[k] = length === 0 ? 1 : relax * ((next[0] ?? 0) / length) + (1 - relax)
      }
      finiteWeights(weights, name)
      lengths.set(next)
      return { weights, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}
