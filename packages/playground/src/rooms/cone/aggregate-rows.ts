/**
 * What the methods make of the gradients.
 *
 * @module
 */
import {
  type Aggregator,
  aggregate,
  type Certificate,
  dualproj,
  type JacobianLinearization,
  linearizeJacobian,
  paper,
  parseAggregator,
  strict
} from "@dualcone/aggregation"
import { InputError, type Wasm } from "@dualcone/wasm"
import type { ConeState, Row } from "./state.ts"

/** The methods of the room: table 1 of "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232). */
export const methodNames = [
  "upgrad",
  "mean",
  "mgda",
  "dualproj",
  "cagrad",
  "pcgrad",
  "nash-mtl",
  "imtl-g",
  "aligned-mtl",
  "graddrop",
  "rgw"
] as const

/** What a method makes of the gradients. */
export interface MethodResult {
  readonly kind: "result"
  readonly method: string
  /** d, as long as a row. */
  readonly direction: Row
  /** Null where the direction is no combination of the rows. */
  readonly weights: Row | null
  /** J d: how fast each objective falls along d; negative where it is hurt. */
  readonly progress: Row
  readonly certificate: Certificate | null
}

/** A method that does not take these gradients, and why. */
export interface MethodRefusal {
  readonly kind: "refusal"
  readonly method: string
  readonly reason: string
}

/** Answers of methods, by their names. */
export type Answers = ReadonlyMap<string, MethodResult | MethodRefusal>

/** Those of the methods' own defaults, with the ridge that was chosen for the two that have one. */
export function aggregatorOf(method: string, ridge: ConeState["ridge"]): Aggregator {
  const hasRidge = method === "upgrad" || method === "dualproj"
  return parseAggregator(hasRidge ? { name: method, ridge: ridge === "strict" ? strict : paper } : method)
}

/** What one method makes of the rows. */
export function aggregateRows(
  wasm: Wasm,
  method: string,
  rows: readonly Row[],
  ridge: ConeState["ridge"]
): MethodResult | MethodRefusal {
  try {
    const linearization: JacobianLinearization<Float64Array> = linearizeJacobian(rows)
    const { direction, weights, certificate } = aggregate(wasm, aggregatorOf(method, ridge), linearization)
    return {
      kind: "result",
      method,
      direction: [...direction],
      weights: weights === null ? null : [...weights],
      progress: rows.map((row) => dot(row, [...direction])),
      certificate
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { kind: "refusal", method, reason: error.message }
  }
}

/** What is left of the other rows where one is projected alone: a preference must be positive, and this is nothing. */
const NOTHING = 1e-300

/** The projection of each row onto the dual cone {d : J d ≥ 0}. */
export function projections(wasm: Wasm, rows: readonly Row[]): readonly Row[] {
  const linearization: JacobianLinearization<Float64Array> = linearizeJacobian(rows)
  return rows.map((_, i) => {
    const preference = rows.map((_, j) => (j === i ? 1 : NOTHING))
    return [...aggregate(wasm, dualproj({ ridge: strict, preference }), linearization).direction]
  })
}

/** J Jᵀ, m × m, row by row. */
export function gramianOf(rows: readonly Row[]): readonly number[] {
  return rows.flatMap((row) => rows.map((other) => dot(row, other)))
}

/** The product of two vectors. */
export function dot(a: Row, b: Row): number {
  return a.reduce((sum, entry, k) => sum + entry * (b[k] ?? 0), 0)
}
