/**
 * One more objective below the rows of a network: a function of the parameters alone.
 *
 * @module
 */
import { type JacobianLinearization, linearizeJacobian } from "@dualcone/aggregation"

/** A function of the parameters at one point. */
export interface FunctionRow {
  readonly value: number
  /** n numbers. */
  readonly gradient: Float64Array
}

/** Two objectives: the mean of the rows, and the function. */
export function meanAndFunction(
  rows: JacobianLinearization<Float64Array>,
  { value, gradient }: FunctionRow
): JacobianLinearization<Float64Array> {
  const m = rows.objectives
  const n = gradient.length
  const jacobian = new Float64Array(2 * n)
  jacobian.set(rows.pullback(new Float64Array(m).fill(1 / m)))
  jacobian.set(gradient, n)
  const mean = rows.values.reduce((sum, loss) => sum + loss, 0) / m
  return linearizeJacobian({ objectives: 2, parameters: n, values: jacobian }, Float64Array.of(mean, value))
}
