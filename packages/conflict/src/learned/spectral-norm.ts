/**
 * The spectral norm of a matrix.
 *
 * @module
 */

const ITERATIONS = 40

/** ‖W‖₂ with its singular vectors, by power iteration from an even start: W ≈ norm · left rightᵀ + less. */
export function spectralNorm(
  weights: ArrayLike<number>,
  rows: number,
  columns: number
): { readonly norm: number; readonly left: Float64Array; readonly right: Float64Array } {
  const left = new Float64Array(rows)
  // Not quite even: a matrix whose rows sum to 0 would be orthogonal to an even start.
  const right = Float64Array.from({ length: columns }, (_, i) => 1 + (i % 7) / 7)
  normalise(right)
  let norm = 0
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    for (let r = 0; r < rows; r++) {
      let sum = 0
      for (let c = 0; c < columns; c++) sum += (weights[r * columns + c] ?? 0) * (right[c] ?? 0)
      left[r] = sum
    }
    normalise(left)
    right.fill(0)
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) right[c] = (right[c] ?? 0) + (weights[r * columns + c] ?? 0) * (left[r] ?? 0)
    }
    norm = normalise(right)
  }
  return { norm, left, right }
}

/** Brings a vector to length 1, in place, and says what its length was; a zero vector stays. */
function normalise(vector: Float64Array): number {
  let squares = 0
  for (const entry of vector) squares += entry * entry
  const length = Math.sqrt(squares)
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length
  return length
}
