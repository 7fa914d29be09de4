/**
 * The spectral norm of a matrix.
 *
 * @module
 */

/** W Wᵀ is squared so many times: as good as 2¹² power iterations. */
const SQUARINGS = 12

/**
 * ‖W‖₂ with its singular vectors, for few rows: W Wᵀ is squared again and again, until its columns are multiples of the
 * left vector. Costs rows² columns and some rows³.
 */
export function spectralNorm(
  weights: ArrayLike<number>,
  rows: number,
  columns: number
): { readonly norm: number; readonly left: Float64Array; readonly right: Float64Array } {
  let power = new Float64Array(rows * rows)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0
      for (let c = 0; c < columns; c++) product += (weights[i * columns + c] ?? 0) * (weights[j * columns + c] ?? 0)
      power[i * rows + j] = product
      power[j * rows + i] = product
    }
  }
  for (let k = 0; k < SQUARINGS; k++) {
    normalise(power)
    power = squared(power, rows)
  }
  // The largest diagonal entry belongs to the longest column.
  let longest = 0
  for (let i = 1; i < rows; i++) if ((power[i * rows + i] ?? 0) > (power[longest * rows + longest] ?? 0)) longest = i
  const left = power.slice(longest * rows, (longest + 1) * rows)
  normalise(left)
  const right = new Float64Array(columns)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) right[c] = (right[c] ?? 0) + (weights[r * columns + c] ?? 0) * (left[r] ?? 0)
  }
  return { norm: normalise(right), left, right }
}

/** S S of a symmetric matrix. */
function squared(symmetric: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += (symmetric[i * n + k] ?? 0) * (symmetric[j * n + k] ?? 0)
      product[i * n + j] = sum
      product[j * n + i] = sum
    }
  }
  return product
}

/** Brings a vector to length 1, in place, and says what its length was; a zero vector stays. */
function normalise(vector: Float64Array): number {
  let squares = 0
  for (const entry of vector) squares += entry * entry
  const length = Math.sqrt(squares)
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length
  return length
}
