/**
 * Hands a description over to WebAssembly, layer by layer.
 *
 * @module
 */
import { InputError, type Wasm } from "@dualcone/wasm"
import type { Layer, NetworkDescription } from "./description.ts"

type Builder = InstanceType<Wasm["NetworkBuilder"]>

/** Sums within sums: no use needs more, and every one takes some of WebAssembly's stack. */
const DEEPEST = 16

/** What `compile` makes of the network's builder. */
export function buildNetwork<A>(wasm: Wasm, network: NetworkDescription, compile: (builder: Builder) => A): A {
  const builder = new wasm.NetworkBuilder(Uint32Array.from(network.input))
  try {
    addLayers(builder, network.layers, "layers", 0)
    for (const [name, head] of Object.entries(network.heads ?? {})) {
      builder.head(name)
      addLayers(builder, head.layers, `heads.${name}.layers`, 0)
    }
    return compile(builder)
  } finally {
    builder.free()
  }
}

function addLayers(builder: Builder, layers: readonly Layer[], place: string, depth: number): void {
  layers.forEach((layer, index) => {
    addLayer(builder, layer, `${place}[${index}]`, depth)
    if ("tie" in layer && layer.tie !== undefined) builder.tie(layer.tie)
  })
}

function addLayer(builder: Builder, layer: Layer, place: string, depth: number): void {
  switch (layer.kind) {
    case "conv2d": {
      const { outputs, kernel, stride = 1, padding = 0, groups = 1, bias = true } = layer
      builder.conv2d(outputs, kernel, stride, padding, groups, bias)
      break
    }
    case "linear":
      builder.linear(layer.outputs, layer.bias ?? true)
      break
    case "max-pool2d":
    case "average-pool2d":
      builder.pool2d(layer.kind === "average-pool2d", layer.kernel, layer.stride ?? layer.kernel)
      break
    case "group-norm":
      builder.groupNorm(layer.groups, layer.epsilon ?? 1e-5)
      break
    case "layer-norm":
      builder.layerNorm(layer.epsilon ?? 1e-5)
      break
    case "dropout":
      builder.dropout(layer.probability)
      break
    case "embedding":
      builder.embedding(layer.entries, layer.width)
      break
    case "recurrent":
      builder.recurrent(layer.hidden, layer.bias ?? true)
      break
    case "sum":
      if (depth === DEEPEST) {
        throw new InputError({ rule: `sums may be ${DEEPEST} deep`, place, value: `a sum ${depth + 1} deep` })
      }
      if (layer.branches.length === 0) {
        throw new InputError({ rule: "a sum needs at least one branch", place: `${place}.branches`, value: [] })
      }
      builder.beginSum()
      layer.branches.forEach((branch, index) => {
        if (index > 0) builder.nextBranch()
        addLayers(builder, branch, `${place}.branches[${index}]`, depth + 1)
      })
      builder.endSum()
      break
    default:
      builder.simple(layer.kind)
  }
}
