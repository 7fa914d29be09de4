/**
 * Normal deviates from a seed.
 *
 * @module
 */
import { generator } from "@dualcone/descent"

/** A stream of standard normal deviates by the transform of Box and Muller (1958); equal keys give equal streams. */
export function normals(...keys: readonly number[]): () => number {
  const { next } = generator(...keys)
  let spare: number | null = null
  return () => {
    if (spare !== null) {
      const kept = spare
      spare = null
      return kept
    }
    const radius = Math.sqrt(-2 * Math.log((next() + 1) / 2 ** 32))
    const angle = (2 * Math.PI * next()) / 2 ** 32
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}
