/**
 * GradVac: PCGrad with a target for the cosine of each pair of gradients, learned over the calls, in place of zero.
 *
 *     A(J) = Σ_i g_i′,   g_i′ ← g_i, then for each j ≠ i, with φ = cos(g_i′, g_j) and the target φ̂ = φ̂_ij:
 *     where φ < φ̂:   g_i′ ← g_i′ + ‖g_i′‖ (φ̂ √(1 − φ²) − φ √(1 − φ̂²)) / (‖g_j‖ (√(1 − φ̂²) + ε)) g_j
 *     always:        φ̂_ij ← (1 − β) φ̂_ij + β φ
 *
 * The step makes cos(g_i′, g_j) = φ̂. Targets start at 0, so the first call is PCGrad's, with the same random orders for
 * the same seed. Wang, Tsvetkov, Firat and Cao, "Gradient Vaccine: Investigating and Improving Multi-task Optimization
 * in Massively Multilingual Models", ICLR 2021, arXiv 2010.05874, algorithm 1. β is .5 as in LibMTL and TorchJD; the
 * paper's experiments use .01.
 *
 * It remembers the targets. For given targets it is linear under scaling, because g_i′ is ‖g_i‖ times a function of the
 * directions of the rows, and weighted; rows can conflict with it.
 *
 * ε has no unit here, so that the weights do not change with the unit of the losses; TorchJD adds it to ‖g_j‖ √(1 − φ̂²)
 * and to ‖g_i′‖ ‖g_j‖. A pair with a row of length zero (a squared length below 2⁻¹⁰²²), or with a g_i′ that has
 * cancelled to rounding, has no angle: it takes no step and leaves its target. A row of zeros has weight 1.
 *
 * @module
 */
import { InputError, type Wasm } from "@dualcone/wasm"
import { integer, objectWith, positive, share } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import { defineMethod, type Method } from "../method.ts"
import { drawsOf } from "../random.ts"
import type { Weighed, Weighting } from "../weighting.ts"
import { addBentRow, planUnitRows } from "./unit-rows.ts"

/** The specification of GradVac. */
export interface GradVac {
  readonly name: "gradvac"
  /** β: the share of the newest cosine in a target. */
  readonly beta: number
  /** ε: bounds a step towards a target cosine of 1, which none reaches. */
  readonly epsilon: number
  /** Of the random orders. */
  readonly seed: number
}

/** Options of {@link gradvac}. */
export interface GradVacOptions {
  /** At least 0 and below 1. Default: .5. At 0 the targets stay 0. */
  readonly beta?: number
  /** Positive. Default: 1e-8. */
  readonly epsilon?: number
  /** A whole number, at least 0. Default: 0. */
  readonly seed?: number
}

/** GradVac with these options. @throws InputError for an option that breaks its rule. */
export function gradvac(options: GradVacOptions = {}): GradVac {
  return gradvacMethod.parse(options, "gradvac")
}

export const gradvacMethod: Method<GradVac> = defineMethod({
  name: "gradvac",
  title: "GradVac",
  paper: "Wang et al. 2021, Gradient Vaccine, arXiv 2010.05874",
  formula: "sum_i g_i', g_i' turned until cos(g_i', g_j) is at least a moving average of itself, j in random order",
  parameters: [
    { name: "beta", type: "number", default: "0.5", meaning: "share of the newest cosine in the targets" },
    { name: "epsilon", type: "number", default: "1e-8", meaning: "bounds a step towards a target cosine of 1" },
    { name: "seed", type: "number", default: "0", meaning: "of the random orders" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  random: true,
  stateful: true,
  parse(value, place) {
    const { beta, epsilon, seed } = objectWith(value, place, ["name", "beta", "epsilon", "seed"])
    return {
      name: "gradvac",
      beta: beta === undefined ? 0.5 : share(beta, `${place}.beta`),
      epsilon: epsilon === undefined ? 1e-8 : positive(epsilon, `${place}.epsilon`),
      seed: seed === undefined ? 0 : integer(seed, `${place}.seed`, 0)
    }
  },
  plan: planGradVac
})

function planGradVac(wasm: Wasm, { beta, epsilon, seed }: GradVac, objectives: number): Weighting {
  const rows = planUnitRows(objectives)
  const { lengths, cosines } = rows
  const calls = new Float64Array(1)
  const targets = new Float64Array(objectives * objectives)
  const nextTargets = new Float64Array(objectives * objectives)
  const weights = new Float64Array(objectives)
  const order = new Int32Array(objectives)
  // Of the gradient that is being bent, on unit rows: its coefficients c and its inner products with every row.
  const coefficients = new Float64Array(objectives)
  const products = new Float64Array(objectives)
  const rounding = objectives * Number.EPSILON

  const bend = (i: number) => {
    coefficients.fill(0)
    coefficients[i] = 1
    for (let k = 0; k < objectives; k++) products[k] = cosines[i * objectives + k] ?? 0
    let square = 1
    let size = 1
    for (const j of order) {
      // Σ|c| bounds what the square was summed from.
      const cancelled = square <= rounding * size * size
      if (j === i || lengths[j] === 0 || cancelled) continue
      const product = products[j] ?? 0
      const length = Math.sqrt(square)
      const cosine = Math.min(1, Math.max(-1, product / length))
      const pair = i * objectives + j
      const target = targets[pair] ?? 0
      nextTargets[pair] = (1 - beta) * target + beta * cosine
      if (cosine >= target) continue
      const sine = Math.sqrt((1 - cosine) * (1 + cosine))
      const targetSine = Math.sqrt((1 - target) * (1 + target))
      const step = (length * (target * sine - cosine * targetSine)) / (targetSine + epsilon)
      coefficients[j] = step
      square += step * (2 * product + step)
      size += step
      for (let k = 0; k < objectives; k++) {
        products[k] = (products[k] ?? 0) + step * (cosines[j * objectives + k] ?? 0)
      }
    }
  }

  return {
    objectives,
    state: new Map([
      ["calls", calls],
      ["targets", targets]
    ]),
    weigh(gramian: Gramian): Weighed {
      rows.read(gramian)
      const call = calls[0] ?? 0
      const draws = drawsOf(wasm.functions, seed, call)
      nextTargets.set(targets)
      weights.fill(0)
      for (let i = 0; i < objectives; i++) order[i] = i
      for (let i = 0; i < objectives; i++) {
        if (lengths[i] === 0) {
          weights[i] = (weights[i] ?? 0) + 1
          continue
        }
        draws.shuffle(order)
        bend(i)
        addBentRow(weights, coefficients, lengths, i)
      }
      const wrong = weights.findIndex((weight) => !Number.isFinite(weight))
      if (wrong >= 0) {
        const rule = "rows that were parallel at earlier calls and no longer are ask for a step beyond float64"
        throw new InputError({ rule, place: `weight ${wrong} of gradvac`, value: weights[wrong] })
      }
      targets.set(nextTargets)
      calls[0] = call + 1
      return { weights, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}
