/**
 * PCGrad: from each gradient in turn, remove what conflicts with the others, one after another in random order; sum.
 *
 *     A(J) = Σ_i g_i′,   g_i′ ← g_i, then g_i′ ← g_i′ − min(0, g_i′ · g_j) / ‖g_j‖² g_j for each j ≠ i
 *
 * Yu, Kumar, Gupta, Levine, Hausman and Finn, "Gradient Surgery for Multi-Task Learning", NeurIPS 2020,
 * arXiv 2001.06782, algorithm 1. The sum over i, as in the algorithm, in TorchJD and in "Jacobian Descent"
 * (arXiv 2406.16232); some codes divide it by m. The order of j is drawn for each i from the seed and the number of the
 * call.
 *
 * Linear under scaling, because g_i′ is ‖g_i‖ times a function of the directions of the rows, and weighted. For one or
 * two rows it is m times UPGrad without ridge, so no row conflicts with it; for three or more the last projections of
 * g_i may undo the first, and rows can conflict.
 *
 * No gradient is projected onto a row of length zero: one whose squared length is below 2⁻¹⁰²², where TorchJD divides
 * by zero, or at most `leastShare` of the trace. Such a row has weight 1, which adds next to nothing. In instance-wise risk
 * minimisation the rows of examples that are fitted already are all but zero, and projecting onto their directions makes
 * training diverge: a share of 1e-14, where float32 has no digit left beside the longest row, keeps it from that. With a
 * positive share the properties hold for longer rows alone.
 *
 * @module
 */
import type { Wasm } from "@dualcone/wasm"
import { integer, objectWith, share } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import { defineMethod, type Method } from "../method.ts"
import { drawsOf } from "../random.ts"
import type { Weighed, Weighting } from "../weighting.ts"
import { addBentRow, planUnitRows } from "./unit-rows.ts"

/** The specification of PCGrad. */
export interface PCGrad {
  readonly name: "pcgrad"
  /** Of the random orders. */
  readonly seed: number
  /** Of the trace: rows with a squared length up to it count as zero. */
  readonly leastShare: number
}

/** Options of {@link pcgrad}. */
export interface PCGradOptions {
  /** A whole number, at least 0. Default: 0. */
  readonly seed?: number
  /** In [0, 1). Default: 0, every row counts. */
  readonly leastShare?: number
}

/** PCGrad with these options. @throws InputError for an option that breaks its rule. */
export function pcgrad(options: PCGradOptions = {}): PCGrad {
  return pcgradMethod.parse(options, "pcgrad")
}

export const pcgradMethod: Method<PCGrad> = defineMethod({
  name: "pcgrad",
  title: "PCGrad",
  paper: "Yu et al. 2020, Gradient Surgery for Multi-Task Learning, arXiv 2001.06782",
  formula: "sum_i g_i', g_i' = g_i, then g_i' -= min(0, g_i'.g_j) / |g_j|^2 g_j for j in random order",
  parameters: [
    { name: "seed", type: "number", default: "0", meaning: "of the random orders" },
    {
      name: "leastShare",
      type: "number",
      default: "0",
      meaning: "of the trace: rows with less squared length are zero"
    }
  ],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  random: true,
  parse(value, place) {
    const { seed = 0, leastShare = 0 } = objectWith(value, place, ["name", "seed", "leastShare"])
    return {
      name: "pcgrad",
      seed: integer(seed, `${place}.seed`, 0),
      leastShare: share(leastShare, `${place}.leastShare`)
    }
  },
  plan: planPCGrad
})

function planPCGrad(wasm: Wasm, { seed, leastShare }: PCGrad, objectives: number): Weighting {
  const rows = planUnitRows(objectives, leastShare)
  const { lengths, cosines } = rows
  const calls = new Float64Array(1)
  const weights = new Float64Array(objectives)
  const order = new Int32Array(objectives)
  // Of the gradient that is being bent, on unit rows: its coefficients c and its inner products with every row.
  const coefficients = new Float64Array(objectives)
  const products = new Float64Array(objectives)

  const bend = (i: number) => {
    coefficients.fill(0)
    coefficients[i] = 1
    for (let k = 0; k < objectives; k++) products[k] = cosines[i * objectives + k] ?? 0
    for (const j of order) {
      const product = products[j] ?? 0
      if (j === i || product >= 0) continue
      coefficients[j] = -product
      for (let k = 0; k < objectives; k++) {
        products[k] = (products[k] ?? 0) - product * (cosines[j * objectives + k] ?? 0)
      }
    }
  }

  return {
    objectives,
    state: new Map([["calls", calls]]),
    weigh(gramian: Gramian): Weighed {
      rows.read(gramian)
      const call = calls[0] ?? 0
      const draws = drawsOf(wasm.functions, seed, call)
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
      calls[0] = call + 1
      return { weights, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}
