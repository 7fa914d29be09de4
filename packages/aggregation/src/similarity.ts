/**
 * How far a direction turns from the mean gradient.
 *
 * @module
 */
import type { Gramian } from "./linearization.ts"

/**
 * The cosine of Jᵀ w and the mean gradient Jᵀ 1/m, from the Gramian alone:
 *
 *     wᵀ G 1 / √(wᵀ G w · 1ᵀ G 1)
 *
 * Zero when either is zero.
 */
export function similarity({ objectives: m, values }: Gramian, weights: ArrayLike<number>): number {
  let cross = 0
  let squaredDirection = 0
  let squaredSum = 0
  for (let i = 0; i < m; i++) {
    let weighted = 0
    let plain = 0
    for (let j = 0; j < m; j++) {
      const entry = values[i * m + j] ?? 0
      weighted += entry * (weights[j] ?? 0)
      plain += entry
    }
    cross += (weights[i] ?? 0) * plain
    squaredDirection += (weights[i] ?? 0) * weighted
    squaredSum += plain
  }
  const lengths = Math.sqrt(squaredDirection) * Math.sqrt(squaredSum)
  return lengths > 0 ? Math.min(1, Math.max(-1, cross / lengths)) : 0
}
