/**
 * Linearizations of which the whole Jacobian is at hand, in float64.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { JacobianLinearization } from "./linearization.ts"
import { matrixFromRows, matrixOver } from "./matrix.ts"

/** Entries of a row whose products are summed before they join the total. */
const BLOCK = 512

/** A Jacobian as rows of m lists of n numbers, or as m·n float64 values, row-major, that are not copied. */
export type Jacobian =
  | readonly ArrayLike<number>[]
  | { readonly values: Float64Array; readonly objectives: number; readonly parameters: number }

/**
 * The linearization with Jacobian J, m × n, and values f(x), which are NaN when they are not given.
 *
 * The Gramian is computed at the first call, m(m+1)n/2 products in float64, summed by blocks in a fixed order, so
 * that its error grows with n/512 instead of n. A pullback is a fresh array.
 *
 * @throws InputError for no rows or columns, ragged rows, entries that are not finite numbers (row and column counted
 * from zero), and a number of values that is not m.
 */
export function linearizeJacobian(jacobian: Jacobian, values?: ArrayLike<number>): JacobianLinearization<Float64Array> {
  const matrix =
    "objectives" in jacobian
      ? matrixOver(jacobian.values, jacobian.objectives, jacobian.parameters, "Jacobian")
      : matrixFromRows(jacobian, "Jacobian")
  const { rows: objectives, columns: parameters, values: entries } = matrix
  if (values !== undefined && values.length !== objectives) {
    const rule = `there must be one for each of the ${objectives} rows of the Jacobian`
    throw new InputError({ rule, place: "the number of values", value: values.length })
  }
  let products: Float64Array | undefined
  return {
    objectives,
    parameters,
    values: values === undefined ? new Float64Array(objectives).fill(Number.NaN) : Float64Array.from(values),
    gramian() {
      products ??= gramianOf(entries, objectives, parameters)
      return { objectives, values: products }
    },
    pullback: (weights) => pullback(entries, parameters, weights, objectives),
    jacobian: () => entries
  }
}

/** J Jᵀ, block of columns by block of columns. */
function gramianOf(jacobian: Float64Array, m: number, n: number): Float64Array {
  const gramian = new Float64Array(m * m)
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n)
    for (let i = 0; i < m; i++) {
      const row = jacobian.subarray(i * n + start, i * n + end)
      for (let j = 0; j <= i; j++) {
        const product = dot(row, jacobian.subarray(j * n + start, j * n + end))
        gramian[i * m + j] = (gramian[i * m + j] ?? 0) + product
      }
    }
  }
  for (let i = 0; i < m; i++) for (let j = 0; j < i; j++) gramian[j * m + i] = gramian[i * m + j] ?? 0
  return gramian
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += (a[k] ?? 0) * (b[k] ?? 0)
  return sum
}

/** Jᵀ w, row by row. */
function pullback(jacobian: Float64Array, n: number, weights: Float64Array, m: number): Float64Array {
  if (weights.length !== m) {
    const rule = `there must be one for each of the ${m} rows of the Jacobian`
    throw new InputError({ rule, place: "the number of weights", value: weights.length })
  }
  const direction = new Float64Array(n)
  weights.forEach((weight, i) => {
    for (let k = 0; k < n; k++) direction[k] = (direction[k] ?? 0) + weight * (jacobian[i * n + k] ?? 0)
  })
  return direction
}
