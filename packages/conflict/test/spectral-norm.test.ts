/** The spectral norm and its vectors. */
import { expect, test } from "bun:test"
import { generator } from "@dualcone/aggregation"
import { spectralNorm } from "../src/learned/spectral-norm.ts"
import { uniform } from "./context.ts"

test("of a rotated diagonal matrix is its largest entry, with the rotation's columns as vectors", () => {
  const [c, s] = [0.6, 0.8]
  // U diag(3, 2) Vᵀ, U the rotation (c, -s; s, c), V the identity.
  const { norm, left, right } = spectralNorm([3 * c, -2 * s, 3 * s, 2 * c], 2, 2)
  expect(norm).toBeCloseTo(3, 12)
  expect(Math.abs(left[0] ?? 0)).toBeCloseTo(c, 12)
  expect(Math.abs(left[1] ?? 0)).toBeCloseTo(s, 12)
  expect(Math.abs(right[0] ?? 0)).toBeCloseTo(1, 12)
})

test("has a gradient left rightᵀ: by differences, on a drawn matrix whose largest values are close", () => {
  const draw = generator(2)
  const weights = Float64Array.from({ length: 8 * 20 }, () => uniform(draw, -1, 1))
  const { norm, left, right } = spectralNorm(weights, 8, 20)
  for (let k = 0; k < 20; k++) {
    const at = draw.below(weights.length)
    const moved = (step: number) =>
      spectralNorm(
        weights.map((entry, i) => (i === at ? entry + step : entry)),
        8,
        20
      ).norm
    const slope = (left[Math.floor(at / 20)] ?? 0) * (right[at % 20] ?? 0)
    expect((moved(1e-5) - moved(-1e-5)) / 2e-5).toBeCloseTo(slope, 6)
  }
  // No unit vector is stretched more.
  for (let k = 0; k < 100; k++) {
    const x = Float64Array.from({ length: 20 }, () => uniform(draw, -1, 1))
    const stretched = Array.from({ length: 8 }, (_, r) =>
      x.reduce((sum, entry, i) => sum + entry * (weights[r * 20 + i] ?? 0), 0)
    )
    expect(Math.hypot(...stretched) / Math.hypot(...x)).toBeLessThanOrEqual(norm + 1e-9)
  }
})
