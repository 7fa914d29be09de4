/**
 * The logarithm of a bound on a network's Lipschitz constant: how far the outputs may move when the input moves a little.
 *
 * @module
 */
import type { Layer, NetworkDescription, NetworkEngine } from "@dualcone/network"
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { planSpectralNorm } from "./spectral-norm.ts"

/**
 * log Π_l ‖W_l‖₂ = Σ_l log ‖W_l‖₂ over the linear layers, whose biases are free; its gradient in W_l is u vᵀ / ‖W_l‖₂
 * with the first singular vectors of W_l.
 */
export interface LogLipschitz {
  readonly kind: "log-lipschitz"
}

/**
 * log Π_l ‖W_l‖₂, the auxiliary objective of Bloop's experiment with a multilayer perceptron (arXiv 2402.02998, section
 * 5.1). For networks that are a chain of `linear` layers, `flatten`, and the activations `relu`, `elu`, `tanh` and
 * `sigmoid`, which bring no two inputs further apart: it is then a bound on log sup ‖f(x) - f(y)‖ / ‖x - y‖.
 */
export function logLipschitz(): LogLipschitz {
  return { kind: "log-lipschitz" }
}

/** Of a spectral norm: how far its singular vectors may be from being such. */
const TOLERANCE = 1e-5

/** Layers that bring no two inputs further apart. */
const CONTRACTIONS: readonly Layer["kind"][] = ["flatten", "relu", "elu", "tanh", "sigmoid"]

/**
 * Plans it for an engine: the value at its parameters; the gradient is written in the engine's own order.
 *
 * @throws InputError for a network with other layers, with ties or with heads
 */
export function planLogLipschitz(
  engine: NetworkEngine,
  { log }: Pick<RealFunctions, "log">
): (gradient: Float32Array) => number {
  checkChain(engine.plan.description)
  const spectralNorms = new Map(
    engine.plan.parameters.flatMap(({ name, shape: [rows = 0, columns] }) =>
      columns === undefined ? [] : [[name, planSpectralNorm(rows, columns, TOLERANCE)] as const]
    )
  )
  return (gradient) => {
    // Copies, which become the gradient.
    const tensors = engine.export(engine.parameters)
    let value = 0
    for (const [name, tensor] of tensors) {
      const spectralNorm = spectralNorms.get(name)
      if (spectralNorm === undefined) {
        tensor.fill(0)
        continue
      }
      const { norm, left, right } = spectralNorm(tensor)
      value += log(norm)
      let at = 0
      for (const u of left) for (const v of right) tensor[at++] = norm === 0 ? 0 : (u * v) / norm
    }
    engine.import(tensors, gradient)
    return value
  }
}

function checkChain({ layers, heads }: NetworkDescription): void {
  const rule = `the bound is one of a chain of linear layers and ${CONTRACTIONS.join(", ")}`
  if (heads !== undefined) {
    throw new InputError({ rule, place: "the network under log-lipschitz", value: "heads" })
  }
  layers.forEach((layer, i) => {
    const known = layer.kind === "linear" ? layer.tie === undefined : CONTRACTIONS.includes(layer.kind)
    if (known) return
    const value = layer.kind === "linear" ? "a tied linear layer" : layer.kind
    throw new InputError({ rule, place: `layer ${i} of the network under log-lipschitz`, value })
  })
}
