/**
 * PCD, priority-constrained descent: as near to the gradient of the primary objective, row 0, as the others allow, each
 * of which gets a share τ of the progress that its own gradient would give.
 *
 *     h_i = g_i / √(v̂_i + ε),   v̂_i the bias-corrected moving average of ‖g_i‖² with decay β
 *     d = argmin ½ ‖x − h_0‖² over h_j · x ≥ τ_j ‖h_j‖² for j ≥ 1;   A(J) = (‖g_0‖ / ‖d‖) d
 *
 * In the Gramian: d = h_0 + Σ_j μ_j h_j with the multipliers μ ≥ 0. Varam and AlHajri, "Not All Objectives Are Born
 * Equal: Priority-Constrained Descent for Hierarchical Multi-Objective Optimization", TMLR 2026, arXiv 2606.29521.
 * τ = .02, β = .999 and ε = 1e-8 as there and in TorchJD.
 *
 * It remembers v and the power of β that corrects its bias. Weighted. No secondary row conflicts with it where the constraints can be met;
 * for τ > 0 the primary can. Factors of the rows that are the same at every call multiply the direction by that of row
 * 0, up to ε: linear under scaling.
 *
 * Zero where g_0 = 0, and where d = 0 up to the rounding of G: ‖d‖² ≤ 10 · 2⁻⁵² (Σ_i |w_i| ‖h_i‖)². A secondary row of
 * zeros has weight 0. One row has weight 1. Where the constraints have no common point they are dropped, the direction
 * is g_0, and the certificate says `uncertified`. The residual of the certificate: the largest shortfall of
 * h_j · d / ‖h_j‖, or difference where μ_j > 0, relative to ‖h_0‖ + max τ_j ‖h_j‖.
 *
 * @module
 */
import { InputError, refusing, type Wasm } from "@dualcone/wasm"
import { isNumberList, notNegative, numbers, objectWith, share } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import { defineMethod, type Method } from "../method.ts"
import type { Weighed, Weighting } from "../weighting.ts"
import { checkSymmetric } from "./symmetric.ts"
import { openSolver } from "./weight-solver.ts"

/** The specification of PCD. */
export interface PCD {
  readonly name: "pcd"
  /** τ: for all secondary rows, or one entry for each of the m − 1. */
  readonly tau: number | readonly number[]
  /** β: the decay of the moving averages. */
  readonly beta: number
  /** ε: added to the moving averages, in units of ‖g‖². */
  readonly epsilon: number
}

/** Options of {@link pcd}. */
export interface PCDOptions {
  /** From 0 to 1: one number, or one a secondary row. Default: .02. */
  readonly tau?: number | readonly number[]
  /** At least 0 and below 1. Default: .999. */
  readonly beta?: number
  /** At least 0. Default: 1e-8. */
  readonly epsilon?: number
}

/** PCD with these options. @throws InputError for an option that breaks its rule. */
export function pcd(options: PCDOptions = {}): PCD {
  return pcdMethod.parse(options, "pcd")
}

