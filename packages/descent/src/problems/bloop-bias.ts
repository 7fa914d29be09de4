/**
 * How noise turns Bloop's projection into plain mixing when it projects against the gradient of one batch.
 *
 * Two fixed gradients g_m, g_a ~ N(0, I) of p = 100 parameters: f(x) = (g_mᵀ x, g_aᵀ x), linear, with no minimum and
 * so no Pareto set. A batch gives g_b = g_m + σ N(0, I). Source: "Careful with that Scalpel" (arXiv 2402.02998),
 * Figure 2.
 *
 * The simple direction g_b + π(g_a; g_b), π(a; b) = a - (aᵀb / ‖b‖²) b, is not d_bloop = g_m + π(g_a; g_m) on average:
 * with growing σ it moves along a segment to d_mixed = g_m + (1 - 1/p) g_a, some σ²p / (‖g_m‖² + σ²p) of the way. An
 * exponential moving average of g_b to project against is the way out.
 *
 * @module
 */

import { type Generator, generator } from "@dualcone/aggregation"
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { fillNormal } from "./normal.ts"
import { objectivePlane, type Problem } from "./problem.ts"

/** Options of {@link bloopBias}. */
export interface BloopBiasOptions {
  /** p. Default 100. */
  readonly parameters?: number
  /** σ, the deviation of a batch's main gradient in each coordinate. Default 1. */
  readonly deviation?: number
  /** Of the two fixed gradients. Default 0. */
  readonly seed?: number
}

/** The problem with the segment on which the simple direction moves. */
export interface BloopBias extends Problem {
  /** g_m + π(g_a; g_m). */
  readonly bloopDirection: Float64Array
  /** g_m + (1 - 1/p) g_a. */
  readonly mixedDirection: Float64Array
  /**
   * The mean of the simple direction g_b + π(g_a; g_b): g_m, which is the mean of g_b, and the average of π over `draws`
   * batches.
   */
  simpleDirection(draws: number, draw: Generator): Float64Array
  /** Where a direction projects on the line through the segment: 0 at `bloopDirection`, 1 at `mixedDirection`. */
  position(direction: Float64Array): number
}

/**
 * Two fixed gradients, one of them seen through noise.
 *
 * @throws {InputError} for less than two parameters and for a deviation that is negative or not finite
 */
export function bloopBias(
  functions: RealFunctions,
  { parameters = 100, deviation = 1, seed = 0 }: BloopBiasOptions = {}
): BloopBias {
  if (!Number.isSafeInteger(parameters) || parameters < 2) {
    throw new InputError({ rule: "it must be a whole number from 2 on", place: "parameters", value: parameters })
  }
  if (!Number.isFinite(deviation) || deviation < 0) {
    throw new InputError({ rule: "it must be at least 0 and finite", place: "deviation", value: deviation })
  }
  const stream = generator(seed)
  const main = fillNormal(new Float64Array(parameters), stream, functions)
  const auxiliary = fillNormal(new Float64Array(parameters), stream, functions)
  const bloopDirection = sum(main, 1, rejection(auxiliary, main))
  const mixedDirection = sum(main, 1 - 1 / parameters, auxiliary)
  const segment = sum(mixedDirection, -1, bloopDirection)
  const length = dot(segment, segment)
  const batchGradient = (draw: Generator) =>
    sum(main, deviation, fillNormal(new Float64Array(parameters), draw, functions))
  const rows = (first: Float64Array) => {
    const jacobian = new Float64Array(2 * parameters)
    jacobian.set(first)
    jacobian.set(auxiliary, parameters)
    return jacobian
  }
  return {
    name: "bloop-bias",
    title: "Projection against a noisy gradient",
    source: "Careful with that Scalpel (arXiv 2402.02998), Figure 2",
    bloopDirection,
    mixedDirection,
    simpleDirection(draws, draw) {
      const total = new Float64Array(parameters)
      for (let k = 0; k < draws; k++) {
        const batch = batchGradient(draw)
        const kept = rejection(auxiliary, batch)
        for (let i = 0; i < parameters; i++) total[i] = (total[i] ?? 0) + (kept[i] ?? 0)
      }
      return sum(main, 1 / draws, total)
    },
    position: (direction) => dot(sum(direction, -1, bloopDirection), segment) / length,
    parameters,
    objectives: 2,
    values: (x) => Float64Array.of(dot(main, x), dot(auxiliary, x)),
    jacobian: () => rows(main),
    sample(x, draw) {
      const batch = batchGradient(draw)
      return { values: Float64Array.of(dot(batch, x), dot(auxiliary, x)), jacobian: rows(batch) }
    },
    starts: [Array.from({ length: parameters }, () => 0)],
    paretoSet: null,
    view: {
      parameters: null,
      values: objectivePlane({ x: [-1.1 * parameters, 0.05 * parameters], y: [-1.1 * parameters, 0.05 * parameters] }, [
        "main loss",
        "auxiliary loss"
      ])
    },
    protocol: { optimizer: "sgd", learningRate: 0.01, schedule: "constant", steps: 100, multipliers: {} }
  }
}

/** π(a; b) = a - (aᵀb / ‖b‖²) b: what of a is orthogonal to b. */
function rejection(a: Float64Array, b: Float64Array): Float64Array {
  return sum(a, -dot(a, b) / dot(b, b), b)
}

/** a + factor · b. */
function sum(a: Float64Array, factor: number, b: Float64Array): Float64Array {
  return a.map((entry, i) => entry + factor * (b[i] ?? 0))
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += (a[i] ?? 0) * (b[i] ?? 0)
  return total
}
