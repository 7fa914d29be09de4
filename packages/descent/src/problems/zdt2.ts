/**
 * ZDT2: a concave front. f₁ = x₁, f₂ = g (1 - (x₁/g)²), g = 1 + 9 mean(x₂ … xₙ), in [0, 1]ⁿ.
 *
 * Pareto set: x₂ = … = xₙ = 0; front f₂ = 1 - f₁². Source: see {@link zdt}.
 *
 * Traps: every point of the front but its ends is the worst, not the best, of its weighted sum along the front, so
 * the mean leaves it; with small x₁ the slope of f₂ in x₁ fades and the pull of f₁ wins.
 *
 * @module
 */
import type { Problem } from "./problem.ts"
import { LEAST, type ZdtOptions, zdt } from "./zdt.ts"

/** ZDT2. */
export function zdt2(options: ZdtOptions = {}): Problem {
  return zdt(
    {
      name: "zdt2",
      title: "ZDT2, a concave front",
      second: {
        value: (a, g) => g - (a * a) / g,
        slopes: (a, g) => [(-2 * a) / g, 1 + ((a / g) * a) / g]
      },
      front: [[LEAST, 1]],
      view: [-0.4, 9.6],
      learningRate: 0.02,
      steps: 500
    },
    options
  )
}
