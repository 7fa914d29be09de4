/**
 * CR-MOGM, correlation-reduced multi-objective gradient manipulation: a moving average of the weights of any method, so
 * that they depend less on the noise of the batch whose gradients they multiply.
 *
 *     λ_k = α_k λ_{k−1} + (1 − α_k) λ̂_k,   A(J) = Jᵀ λ_k,   λ̂_k the weights of the wrapped method at call k
 *
 * Zhou, Zhang, Jiang, Zhong, Gu and Zhu, "On the Convergence of Stochastic Multi-Objective Gradient Manipulation and
 * Beyond", NeurIPS 2022, algorithm 1. The smoothing is either constant, α_k = α, or the schedule of corollary 1, which
 * its rates of convergence need, for learning rates η_k = η_1/√k:
 *
 *     1 − α_k = (η_k/η_1) min{1, 1 / (k ‖λ_{k−1} − λ̂_k‖₁)},   so that α_1 = 0 when ‖λ_0 − λ̂_1‖₁ ≤ 1
 *
 * where the paper's text has lost the division. λ_0 is `initialWeights`; without them the first call answers with its
 * own weights, as TorchJD does, which has the constant smoothing alone. α = .9 by default as there.
 *
 * The theory takes the weights to be bounded, as those on the simplex are. Those of PCGrad, UPGrad, CAGrad and others are
 * not: beside a row that is all but zero, of a batch that is learnt, PCGrad's grow like ‖g_j‖/‖g_i‖. Where they multiply
 * that row no harm is done; an average carries them to the next batches, whose rows are long again, and a constant
 * smoothing keeps (1 − α) of them: training can explode. `largestWeight` bounds λ̂ and with it λ; the schedule moves λ by
 * at most 1/(k√k) whatever λ̂ is, and needs no bound.
 *
 * It remembers λ and the number of calls. Weighted; the weights of other gradients than the present ones may conflict
 * with a row and are not linear under scaling, whatever the wrapped method promises. Zero rows and a single row are the
 * wrapped method's affair, and so is the certificate, which tells of λ̂.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { GramianAggregator } from "../aggregator.ts"
import { numbers, objectWith, oneEachRow, oneOf, positive, share } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import { defineMethod, type Method, type Nested } from "../method.ts"
import { wrappingState } from "../state.ts"
import type { Weighed, Weighting } from "../weighting.ts"
import { observedBy, planWrapped } from "./wrapped.ts"

/** How much of the earlier weights is kept: α_k. */
export type Smoothing =
  | { readonly kind: "constant"; readonly alpha: number }
  /** The schedule of corollary 1, for learning rates that fall with 1/√k. */
  | { readonly kind: "corollary-1" }

/** The specification of CR-MOGM. */
export interface CrMogm {
  readonly name: "cr-mogm"
  /** The method whose weights are averaged. */
  readonly weighting: GramianAggregator
  readonly smoothing: Smoothing
  /** λ_0, finite, one a row; the weights of the first call when absent. */
  readonly initialWeights?: readonly number[]
  /** The entries of λ̂ are cut to this size, before they join the average; no bound when absent. */
  readonly largestWeight?: number
}

/** Options of {@link crMogm}. */
export interface CrMogmOptions {
  readonly weighting: GramianAggregator
  /** Default: constant with α = .9. A constant α is at least 0 and below 1. */
  readonly smoothing?: Smoothing
  /** λ_0, finite, one a row. Default: the weights of the first call. */
  readonly initialWeights?: readonly number[]
  /** Positive: entries of λ̂ are cut to this size. Default: none; weights on the simplex need none. */
  readonly largestWeight?: number
}

/** CR-MOGM with these options. @throws InputError for an option that breaks its rule. */
export function crMogm(options: CrMogmOptions): CrMogm {
  const fields = objectWith(options, "cr-mogm", KEYS)
  return { name: "cr-mogm", weighting: options.weighting, ...parseSettings(fields, "cr-mogm") }
}

const KEYS = ["name", "weighting", "smoothing", "initialWeights", "largestWeight"] as const

