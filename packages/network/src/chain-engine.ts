/**
 * The engine of chains with one loss an example, on the fast kernels.
 *
 * @module
 */
import { pointerInto, refusing, type Wasm } from "@dualcone/wasm"
import { buildNetwork } from "./build-network.ts"
import type { NetworkDescription } from "./description.ts"
import type { EngineOptions, NetworkEngine } from "./engine.ts"
import type { NetworkObjective } from "./plan.ts"
import { wasmEngine } from "./wasm-engine.ts"

/**
 * Whether the network is one: neither heads nor sums nor tied layers, and an output of [outputs]. A wrong one may be
 * taken for a chain: whoever compiles it says what is wrong.
 */
export function isChain(network: NetworkDescription): boolean {
  let axes = network.input.length
  for (const layer of network.layers) {
    if (layer.kind === "sum" || ("tie" in layer && layer.tie !== undefined)) return false
    if (layer.kind === "embedding" || layer.kind === "recurrent") axes = 2
    if (layer.kind === "flatten" || layer.kind === "last-step") axes = 1
  }
  return network.heads === undefined && axes !== 2
}

/** Compiles a chain; its options are `makeCpuEngine`'s, already checked. */
export function makeChainEngine(
  wasm: Wasm,
  options: EngineOptions & { readonly threads: number },
  objective: NetworkObjective
): NetworkEngine {
  const { memory } = wasm
  const network = refusing(() =>
    buildNetwork(wasm, options.network, (builder) => builder.compile(options.batchSize, objective, options.threads))
  )
  return wasmEngine(wasm, network, options, ({ plan, pointers, direction }) => {
    const [along = 0, length = 0] = [pointers[4], pointers[9]]
    return {
      jacobianColumns: length,
      export(vector) {
        const inside = pointerInto(memory, vector)
        if (inside === null) direction().set(vector)
        return plan.parameters.map((_, index) => network.export(index, inside ?? along))
      },
      import(tensors) {
        direction().fill(0)
        tensors.forEach((tensor, index) => {
          network.importToDirection(index, tensor)
        })
        return direction()
      },
      // Parts of the Jacobian are never formed (the ghost form): each row is the pullback of a unit weight.
      jacobian(rows, pullback) {
        const jacobian = new Float32Array(rows * length)
        const unit = new Float64Array(rows)
        for (let row = 0; row < rows; row++) {
          unit.fill(0)[row] = 1
          jacobian.set(pullback(unit), row * length)
        }
        return jacobian
      }
    }
  })
}