export const pcdMethod: Method<PCD> = defineMethod({
  name: "pcd",
  title: "PCD",
  paper: "Varam and AlHajri 2026, Priority-Constrained Descent, arXiv 2606.29521",
  formula: "argmin |x - h_0| over h_j.x >= tau_j |h_j|^2, h = g / moving norm of g; rescaled to |g_0|",
  parameters: [
    { name: "tau", type: "numbers", default: "0.02", meaning: "share of progress: one number, or one a secondary row" },
    { name: "beta", type: "number", default: "0.999", meaning: "decay of the moving averages of |g_i|^2" },
    { name: "epsilon", type: "number", default: "1e-8", meaning: "added to the moving averages" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  stateful: true,
  parse(value, place) {
    const { tau, beta, epsilon } = objectWith(value, place, ["name", "tau", "beta", "epsilon"])
    return {
      name: "pcd",
      tau: tau === undefined ? 0.02 : parseTau(tau, `${place}.tau`),
      beta: beta === undefined ? 0.999 : share(beta, `${place}.beta`),
      epsilon: epsilon === undefined ? 1e-8 : notNegative(epsilon, `${place}.epsilon`)
    }
  },
  plan: planPCD
})

function parseTau(value: unknown, place: string): number | readonly number[] {
  const accepted = (entry: number) => entry >= 0 && entry <= 1
  const rule = "every tau must be from 0 to 1"
  if (isNumberList(value)) return numbers(value, place, accepted, rule)
  if (typeof value === "number" && accepted(value)) return value
  throw new InputError({ rule, place, value })
}

/** Rounding of G below which a direction counts as zero, relative and squared. */
const VANISHED = 10 * Number.EPSILON

function planPCD(wasm: Wasm, { tau, beta, epsilon }: PCD, objectives: number): Weighting {
  const taus = tausOf(tau, objectives)
  const opened = openSolver(wasm, objectives)
  // βᵏ after k calls.
  const decay = new Float64Array(1).fill(1)
  const averages = new Float64Array(objectives)
  const nextAverages = new Float64Array(objectives)
  const scales = new Float64Array(objectives)
  const weights = new Float64Array(objectives)

  /** The moving averages after this Gramian, and 1/√(v̂ + ε); 0 where that is infinite: a row of zeros so far. */
  const average = (values: Float64Array, unbiased: number) => {
    for (let i = 0; i < objectives; i++) {
      const next = beta * (averages[i] ?? 0) + (1 - beta) * (values[i * objectives + i] ?? 0)
      nextAverages[i] = next
      const size = Math.sqrt(next / unbiased + epsilon)
      scales[i] = size > 0 ? 1 / size : 0
    }
  }

  /** The Gramian of the scaled rows, and what each constraint asks for, into the solver. */
  const pose = (values: Float64Array) => {
    const scaled = opened.gramian()
    const bounds = opened.preference()
    for (let i = 0; i < objectives; i++) {
      for (let j = 0; j < objectives; j++) {
        scaled[i * objectives + j] = (values[i * objectives + j] ?? 0) * (scales[i] ?? 0) * (scales[j] ?? 0)
      }
      bounds[i] = (taus[i] ?? 0) * (scaled[i * objectives + i] ?? 0)
    }
  }

  /** The solver's weights of the scaled rows as weights of the rows, for a direction of length `length`. */
  const rescale = (length: number) => {
    const scaled = opened.gramian()
    const multipliers = opened.weights()
    let square = 0
    let size = 0
    for (let i = 0; i < objectives; i++) {
      const multiplier = multipliers[i] ?? 0
      let product = 0
      for (let j = 0; j < objectives; j++) product += (scaled[i * objectives + j] ?? 0) * (multipliers[j] ?? 0)
      square += multiplier * product
      size += Math.abs(multiplier) * Math.sqrt(scaled[i * objectives + i] ?? 0)
    }
    const factor = length > 0 && square > VANISHED * size * size ? length / Math.sqrt(square) : 0
    for (let i = 0; i < objectives; i++) weights[i] = (multipliers[i] ?? 0) * (scales[i] ?? 0) * factor
  }

  return {
    objectives,
    state: new Map([
      ["decay", decay],
      ["averages", averages]
    ]),
    weigh(gramian: Gramian): Weighed {
      opened.use()
      checkSymmetric(gramian, objectives)
      const { values } = gramian
      const nextDecay = beta * (decay[0] ?? 1)
      average(values, 1 - nextDecay)
      pose(values)
      refusing(() => opened.solver.pcd(opened.solver.gramianPointer))
      rescale(Math.sqrt(values[0] ?? 0))
      averages.set(nextAverages)
      decay[0] = nextDecay
      return { weights, certificate: opened.certificate() }
    },
    [Symbol.dispose]: () => opened[Symbol.dispose]()
  }
}

/** One entry a row; that of the primary is not looked at. */
function tausOf(tau: number | readonly number[], objectives: number): Float64Array {
  if (typeof tau === "number") return new Float64Array(objectives).fill(tau)
  if (tau.length !== objectives - 1) {
    const rule = `there must be one for each of the ${objectives - 1} secondary rows`
    throw new InputError({ rule, place: "the length of tau", value: tau.length })
  }
  return Float64Array.of(0, ...tau)
}
