/**
 * ½ ‖θ‖²: half the squared length of all parameters, weight decay as an objective.
 *
 * @module
 */
import type { NetworkEngine } from "@dualcone/network"

/** ½ ‖θ‖² of all parameters, biases too; its gradient is θ. */
export interface SquaredNorm {
  readonly kind: "squared-norm"
}

/** ½ ‖θ‖², the auxiliary objective of Bloop's runs on ImageNet (arXiv 2402.02998, section 5.1). */
export function squaredNorm(): SquaredNorm {
  return { kind: "squared-norm" }
}

/** The value at the engine's parameters; writes the gradient in the engine's own order, where padding is 0. */
export function writeSquaredNorm(engine: NetworkEngine, gradient: Float32Array): number {
  const { parameters } = engine
  let sum = 0
  for (let i = 0; i < parameters.length; i++) {
    const entry = parameters[i] ?? 0
    sum += entry * entry
    gradient[i] = entry
  }
  return sum / 2
}