export const crMogmMethod: Method<CrMogm> = defineMethod({
  name: "cr-mogm",
  title: "CR-MOGM",
  paper: "Zhou et al. 2022, On the Convergence of Stochastic Multi-Objective Gradient Manipulation, NeurIPS 2022",
  formula: "w_k = alpha_k w_(k-1) + (1 - alpha_k) (weights of the wrapped method)",
  parameters: [
    { name: "weighting", type: "aggregator", default: "required", meaning: "method whose weights are averaged" },
    { name: "smoothing", type: "text", default: "constant:0.9", meaning: "constant:ALPHA or corollary-1" },
    { name: "initialWeights", type: "numbers", default: "those of the first call", meaning: "finite, one a row" },
    { name: "largestWeight", type: "number", default: "none", meaning: "to which the method's weights are cut" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  stateful: true,
  parse(value, place, nested) {
    const fields = objectWith(value, place, KEYS)
    const weighting = nested.parseGramian(fields.weighting, `${place}.weighting`)
    return { name: "cr-mogm", weighting, ...parseSettings(fields, place) }
  },
  plan: (_, specification, objectives, nested) => planCrMogm(specification, objectives, nested)
})

function parseSettings(
  { smoothing, initialWeights, largestWeight }: Readonly<Partial<Record<string, unknown>>>,
  place: string
): Omit<CrMogm, "name" | "weighting"> {
  const rule = "every weight must be finite"
  return {
    smoothing: smoothing === undefined ? TORCHJD : parseSmoothing(smoothing, `${place}.smoothing`),
    ...(initialWeights === undefined
      ? {}
      : { initialWeights: numbers(initialWeights, `${place}.initialWeights`, Number.isFinite, rule) }),
    ...(largestWeight === undefined ? {} : { largestWeight: positive(largestWeight, `${place}.largestWeight`) })
  }
}

const TORCHJD: Smoothing = { kind: "constant", alpha: 0.9 }
const KINDS = ["constant", "corollary-1"] as const

/** A smoothing from data: `{ kind, alpha }`, or the text `constant:ALPHA` or `corollary-1`. */
function parseSmoothing(value: unknown, place: string): Smoothing {
  if (typeof value === "string") return parseText(value, place)
  const fields = objectWith(value, place, ["kind", "alpha"])
  const kind = oneOf(fields.kind, `${place}.kind`, KINDS)
  if (kind === "constant") return { kind, alpha: share(fields.alpha, `${place}.alpha`) }
  if (fields.alpha === undefined) return { kind }
  throw new InputError({ rule: "the smoothing corollary-1 has no alpha", place: `${place}.alpha`, value: fields.alpha })
}

function parseText(text: string, place: string): Smoothing {
  if (text === "corollary-1") return { kind: "corollary-1" }
  const [kind, alpha = "", ...rest] = text.split(":")
  const number = alpha.trim() === "" ? Number.NaN : Number(alpha)
  if (kind === "constant" && rest.length === 0 && number >= 0 && number < 1) return { kind, alpha: number }
  const rule = "it must be constant:ALPHA or corollary-1, with ALPHA at least 0 and below 1"
  throw new InputError({ rule, place, value: text })
}

function planCrMogm(specification: CrMogm, objectives: number, nested: Nested): Weighting {
  const { weighting, smoothing, initialWeights, largestWeight = Number.POSITIVE_INFINITY } = specification
  if (initialWeights !== undefined) oneEachRow(initialWeights, "the initial weights", objectives)
  const wrapped = planWrapped(nested, weighting, objectives)
  const weights = new Float64Array(objectives)
  const calls = new Float64Array(1)
  const present = new Float64Array(objectives)
  if (initialWeights !== undefined) weights.set(initialWeights)

  return {
    objectives,
    state: wrappingState({ weights, calls }, wrapped.state),
    weigh(gramian: Gramian, values?: Float64Array): Weighed {
      const { weights: found, certificate } = wrapped.weigh(gramian, values)
      for (let i = 0; i < objectives; i++) {
        present[i] = Math.max(-largestWeight, Math.min(largestWeight, found[i] ?? 0))
      }
      const call = (calls[0] ?? 0) + 1
      calls[0] = call
      if (call === 1 && initialWeights === undefined) weights.set(present)
      const taken = smoothing.kind === "constant" ? 1 - smoothing.alpha : scheduled(call, distance(weights, present))
      for (let i = 0; i < objectives; i++) {
        const before = weights[i] ?? 0
        weights[i] = before + taken * ((present[i] ?? 0) - before)
      }
      return { weights, certificate }
    },
    ...observedBy(wrapped),
    [Symbol.dispose]: () => wrapped[Symbol.dispose]()
  }
}

/** 1 − α_k of corollary 1; `gap` is ‖λ_{k−1} − λ̂_k‖₁. */
function scheduled(call: number, gap: number): number {
  return Math.min(1, 1 / (call * gap)) / Math.sqrt(call)
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0))
  return sum
}
