/**
 * What is read back of a step.
 *
 * @module
 */
import {
  type Conflicts,
  conflicts,
  type Gramian,
  type SinglePrecisionCertificate,
  similarity
} from "@dualcone/aggregation"
import type { Arenas } from "./arenas.ts"
import type { GpuMethod } from "./method.ts"

/** What one step found, before its update. */
export interface StepReport {
  /** The loss of each example. */
  readonly losses: Float64Array
  readonly meanLoss: number
  /** The weight of each example. */
  readonly weights: Float64Array
  /** Cosine of the direction and the mean gradient; exactly 1 for mean and sum. */
  readonly similarity: number
  /** Null for weights known beforehand. */
  readonly certificate: SinglePrecisionCertificate | null
  /** Null for mean and sum, which need no Gramian. */
  readonly conflicts: Conflicts | null
  readonly gramian: Gramian | null
  /** A loss, an entry of the Gramian or a parameter is not finite. A step that meets such a batch updates nothing. */
  readonly diverged: boolean
}

/** Decodes the first part of the summary, for a batch of `examples`. */
export function reportOf(
  values: Float32Array,
  arenas: Arenas,
  method: GpuMethod,
  examples: number,
  withGramian: boolean
): StepReport {
  const { summary, batchSize } = arenas
  const losses = Float64Array.from(values.subarray(summary.losses, summary.losses + examples))
  const scales = Float64Array.from(values.subarray(summary.scales, summary.scales + examples))
  const weights = Float64Array.from(values.subarray(summary.weights, summary.weights + examples))
  const at = (index: number) => values[index] ?? Number.NaN
  const meanLoss = losses.reduce((sum, loss) => sum + loss, 0) / examples

  let gramian: Gramian | null = null
  if (withGramian) {
    const entries = new Float64Array(examples * examples)
    for (let i = 0; i < examples; i++) {
      for (let j = 0; j < examples; j++) {
        const scale = (scales[i] ?? 0) * (scales[j] ?? 0)
        entries[i * examples + j] = at(summary.gramian + i * batchSize + j) * scale
      }
    }
    gramian = { objectives: examples, values: entries }
  }

  let certificate: SinglePrecisionCertificate | null = null
  if (method.index !== 0) {
    const total = method.program === "upgrad" ? examples : 1
    const row = (program: number, field: number) => at(summary.reports + 4 * program + field)
    const programs = Array.from({ length: total }, (_, program) => program)
    const certified = programs.filter((program) => row(program, 3) === 1).length
    certificate = {
      kind: "single-precision",
      status: certified === total ? "certified" : "uncertified",
      residual: Math.max(...programs.map((program) => row(program, 0))),
      rows: { total, certified },
      factorisations: Math.max(...programs.map((program) => row(program, 1)))
    }
  }

  const finite = Number.isFinite(meanLoss) && (gramian === null || gramian.values.every(Number.isFinite))
  return {
    losses,
    meanLoss,
    weights,
    similarity: method.straight ? 1 : gramian === null ? 0 : similarity(gramian, weights),
    certificate,
    conflicts: gramian === null ? null : conflicts(gramian),
    gramian,
    diverged: !finite || at(summary.health + 1) !== 0 || (method.index !== 0 && at(summary.health) !== 0)
  }
}
