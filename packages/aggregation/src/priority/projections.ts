/**
 * Projections onto the spans of unit vectors in their order, Gram and Schmidt's, from inner products alone.
 *
 * The matrix C of cosines is factorised as L D Lᵀ, unit lower triangular L; D_k is the squared distance of vector k
 * from the span of those before it, sin² of their angle. A vector at a sine of 10⁻⁶ or less is left out: it adds no
 * dimension that could be told from the rounding of the inner products.
 *
 * @module
 */

/** Largest sin² of the angle between a vector and a span that it counts as part of. */
const DEPENDENT = 1e-12

/** Unit vectors u_0, u_1, … of which only the inner products are known. */
export interface Projections {
  /** Takes the cosines C_ij = u_i·u_j, rows `stride` apart; those of a vector of zeros are 0, its own too. */
  factorise(cosines: Float64Array, stride: number): void
  /**
   * Writes c with Σ c_j u_j the projection of a vector x onto the span of the first `count` vectors; `products` has
   * x·u_j at `start + j`. Vectors that were left out have c_j = 0.
   */
  project(into: Float64Array, products: Float64Array, start: number, count: number): void
}

/** Room for so many vectors. */
export function planProjections(vectors: number): Projections {
  const factor = new Float64Array(vectors * vectors)
  const squares = new Float64Array(vectors)
  const entry = (k: number, j: number) => factor[k * vectors + j] ?? 0

  return {
    factorise(cosines, stride) {
      for (let k = 0; k < vectors; k++) {
        let square = cosines[k * stride + k] ?? 0
        for (let j = 0; j < k; j++) {
          const distance = squares[j] ?? 0
          let product = cosines[k * stride + j] ?? 0
          for (let i = 0; i < j; i++) product -= entry(k, i) * (squares[i] ?? 0) * entry(j, i)
          const quotient = distance === 0 ? 0 : product / distance
          factor[k * vectors + j] = quotient
          square -= quotient * quotient * distance
        }
        squares[k] = square > DEPENDENT ? square : 0
      }
    },
    project(into, products, start, count) {
      // L y = products, then Lᵀ c = D⁻¹ y, where 1/0 counts as 0.
      for (let j = 0; j < count; j++) {
        let product = products[start + j] ?? 0
        for (let i = 0; i < j; i++) product -= entry(j, i) * (into[i] ?? 0)
        into[j] = product
      }
      for (let j = count - 1; j >= 0; j--) {
        const square = squares[j] ?? 0
        let coefficient = square === 0 ? 0 : (into[j] ?? 0) / square
        for (let i = j + 1; i < count; i++) coefficient -= entry(i, j) * (into[i] ?? 0)
        into[j] = coefficient
      }
    }
  }
}
