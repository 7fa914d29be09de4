/**
 * Linearizations of which the whole Jacobian is at hand, in float32 or float64.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Direction, JacobianLinearization } from "./linearization.ts"
import { type Matrix, matrixFromRows, matrixOver } from "./matrix.ts"
import { writeGramian, writePullback } from "./row-products.ts"

/** A Jacobian of m·n values, row-major, that are not copied. */
export interface FlatJacobian<D extends Direction = Direction> {
  readonly values: D
  readonly objectives: number
  readonly parameters: number
}

/** A Jacobian in float64, as rows of m lists of n numbers, which are copied, or flat. */
export type Jacobian = readonly ArrayLike<number>[] | FlatJacobian<Float64Array>

/**
 * The linearization with Jacobian J, m × n, and values f(x), which are NaN when they are not given.
 *
 * The Gramian is computed at the first call, m(m+1)n/2 products in float64, summed by blocks in a fixed order, so
 * that its error grows with n/512 instead of n. A pullback is a fresh array in the precision of the Jacobian, summed in
 * float64.
 *
 * @throws InputError for no rows or columns, ragged rows, entries that are not finite numbers (row and column counted
 * from zero), and a number of values that is not m.
 */
export function linearizeJacobian(
  jacobian: FlatJacobian<Float32Array>,
  values?: ArrayLike<number>
): JacobianLinearization<Float32Array>
export function linearizeJacobian(jacobian: Jacobian, values?: ArrayLike<number>): JacobianLinearization<Float64Array>
export function linearizeJacobian(
  jacobian: FlatJacobian,
  values?: ArrayLike<number>
): JacobianLinearization<Float32Array> | JacobianLinearization<Float64Array>
export function linearizeJacobian(
  jacobian: Jacobian | FlatJacobian,
  values?: ArrayLike<number>
): JacobianLinearization<Float32Array> | JacobianLinearization<Float64Array> {
  if (!("objectives" in jacobian)) return linearized(matrixFromRows(jacobian, "Jacobian"), values, (exact) => exact)
  const { objectives: m, parameters: n, values: entries } = jacobian
  if (entries instanceof Float64Array) {
    return linearized(matrixOver(entries, m, n, "Jacobian"), values, (exact) => exact)
  }
  return linearized(matrixOver(entries, m, n, "Jacobian"), values, (exact) => Float32Array.from(exact))
}

/** `rounded` brings a direction into the precision of the entries. */
function linearized<D extends Direction>(
  { rows: objectives, columns: parameters, values: entries }: Matrix<D>,
  values: ArrayLike<number> | undefined,
  rounded: (direction: Float64Array) => D
): JacobianLinearization<D> {
  if (values !== undefined && values.length !== objectives) {
    const rule = `there must be one for each of the ${objectives} rows of the Jacobian`
    throw new InputError({ rule, place: "the number of values", value: values.length })
  }
  const size = { objectives, parameters }
  let products: Float64Array | undefined
  return {
    ...size,
    values: values === undefined ? new Float64Array(objectives).fill(Number.NaN) : Float64Array.from(values),
    gramian() {
      if (products === undefined) {
        products = new Float64Array(objectives * objectives)
        writeGramian(products, entries, size)
      }
      return { objectives, values: products }
    },
    pullback(weights) {
      if (weights.length !== objectives) {
        const rule = `there must be one for each of the ${objectives} rows of the Jacobian`
        throw new InputError({ rule, place: "the number of weights", value: weights.length })
      }
      const direction = new Float64Array(parameters)
      writePullback(direction, entries, weights, size)
      return rounded(direction)
    },
    jacobian: () => entries
  }
}
