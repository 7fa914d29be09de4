/**
 * ZDT1: a convex front. f₁ = x₁, f₂ = g (1 - √(x₁/g)), g = 1 + 9 mean(x₂ … xₙ), in [0, 1]ⁿ.
 *
 * Pareto set: x₂ = … = xₙ = 0; front f₂ = 1 - √f₁. Source: see {@link zdt}.
 *
 * Traps: f₂ falls without bound in slope as x₁ → 0, so the rows there differ by orders of magnitude; x₁ stays above
 * 10⁻⁶. f₁ falls along x₁ alone and f₂ rises then: a method that favours one row slides to an end of the front.
 *
 * @module
 */
import type { Problem } from "./problem.ts"
import { LEAST, type ZdtOptions, zdt } from "./zdt.ts"

/** ZDT1. Square roots are the same in every runtime, so it needs no functions from outside. */
export function zdt1(options: ZdtOptions = {}): Problem {
  return zdt(
    {
      name: "zdt1",
      title: "ZDT1, a convex front",
      second: {
        value: (a, g) => g - Math.sqrt(a * g),
        slopes: (a, g) => [-Math.sqrt(g / a) / 2, 1 - Math.sqrt(a / g) / 2]
      },
      front: [[LEAST, 1]],
      view: [-0.4, 9],
      learningRate: 0.02,
      steps: 500
    },
    options
  )
}
