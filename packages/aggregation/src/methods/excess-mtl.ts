/**
 * ExcessMTL: weights that grow with the excess risk of an objective, how far it still is from its own optimum, which
 * it estimates from the gradients of all calls so far.
 *
 *     S ← S + J²,   e_i = Σ_k J_ik² / √(S_ik + 10⁻⁷),   w_i ∝ w_i exp(η e_i / (e⁰_i + 10⁻⁷)),   A(J) = Jᵀ w
 *
 * with squares entry by entry and w = 1/m each at first. e⁰ is the mean of e over the first `warmupSteps` calls, which
 * answer with equal weights; without warm-up it is that of the first call, whose own e is not divided. He, Zhou, Zhang,
 * Yun, Xu, Zeng, Chilimbi and Zhao, "Robust Multi-Task Learning with Excess Risks", ICML 2024, arXiv 2402.02009,
 * equations 6, 7 and 9; the warm-up is that of appendix C.1. η and the division by e⁰ are those of TorchJD, which
 * follows the authors' code; that code lets the weights sum to m. In TorchJD a weight that has underflowed stays 0.
 *
 * It remembers m × n numbers. Weighted, with weights that are not negative and sum to one; rows can conflict with it,
 * and it is not linear under scaling. A row of zeros has no excess, and its weight shrinks unless it is the only row,
 * whose weight is 1. The root of S is what is kept, and the logarithms of w up to a common constant, so that neither
 * leaves the range of float64 and no weight is stuck at 0; what the exponent gains in one call is cut at 10³⁰⁰.
 *
 * @module
 */
import { InputError, type Wasm } from "@dualcone/wasm"
import { integer, objectWith, positive } from "../check.ts"
import type { Combination, Size } from "../combination.ts"
import type { Direction } from "../linearization.ts"
import { defineMethod, type Method } from "../method.ts"
import { jacobianOf, writePullback } from "../row-products.ts"

/** The specification of ExcessMTL. */
export interface ExcessMTL {
  readonly name: "excess-mtl"
  /** η: how far the weights move in a call. */
  readonly robustStepSize: number
  /** Calls with equal weights at the beginning, over which e⁰ is averaged. */
  readonly warmupSteps: number
}

/** Options of {@link excessMtl}. */
export interface ExcessMTLOptions {
  /** Positive. Default: 1. */
  readonly robustStepSize?: number
  /** A whole number, at least 0. Default: 0. The paper warms up for three epochs. */
  readonly warmupSteps?: number
}

/** ExcessMTL with these options. @throws InputError for an option that breaks its rule. */
export function excessMtl(options: ExcessMTLOptions = {}): ExcessMTL {
  return excessMtlMethod.parse(options, "excess-mtl")
}

export const excessMtlMethod: Method<ExcessMTL> = defineMethod({
  name: "excess-mtl",
  title: "ExcessMTL",
  paper: "He et al. 2024, Robust Multi-Task Learning with Excess Risks, arXiv 2402.02009",
  formula: "w_i ~ w_i exp(eta e_i / e0_i), e_i = sum_k J_ik^2 / sqrt(S_ik), S the sum of J^2 over all calls",
  parameters: [
    { name: "robustStepSize", type: "number", default: "1", meaning: "how far the weights move in a call" },
    { name: "warmupSteps", type: "number", default: "0", meaning: "calls with equal weights at the beginning" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  stateful: true,
  parse(value, place) {
    const { robustStepSize, warmupSteps } = objectWith(value, place, ["name", "robustStepSize", "warmupSteps"])
    return {
      name: "excess-mtl",
      robustStepSize: robustStepSize === undefined ? 1 : positive(robustStepSize, `${place}.robustStepSize`),
      warmupSteps: warmupSteps === undefined ? 0 : integer(warmupSteps, `${place}.warmupSteps`, 0)
    }
  },
  combine: planExcessMtl
})

/** The term below the root, and its root. */
const EPSILON = 1e-7
const ROOT_OF_EPSILON = Math.sqrt(EPSILON)

/** The most that the logarithm of a weight gains in a call. */
const LARGEST_GAIN = 1e300

function planExcessMtl({ functions }: Wasm, { robustStepSize, warmupSteps }: ExcessMTL, size: Size): Combination {
  const { objectives, parameters } = size
  const roots = new Float64Array(objectives * parameters)
  const baseline = new Float64Array(objectives)
  const logarithms = new Float64Array(objectives)
  const calls = new Float64Array(1)
  const excess = new Float64Array(objectives)
  const weights = new Float64Array(objectives)
  const direction = new Float64Array(parameters)

  /** e, while the roots of S take in this call's squares. */
  const updateExcess = (rows: Direction) => {
    for (let i = 0; i < objectives; i++) {
      let sum = 0
      for (let at = i * parameters; at < (i + 1) * parameters; at++) {
        const entry = Math.abs(rows[at] ?? 0)
        const root = rootOfSquares(roots[at] ?? 0, entry)
        roots[at] = root
        sum += entry * (entry / rootOfSquares(root, ROOT_OF_EPSILON))
      }
      excess[i] = sum
    }
  }

  /** The weights of this call; `first` counts the calls after the warm-up. */
  const updateWeights = (first: boolean) => {
    let largest = Number.NEGATIVE_INFINITY
    for (let i = 0; i < objectives; i++) {
      const beginning = baseline[i] ?? 0
      const relative = first && warmupSteps === 0 ? beginning : (excess[i] ?? 0) / (beginning + EPSILON)
      logarithms[i] = (logarithms[i] ?? 0) + Math.min(LARGEST_GAIN, robustStepSize * relative)
      largest = Math.max(largest, logarithms[i] ?? 0)
    }
    let total = 0
    for (let i = 0; i < objectives; i++) {
      logarithms[i] = (logarithms[i] ?? 0) - largest
      weights[i] = functions.exp(logarithms[i] ?? 0)
      total += weights[i] ?? 0
    }
    for (let i = 0; i < objectives; i++) weights[i] = (weights[i] ?? 0) / total
  }

  return {
    objectives,
    parameters,
    state: new Map(Object.entries({ roots, baseline, logarithms, calls })),
    combine(linearization, into) {
      const rows = jacobianOf(linearization, size)
      checkLengths(rows, size)
      const call = calls[0] ?? 0
      updateExcess(rows)
      if (call < Math.max(1, warmupSteps)) {
        const share = warmupSteps === 0 ? 1 : warmupSteps
        for (let i = 0; i < objectives; i++) baseline[i] = (baseline[i] ?? 0) + (excess[i] ?? 0) / share
      }
      if (call < warmupSteps) weights.fill(1 / objectives)
      else updateWeights(call === warmupSteps)
      calls[0] = call + 1
      writePullback(direction, rows, weights, size)
      into.set(direction)
      return { weights, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}

/** √(a² + b²) for a, b ≥ 0, over the whole range of float64. */
function rootOfSquares(a: number, b: number): number {
  const larger = Math.max(a, b)
  if (larger === 0) return 0
  const ratio = Math.min(a, b) / larger
  return larger * Math.sqrt(1 + ratio * ratio)
}

/** e_i is at most the sum of the absolute values of row i. */
function checkLengths(rows: Direction, { objectives, parameters }: Size): void {
  for (let i = 0; i < objectives; i++) {
    let sum = 0
    for (let at = i * parameters; at < (i + 1) * parameters; at++) sum += Math.abs(rows[at] ?? 0)
    if (Number.isFinite(sum)) continue
    const place = `the sum of the absolute values of row ${i} of the Jacobian`
    throw new InputError({ rule: "it must be finite", place, value: sum })
  }
}
