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
import { type GpuMethod, MOST_RESIDUAL } from "./method.ts"
import type { Kept } from "./report-ring.ts"

/**
 * Why a step, and every later one, changed nothing.
 * - `diverged`: a loss, an entry of the Gramian, a weight or a parameter is not finite.
 * - `uncertified`: a program of the weights was not solved well enough in single precision; the host can solve it.
 */
export type Halt = "diverged" | "uncertified"

/** What one step found, before its update. */
export interface StepReport {
  /** Counted from 0. */
  readonly replica: number
  /** The loss of each example. */
  readonly losses: Float64Array
  readonly meanLoss: number
  /** The weight of each example. */
  readonly weights: Float64Array
  /** Cosine of the direction and the mean gradient; exactly 1 for mean and sum. */
  readonly similarity: number
  /** Null for weights that are no solution of a program on the GPU. */
  readonly certificate: SinglePrecisionCertificate | null
  /** Null for mean and sum, which need no Gramian. */
  readonly conflicts: Conflicts | null
  readonly gramian: Gramian | null
  /** Null for a step that was made. The first report that is not null tells the reason; those behind it are void. */
  readonly halted: Halt | null
}

/** How the report of a step is to be read. */
export interface ReportKind {
  readonly method: Pick<GpuMethod, "program" | "straight">
  /** Whether the step formed a Gramian. */
  readonly gramian: boolean
}

/** Decodes the first part of a summary. */
export function reportOf(kept: Kept, arenas: Arenas, { method, gramian: formed }: ReportKind): StepReport {
  const { values, examples, replica } = kept
  const { summary, batchSize } = arenas
  const losses = Float64Array.from(values.subarray(summary.losses, summary.losses + examples))
  const scales = Float64Array.from(values.subarray(summary.scales, summary.scales + examples))
  const weights = Float64Array.from(values.subarray(summary.weights, summary.weights + examples))
  const at = (index: number) => values[index] ?? Number.NaN
  const meanLoss = losses.reduce((sum, loss) => sum + loss, 0) / examples

  let gramian: Gramian | null = null
  if (formed) {
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
  if (method.program !== null) {
    const total = method.program.name === "upgrad" ? examples : 1
    const row = (program: number, field: number) => at(summary.reports + 4 * program + field)
    const programs = Array.from({ length: total }, (_, program) => program)
    const certified = programs.filter((program) => row(program, 3) === 1 && row(program, 0) <= MOST_RESIDUAL).length
    certificate = {
      kind: "single-precision",
      status: certified === total ? "certified" : "uncertified",
      residual: Math.max(...programs.map((program) => row(program, 0))),
      rows: { total, certified },
      factorisations: Math.max(...programs.map((program) => row(program, 1)))
    }
  }

  // An earlier step may have halted the replica, or this one.
  const reasons = [at(summary.health + 3), at(summary.health + 4)]
  const diverged =
    !Number.isFinite(meanLoss) ||
    gramian?.values.every(Number.isFinite) === false ||
    (method.program !== null && at(summary.health) !== 0) ||
    reasons.includes(1)
  return {
    replica,
    losses,
    meanLoss,
    weights,
    similarity: method.straight ? 1 : gramian === null ? 0 : similarity(gramian, weights),
    certificate,
    conflicts: gramian === null ? null : conflicts(gramian),
    gramian,
    halted: diverged ? "diverged" : reasons.includes(2) ? "uncertified" : null
  }
}
