/**
 * The largest singular value of a small bidiagonal matrix.
 *
 * @module
 */

/** A matrix B that grows: upper bidiagonal, with the diagonal α and β beside it. */
export interface LargestOfBidiagonal {
  /** α_1 … α_k, not negative. */
  readonly diagonal: Float64Array
  /** β_1 … β_(k-1), not negative: entry i is right of α_i. */
  readonly beside: Float64Array
  /** The right singular vector of the last `solve`, k entries, of length 1. */
  readonly vector: Float64Array
  /** ‖B‖₂ of the first k rows and columns, to rounding. */
  solve(k: number): number
}

/** From a shift that is right to rounding the first step is all but enough. */
const INVERSE_STEPS = 3

/**
 * Plans it for up to `most` rows.
 *
 * T = BᵀB is tridiagonal with diagonal α_i² + β_(i-1)² and α_i β_i beside it. Its largest eigenvalue is the least λ for
 * which T - λI is negative definite, as the signs of the pivots of its elimination tell: a bisection. From the upper
 * end, where elimination without exchanges is stable, inverse iteration gives the vector; that has no entry below zero,
 * so a start of ones is not orthogonal to it.
 */
export function planLargestOfBidiagonal(most: number): LargestOfBidiagonal {
  const diagonal = new Float64Array(most)
  const beside = new Float64Array(most)
  const vector = new Float64Array(most)
  const squares = new Float64Array(most)
  const products = new Float64Array(most)
  const pivots = new Float64Array(most)

  const isNegativeDefinite = (shift: number, k: number) => {
    let pivot = (squares[0] ?? 0) - shift
    for (let i = 1; i < k && pivot < 0; i++) {
      const product = products[i - 1] ?? 0
      pivot = (squares[i] ?? 0) - shift - (product / pivot) * product
    }
    return pivot < 0
  }

  const largestEigenvalue = (k: number) => {
    let low = 0
    let high = 0
    for (let i = 0; i < k; i++) {
      low = Math.max(low, squares[i] ?? 0)
      const reach = (i === 0 ? 0 : (products[i - 1] ?? 0)) + (i === k - 1 ? 0 : (products[i] ?? 0))
      high = Math.max(high, (squares[i] ?? 0) + reach)
    }
    high *= 1 + 2 ** -50
    for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
      if (isNegativeDefinite(middle, k)) high = middle
      else low = middle
    }
    return high
  }

  /** (T - shift I) x = b in place, b in `vector`. */
  const solveShifted = (shift: number, k: number) => {
    for (let i = 0; i < k; i++) {
      const product = i === 0 ? 0 : (products[i - 1] ?? 0)
      const factor = i === 0 ? 0 : product / (pivots[i - 1] ?? 1)
      const pivot = (squares[i] ?? 0) - shift - factor * product
      // At the eigenvalue itself the last pivot is 0 in exact arithmetic.
      pivots[i] = pivot < 0 ? pivot : -shift * 2 ** -53
      if (i > 0) vector[i] = (vector[i] ?? 0) - factor * (vector[i - 1] ?? 0)
    }
    for (let i = k - 1; i >= 0; i--) {
      const behind = i === k - 1 ? 0 : (products[i] ?? 0) * (vector[i + 1] ?? 0)
      vector[i] = ((vector[i] ?? 0) - behind) / (pivots[i] ?? 1)
    }
  }

  return {
    diagonal,
    beside,
    vector,
    solve(k) {
      for (let i = 0; i < k; i++) {
        const alpha = diagonal[i] ?? 0
        const above = i === 0 ? 0 : (beside[i - 1] ?? 0)
        squares[i] = alpha * alpha + above * above
        products[i] = alpha * (beside[i] ?? 0)
      }
      const eigenvalue = largestEigenvalue(k)
      vector.fill(1, 0, k)
      if (eigenvalue === 0) return 0
      for (let step = 0; step < INVERSE_STEPS; step++) {
        solveShifted(eigenvalue, k)
        let sum = 0
        for (let i = 0; i < k; i++) sum += (vector[i] ?? 0) ** 2
        const length = Math.sqrt(sum)
        for (let i = 0; i < k; i++) vector[i] = (vector[i] ?? 0) / length
      }
      return Math.sqrt(eigenvalue)
    }
  }
}
