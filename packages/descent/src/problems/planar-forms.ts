/**
 * Quadratic forms on a plane: two of them, with minima at (1, 0) and (-1, 0).
 *
 * @module
 */

/** A symmetric 2 × 2 matrix A. */
export interface PlaneMatrix {
  readonly xx: number
  readonly xy: number
  readonly yy: number
}

/** dᵀ A d for d = (a, b). */
export function quadraticForm({ xx, xy, yy }: PlaneMatrix, a: number, b: number): number {
  return xx * a * a + 2 * xy * a * b + yy * b * b
}

/**
 * The point x(w) = (w A₁ + (1-w) A₂)⁻¹ (w A₁ v₁ + (1-w) A₂ v₂), v₁ = (1, 0), v₂ = (-1, 0), where
 * w ∇f₁ + (1-w) ∇f₂ = 0 for fᵢ = (x - vᵢ)ᵀ Aᵢ (x - vᵢ).
 */
export function balancedPoint(first: PlaneMatrix, second: PlaneMatrix, w: number): readonly [number, number] {
  const v = 1 - w
  const xx = w * first.xx + v * second.xx
  const xy = w * first.xy + v * second.xy
  const yy = w * first.yy + v * second.yy
  const right = w * first.xx - v * second.xx
  const up = w * first.xy - v * second.xy
  const determinant = xx * yy - xy * xy
  return [(yy * right - xy * up) / determinant, (xx * up - xy * right) / determinant]
}
