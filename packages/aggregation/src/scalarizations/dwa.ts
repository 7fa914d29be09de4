/**
 * DWA: more weight to the losses that fell least from one epoch to the next.
 *
 *     w_i = m softmax(r / T)_i,   r_i = L̄_i(e − 1) / L̄_i(e − 2)
 *
 * with L̄_i(e) the mean of loss i over the calls of epoch e; in the first two epochs w = 1 each. Liu, Johns and
 * Davison, "End-to-End Multi-Task Learning with Attention", CVPR 2019, arXiv 1803.10704; T = 2 there. An epoch is
 * `period` calls here; TorchJD is told its end.
 *
 * It remembers two means, the sum of the epoch under way and the number of calls. A mean of zero has the limit of its
 * ratio: 1 where it stayed zero, else infinite, which takes all the weight. Losses should keep their sign, as the
 * paper's do. The weights are those of earlier values alone: it is linear under scaling of the rows, and weighted; rows
 * can conflict with it. One row has weight 1. A row of zeros is weighed by its values like any other.
 *
 * @module
 */
import type { RealFunctions } from "@dualcone/wasm"
import { integer, objectWith, positive } from "../check.ts"
import { defineMethod, type Method, type Scalarization } from "../method.ts"

/** The specification of DWA. */
export interface DWA {
  readonly name: "dwa"
  /** T: the larger, the more equal the weights. */
  readonly temperature: number
  /** Calls an epoch. */
  readonly period: number
}

/** Options of {@link dwa}. */
export interface DWAOptions {
  /** Positive. Default: 2. */
  readonly temperature?: number
  /** A whole number, at least 1. Default: 1. */
  readonly period?: number
}

/** DWA with these options. @throws InputError for an option that breaks its rule. */
export function dwa(options: DWAOptions = {}): DWA {
  return dwaMethod.parse(options, "dwa")
}

export const dwaMethod: Method<DWA> = defineMethod({
  name: "dwa",
  title: "DWA",
  paper: "Liu, Johns and Davison 2019, End-to-End Multi-Task Learning with Attention, arXiv 1803.10704",
  formula: "w_i = m softmax(r / T)_i, r_i the mean loss of the last epoch over that of the one before",
  parameters: [
    { name: "temperature", type: "number", default: "2", meaning: "the larger, the more equal the weights" },
    { name: "period", type: "number", default: "1", meaning: "calls an epoch" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  stateful: true,
  parse(value, place) {
    const { temperature, period } = objectWith(value, place, ["name", "temperature", "period"])
    return {
      name: "dwa",
      temperature: temperature === undefined ? 2 : positive(temperature, `${place}.temperature`),
      period: period === undefined ? 1 : integer(period, `${place}.period`, 1)
    }
  },
  scalarize: ({ functions }, settings, objectives) => planDwa(functions, settings, objectives)
})

function planDwa(functions: RealFunctions, { temperature, period }: DWA, objectives: number): Scalarization {
  const calls = new Float64Array(1)
  const underWay = new Float64Array(objectives)
  const last = new Float64Array(objectives)
  const lastButOne = new Float64Array(objectives)
  const weights = new Float64Array(objectives)
  const ratios = new Float64Array(objectives)

  const writeWeights = () => {
    let largest = Number.NEGATIVE_INFINITY
    for (let i = 0; i < objectives; i++) {
      const newer = last[i] ?? 0
      const older = lastButOne[i] ?? 0
      const ratio = newer === 0 && older === 0 ? 1 : newer / older
      ratios[i] = ratio
      largest = Math.max(largest, ratio)
    }
    let total = 0
    for (let i = 0; i < objectives; i++) {
      const ratio = ratios[i] ?? 0
      // Also where the largest is infinite.
      const exponential = ratio === largest ? 1 : functions.exp((ratio - largest) / temperature)
      weights[i] = exponential
      total += exponential
    }
    for (let i = 0; i < objectives; i++) weights[i] = objectives * ((weights[i] ?? 0) / total)
  }

  return {
    state: new Map(Object.entries({ calls, underWay, last, lastButOne })),
    weigh(values) {
      const call = calls[0] ?? 0
      if (call < 2 * period) weights.fill(1)
      else writeWeights()
      for (let i = 0; i < objectives; i++) underWay[i] = (underWay[i] ?? 0) + (values[i] ?? 0) / period
      calls[0] = call + 1
      if ((call + 1) % period === 0) {
        lastButOne.set(last)
        last.set(underWay)
        underWay.fill(0)
      }
      return weights
    },
    [Symbol.dispose]() {}
  }
}
