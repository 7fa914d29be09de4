/**
 * The spectral norm of a matrix with its singular vectors, by Lanczos bidiagonalisation.
 *
 * @module
 */
import { generator } from "@dualcone/aggregation"
import { planLargestOfBidiagonal } from "./bidiagonal.ts"

/** σ = ‖W‖₂ = leftᵀ W right, the largest singular value of a matrix W, rows × columns. */
export interface SpectralNorm {
  readonly norm: number
  /** u, of length 1; zeros for a matrix of zeros. With v it is the gradient of the norm: ∂‖W‖₂ / ∂W = u vᵀ. */
  readonly left: Float64Array
  /** v, of length 1; zeros for a matrix of zeros. */
  readonly right: Float64Array
  /** Products with W, and as many with Wᵀ, that it took. */
  readonly steps: number
}

/**
 * Plans spectral norms of `rows` × `columns` matrices, row-major, in float64. Buffers are planned here; the vectors of a
 * result hold until the next call.
 *
 * Power iteration keeps the last of the vectors x, WᵀW x, (WᵀW)² x, … alone; this takes the best of their span (Golub
 * and Kahan 1965), so that matrices as networks draw them, whose second singular value is some hundredths below the
 * first, take tens of steps in place of hundreds. It ends where ‖Wᵀu - σ v‖ ≤ τ σ with the tolerance τ, after at most
 * min(rows, columns) steps. With a relative gap γ to the second singular value, σ is then right to about τ²/γ of itself,
 * and u and v to τ/γ. Whatever the gap, ‖W′‖₂ ≥ σ + uᵀ (W′ - W) v for every W′: u vᵀ is a subgradient of the convex
 * function ‖W‖₂ but for the error of σ, and one of many where there is no gap.
 *
 * The result is a function of the matrix alone: the start is drawn from a fixed seed, and nothing is kept from call to
 * call.
 */
export function planSpectralNorm(
  rows: number,
  columns: number,
  tolerance: number
): (matrix: ArrayLike<number>) => SpectralNorm {
  // Of W or Wᵀ, whichever has no more columns than rows: A, long × short. The basis is one of its short side.
  const wide = columns > rows
  const short = Math.min(rows, columns)
  const long = Math.max(rows, columns)
  const start = drawn(short)
  const basis: Float64Array[] = []
  const next = new Float64Array(short)
  const image = new Float64Array(long)
  const across = new Float64Array(long)
  const best = new Float64Array(short)
  const { diagonal, beside, vector, solve } = planLargestOfBidiagonal(short)

  return (matrix) => {
    const multiply = wide ? timesTransposed : times
    const transposed = wide ? times : timesTransposed
    next.set(start)
    across.fill(0)
    let beta = 0
    let steps = 0
    let found = false
    while (!found && steps < short) {
      const along = basis[steps] ?? new Float64Array(short)
      basis[steps] = along
      along.set(next)
      // α_k u_k = A v_k - β_(k-1) u_(k-1), then β_k v_(k+1) = Aᵀ u_k - α_k v_k.
      multiply(matrix, along, image)
      for (let i = 0; i < long; i++) across[i] = (image[i] ?? 0) - beta * (across[i] ?? 0)
      diagonal[steps] = normalise(across)
      transposed(matrix, across, next)
      // In exact arithmetic v_k alone were in the way; rounding brings back what is in the basis, and twice removes it.
      for (let pass = 0; pass < 2; pass++) for (let k = steps; k >= 0; k--) remove(basis[k] ?? along, next)
      beta = normalise(next)
      beside[steps] = beta
      steps++
      const value = solve(steps)
      // Aᵀ u - σ v is β_k v_(k+1) times the last entry of the left vector, which is B's product with the right one over σ.
      const last = (diagonal[steps - 1] ?? 0) * (vector[steps - 1] ?? 0)
      found = beta * Math.abs(last) <= tolerance * value * value
    }
    best.fill(0)
    for (let k = 0; k < steps; k++) add(vector[k] ?? 0, basis[k] ?? start, best)
    multiply(matrix, best, image)
    const norm = normalise(image)
    if (norm === 0) best.fill(0)
    return { norm, left: wide ? best : image, right: wide ? image : best, steps }
  }
}

/** A vector of length 1, always the same for a number of entries. */
function drawn(length: number): Float64Array {
  const { next } = generator(length)
  const vector = Float64Array.from({ length }, () => next() / 2 ** 32 - 0.5)
  normalise(vector)
  return vector
}

/** Rows that are gone through together, so that vectors are read less often. */
const TOGETHER = 4

/** y = W x. */
function times(matrix: ArrayLike<number>, x: Float64Array, y: Float64Array): void {
  const columns = x.length
  let row = 0
  for (; row + TOGETHER <= y.length; row += TOGETHER) {
    const first = row * columns
    const second = first + columns
    const third = second + columns
    const fourth = third + columns
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    for (let k = 0; k < columns; k++) {
      const entry = x[k] ?? 0
      a += (matrix[first + k] ?? 0) * entry
      b += (matrix[second + k] ?? 0) * entry
      c += (matrix[third + k] ?? 0) * entry
      d += (matrix[fourth + k] ?? 0) * entry
    }
    y[row] = a
    y[row + 1] = b
    y[row + 2] = c
    y[row + 3] = d
  }
  for (; row < y.length; row++) {
    let sum = 0
    for (let k = 0; k < columns; k++) sum += (matrix[row * columns + k] ?? 0) * (x[k] ?? 0)
    y[row] = sum
  }
}

/** y = Wᵀ x. */
function timesTransposed(matrix: ArrayLike<number>, x: Float64Array, y: Float64Array): void {
  const columns = y.length
  y.fill(0)
  let row = 0
  for (; row + TOGETHER <= x.length; row += TOGETHER) {
    const first = row * columns
    const second = first + columns
    const third = second + columns
    const fourth = third + columns
    const a = x[row] ?? 0
    const b = x[row + 1] ?? 0
    const c = x[row + 2] ?? 0
    const d = x[row + 3] ?? 0
    for (let k = 0; k < columns; k++) {
      const front = a * (matrix[first + k] ?? 0) + b * (matrix[second + k] ?? 0)
      y[k] = (y[k] ?? 0) + front + (c * (matrix[third + k] ?? 0) + d * (matrix[fourth + k] ?? 0))
    }
  }
  for (; row < x.length; row++) {
    const amount = x[row] ?? 0
    for (let k = 0; k < columns; k++) y[k] = (y[k] ?? 0) + amount * (matrix[row * columns + k] ?? 0)
  }
}

/** Takes off `vector` what it has of a unit vector. */
function remove(unit: Float64Array, vector: Float64Array): void {
  let inner = 0
  for (let i = 0; i < vector.length; i++) inner += (unit[i] ?? 0) * (vector[i] ?? 0)
  add(-inner, unit, vector)
}

function add(amount: number, of: Float64Array, to: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + amount * (of[i] ?? 0)
}

/** Divides a vector by its length, which it gives; one of zeros stays. */
function normalise(vector: Float64Array): number {
  let squares = 0
  for (const entry of vector) squares += entry * entry
  const length = Math.sqrt(squares)
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length
  return length
}
