/**
 * The counterexample of CR-MOGM with Gaussian noise instead of coins, so that the noise can be turned up and down.
 *
 * Means f = ((x+3)² + y² + 8, (x-3)² + y² + 8), feasible -1 ≤ x ≤ 1, y ≥ 0, Pareto set y = 0, as in the problem with
 * coins; an estimate of the Jacobian is the mean plus σ times four independent draws of N(0, 1), an estimate of the
 * values is the mean itself. Source: "On the Convergence of Stochastic Multi-Objective Gradient Manipulation and
 * Beyond" (NeurIPS 2022), appendix G.2.
 *
 * Traps: as with coins; σ = 0 has none, and the bias of a nonlinear weighting grows with σ.
 *
 * @module
 */
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { bottomOfStrip, crMogm, meanJacobian, meanValues, projectOnStrip } from "./cr-mogm.ts"
import { fillNormal } from "./normal.ts"
import type { Problem } from "./problem.ts"

/** Options of {@link crMogmGaussian}. */
export interface CrMogmGaussianOptions {
  /** σ, the deviation of each entry of the Jacobian, at least 0. Default 4, the deviation of an entry with coins. */
  readonly deviation?: number
}

/**
 * The counterexample with Gaussian noise.
 *
 * @throws {InputError} for a deviation that is negative or not finite
 */
export function crMogmGaussian(functions: RealFunctions, { deviation = 4 }: CrMogmGaussianOptions = {}): Problem {
  if (!Number.isFinite(deviation) || deviation < 0) {
    throw new InputError({ rule: "it must be at least 0 and finite", place: "deviation", value: deviation })
  }
  return {
    name: "cr-mogm-gaussian",
    title: "Gaussian noise",
    source:
      "On the Convergence of Stochastic Multi-Objective Gradient Manipulation and Beyond (NeurIPS 2022), appendix G.2",
    parameters: 2,
    objectives: 2,
    values: meanValues,
    jacobian: meanJacobian,
    sample(x, draw) {
      const jacobian = meanJacobian(x)
      const noise = fillNormal(new Float64Array(4), draw, functions)
      for (let k = 0; k < 4; k++) jacobian[k] = (jacobian[k] ?? 0) + deviation * (noise[k] ?? 0)
      return { values: meanValues(x), jacobian }
    },
    project: projectOnStrip,
    starts: crMogm.starts,
    paretoSet: bottomOfStrip(),
    view: crMogm.view,
    protocol: crMogm.protocol
  }
}
