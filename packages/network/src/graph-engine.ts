/**
 * The engine of all other networks, and of other rows and columns of the Jacobian than a chain's.
 *
 * @module
 */
import { memoryView, refusing, type Wasm } from "@dualcone/wasm"
import { buildNetwork } from "./build-network.ts"
import type { EngineOptions, NetworkEngine } from "./engine.ts"
import type { NetworkObjective } from "./plan.ts"
import { wasmEngine } from "./wasm-engine.ts"

/** Compiles any network; its options are `makeCpuEngine`'s, already checked, with one objective a head. */
export function makeGraphEngine(
  wasm: Wasm,
  options: EngineOptions & { readonly threads: number },
  objectives: readonly NetworkObjective[]
): NetworkEngine {
  const { memory } = wasm
  const { batchSize, rows = "examples", jacobianOf = [], outside = "weighted", threads } = options
  const network = refusing(() =>
    buildNetwork(wasm, options.network, (builder) =>
      builder.compileGraph(batchSize, objectives.join(","), rows, jacobianOf.join("\n"), outside === "plain", threads)
    )
  )
  return wasmEngine(wasm, network, options, ({ plan, pointers }) => {
    const [length = 0, kept = 0, scale = 0, jacobianColumns = 0] = pointers.subarray(9)
    const offsets = network.offsets()
    const start = (index: number) => offsets[index] ?? 0
    return {
      jacobianColumns,
      export: (vector) => plan.parameters.map(({ size }, index) => vector.slice(start(index), start(index) + size)),
      import(tensors) {
        const vector = new Float32Array(length)
        tensors.forEach((tensor, index) => {
          vector.set(tensor, start(index))
        })
        return vector
      },
      jacobian(count) {
        const jacobian = memoryView(memory, Float32Array, kept, count * length)().slice()
        const scales = memoryView(memory, Float64Array, scale, count)()
        scales.forEach((scale, row) => {
          const end = (row + 1) * length
          for (let k = row * length; k < end; k++) jacobian[k] = (jacobian[k] ?? 0) * scale
        })
        return jacobian
      }
    }
  })
}
