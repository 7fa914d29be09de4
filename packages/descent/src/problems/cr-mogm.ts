/**
 * The counterexample of CR-MOGM, equation 4: methods that bend the weights towards the drawn gradients climb.
 *
 * f₁ is (x+1)² + (y-2)² or (x+5)² + (y+2)² with probability ½ each, f₂ is (x-1)² + (y-2)² or (x-5)² + (y+2)², drawn
 * independently of f₁; feasible are -1 ≤ x ≤ 1, y ≥ 0. The means are (x±3)² + y² + 8, so the Pareto set is y = 0 and
 * the front (x+3)² + 8, (x-3)² + 8. Source: "On the Convergence of Stochastic Multi-Objective Gradient Manipulation
 * and Beyond" (NeurIPS 2022), section 3, Figure 1.
 *
 * Traps: of the four pairs of draws, the two with one coin each way pull y in opposite ways; weights that answer to the
 * drawn gradients favour the pull upwards, and the average step of MGDA, PCGrad and UPGrad at (0, 0.4) leads up where
 * the mean leads down. With one coin for both objectives the effect is gone.
 *
 * @module
 */
import type { Generator } from "@dualcone/aggregation"
import { type ParetoSet, paretoSet } from "./pareto-set.ts"
import { type Estimate, objectivePlane, type Problem, parameterPlane } from "./problem.ts"

/** The counterexample with coins. */
export const crMogm: Problem = {
  name: "cr-mogm",
  title: "Two coins",
  source:
    "On the Convergence of Stochastic Multi-Objective Gradient Manipulation and Beyond (NeurIPS 2022), equation 4, Figure 1",
  parameters: 2,
  objectives: 2,
  values: meanValues,
  jacobian: meanJacobian,
  sample(x, draw) {
    const first = coin(draw)
    return tossed(x, first, coin(draw))
  },
  outcomes: (x) =>
    ([0, 1] as const).flatMap((first) =>
      ([0, 1] as const).map((second) => ({ probability: 0.25, ...tossed(x, first, second) }))
    ),
  project: projectOnStrip,
  starts: [[0, 0.4]],
  paretoSet: bottomOfStrip(),
  view: {
    parameters: parameterPlane({ x: [-1, 1], y: [-0.05, 0.75] }),
    values: objectivePlane({ x: [15.5, 19], y: [15.5, 19] })
  },
  protocol: { optimizer: "sgd", learningRate: 0.006, schedule: "inverse-root", steps: 10_000, multipliers: {} }
}

/** (x+3)² + y² + 8 and (x-3)² + y² + 8. */
export function meanValues([x = Number.NaN, y = Number.NaN]: Float64Array): Float64Array {
  return Float64Array.of((x + 3) * (x + 3) + y * y + 8, (x - 3) * (x - 3) + y * y + 8)
}

/** Rows 2 (x ± 3, y). */
export function meanJacobian([x = Number.NaN, y = Number.NaN]: Float64Array): Float64Array {
  return Float64Array.of(2 * (x + 3), 2 * y, 2 * (x - 3), 2 * y)
}

/** The nearest point of [-1, 1] × [0, ∞), in place. */
export function projectOnStrip(point: Float64Array): void {
  point[0] = Math.max(-1, Math.min(1, point[0] ?? Number.NaN))
  point[1] = Math.max(0, point[1] ?? Number.NaN)
}

/** y = 0, -1 ≤ x ≤ 1: there w ∇f₁ + (1-w) ∇f₂ = 0 with w = (3-x) / 6. */
export function bottomOfStrip(): ParetoSet {
  return paretoSet([(t) => Float64Array.of(2 * t - 1, 0)])
}

/** The top bit of a draw. */
function coin(draw: Generator): 0 | 1 {
  return draw.next() >>> 31 === 0 ? 0 : 1
}

/** Values and Jacobian for one face of each coin. */
function tossed([x = Number.NaN, y = Number.NaN]: Float64Array, first: 0 | 1, second: 0 | 1): Estimate {
  const a = first === 0 ? x + 1 : x + 5
  const b = first === 0 ? y - 2 : y + 2
  const c = second === 0 ? x - 1 : x - 5
  const d = second === 0 ? y - 2 : y + 2
  return {
    values: Float64Array.of(a * a + b * b, c * c + d * d),
    jacobian: Float64Array.of(2 * a, 2 * b, 2 * c, 2 * d)
  }
}
