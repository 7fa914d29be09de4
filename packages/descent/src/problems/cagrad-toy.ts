/**
 * The toy of CAGrad: a smooth valley with a Pareto set at the bottom, and two sharp canyons on the way.
 *
 * f₁ = s (c₁ (log max(|½(-x₁-7) - tanh(-x₂)|, δ) + 6) + c₂ (((-x₁+7)² + 0.1 (-x₂-8)²) / 10 - 20)),
 * f₂ =    c₁ (log max(|½(-x₁+3) + tanh(-x₂) + 2|, δ) + 6) + c₂ (((-x₁-7)² + 0.1 (-x₂-8)²) / 10 - 20),
 * c₁ = max(tanh(x₂/2), 0), c₂ = max(tanh(-x₂/2), 0), δ = 5·10⁻⁶, s the scale of the first objective (1; 0.1 in the
 * runs of Nash-MTL). Sources: "Conflict-Averse Gradient Descent for Multi-task Learning" (arXiv 2110.14048), Figure 2;
 * "Multi-Task Learning as a Bargaining Game" (arXiv 2202.01017), Figure 1, whose five starts and step count these are.
 *
 * Pareto set: |x₁| ≤ 7 and x₂ = -8.3551 at x₁ = 0, falling to -8.4345 at the ends; x₂ solves
 * c₂′ q + c₂ (x₂+8)/50 = 0, q = (49 - x₁²)/10 + (x₂+8)²/100 - 20, where w = (7+x₁)/14 balances the first coordinate.
 * No point with x₂ ≥ 0 is in it: log δ + 6 > -6.3 bounds both objectives from below there.
 *
 * On the line x₂ = 0, where both c₁ and c₂ have a kink, J counts the slopes of both sides, twice what PyTorch's `maximum`
 * gives and the same direction; with neither, as its `clamp` has it, the start (0, 0) would be stationary.
 *
 * Traps: for x₂ > 0 each objective has a canyon with a slope of up to 1/(2δ); a method that follows the larger
 * gradient falls into one and stays; with s = 0.1 one that follows the larger objective forgets the first.
 *
 * @module
 */
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { paretoSet } from "./pareto-set.ts"
import { objectivePlane, type Problem, parameterPlane } from "./problem.ts"
import { bisect } from "./root.ts"

const DELTA = 5e-6

/** Options of {@link cagradToy}. */
export interface CagradToyOptions {
  /** s, the factor of the first objective, positive. Default 1. */
  readonly scale?: number
}

/**
 * The toy of CAGrad.
 *
 * @throws {InputError} for a scale that is not positive and finite
 */
export function cagradToy({ log, tanh }: RealFunctions, { scale = 1 }: CagradToyOptions = {}): Problem {
  if (!Number.isFinite(scale) || scale <= 0) {
    throw new InputError({ rule: "it must be positive and finite", place: "scale", value: scale })
  }

  /** x₂ of the Pareto set at x₁. */
  const bottom = (a: number) =>
    bisect(
      (b) => {
        const c = tanh(-b / 2)
        const q = (49 - a * a) / 10 + ((b + 8) * (b + 8)) / 100 - 20
        return -((1 - c * c) / 2) * q + (c * (b + 8)) / 50
      },
      -10,
      -8
    )

  return {
    name: "cagrad-toy",
    title: "Canyons and a valley",
    source:
      "Conflict-Averse Gradient Descent for Multi-task Learning (arXiv 2110.14048), Figure 2; starts and steps of Multi-Task Learning as a Bargaining Game (arXiv 2202.01017)",
    parameters: 2,
    objectives: 2,
    values([a = Number.NaN, b = Number.NaN]) {
      const t = tanh(b)
      const c1 = Math.max(tanh(b / 2), 0)
      const c2 = Math.max(tanh(-b / 2), 0)
      const l1 = log(Math.max(Math.abs((-a - 7) / 2 + t), DELTA)) + 6
      const l2 = log(Math.max(Math.abs((3 - a) / 2 - t + 2), DELTA)) + 6
      const depth = 0.1 * (b + 8) * (b + 8)
      const q1 = ((a - 7) * (a - 7) + depth) / 10 - 20
      const q2 = ((a + 7) * (a + 7) + depth) / 10 - 20
      return Float64Array.of(scale * (c1 * l1 + c2 * q1), c1 * l2 + c2 * q2)
    },
    jacobian([a = Number.NaN, b = Number.NaN]) {
      const t = tanh(b)
      const half = tanh(b / 2)
      const slope = (1 - half * half) / 2
      const depth = 0.1 * (b + 8) * (b + 8)
      const row = (u: number, tanhSign: number, centre: number) => {
        let right = 0
        let up = 0
        if (b >= 0) {
          const canyon = Math.abs(u)
          const steep = canyon >= DELTA ? half / u : 0
          right -= steep / 2
          up += slope * (log(Math.max(canyon, DELTA)) + 6) + steep * tanhSign * (1 - t * t)
        }
        if (b <= 0) {
          right -= (half * (a - centre)) / 5
          up -= slope * (((a - centre) * (a - centre) + depth) / 10 - 20) + (half * (b + 8)) / 50
        }
        return [right, up] as const
      }
      const [f1a, f1b] = row((-a - 7) / 2 + t, 1, 7)
      const [f2a, f2b] = row((3 - a) / 2 - t + 2, -1, -7)
      return Float64Array.of(scale * f1a, scale * f1b, f2a, f2b)
    },
    starts: [
      [-8.5, 7.5],
      [0, 0],
      [9, 9],
      [-7.5, -0.5],
      [9, -1]
    ],
    paretoSet: paretoSet([(t) => Float64Array.of(14 * t - 7, bottom(14 * t - 7))]),
    view: {
      parameters: parameterPlane({ x: [-10, 10], y: [-10, 10] }),
      values: objectivePlane({ x: [-21 * scale, 12 * scale], y: [-21, 12] })
    },
    protocol: { optimizer: "adam", learningRate: 0.001, schedule: "constant", steps: 35_000, multipliers: {} }
  }
}
