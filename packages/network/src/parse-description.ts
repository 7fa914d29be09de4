/**
 * Reads a network description from plain data: kinds and keys of the layers. Shapes are the engine's business.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Head, Layer, NetworkDescription } from "./description.ts"

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

function fields(value: unknown, place: string, known: readonly string[]): Fields {
  if (!isFields(value)) throw new InputError({ rule: "it must be an object", place, value })
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      throw new InputError({ rule: `known keys are ${known.join(", ")}`, place: `${place}.${key}`, value: value[key] })
    }
  }
  return value
}

/** An integer of at least `least`. */
function integer(layer: Fields, key: string, place: string, least: number): number {
  const value = layer[key]
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value
  throw new InputError({ rule: `it must be an integer of at least ${least}`, place: `${place}.${key}`, value })
}

function optional<A>(layer: Fields, key: string, read: () => A): Record<string, A> {
  return layer[key] === undefined ? {} : { [key]: read() }
}

function bias(layer: Fields, place: string): { readonly bias?: boolean } {
  const value = layer.bias
  if (value === undefined) return {}
  if (typeof value === "boolean") return { bias: value }
  throw new InputError({ rule: "it must be true or false", place: `${place}.bias`, value })
}

function tie(layer: Fields, place: string): { readonly tie?: string } {
  const value = layer.tie
  if (value === undefined) return {}
  if (typeof value === "string") return { tie: value }
  throw new InputError({ rule: "it must be the path of a layer", place: `${place}.tie`, value })
}

function finite(layer: Fields, key: string, place: string): number {
  const value = layer[key]
  if (typeof value === "number" && Number.isFinite(value)) return value
  throw new InputError({ rule: "it must be a finite number", place: `${place}.${key}`, value })
}

function parseLayer(value: unknown, place: string): Layer {
  const kind = isFields(value) ? value.kind : undefined
  switch (kind) {
    case "conv2d": {
      const layer = fields(value, place, ["kind", "outputs", "kernel", "stride", "padding", "groups", "bias", "tie"])
      return {
        kind,
        outputs: integer(layer, "outputs", place, 1),
        kernel: integer(layer, "kernel", place, 1),
        ...optional(layer, "stride", () => integer(layer, "stride", place, 1)),
        ...optional(layer, "padding", () => integer(layer, "padding", place, 0)),
        ...optional(layer, "groups", () => integer(layer, "groups", place, 1)),
        ...bias(layer, place),
        ...tie(layer, place)
      }
    }
    case "linear": {
      const layer = fields(value, place, ["kind", "outputs", "bias", "tie"])
      return { kind, outputs: integer(layer, "outputs", place, 1), ...bias(layer, place), ...tie(layer, place) }
    }
    case "max-pool2d":
    case "average-pool2d": {
      const layer = fields(value, place, ["kind", "kernel", "stride"])
      const stride = optional(layer, "stride", () => integer(layer, "stride", place, 1))
      return { kind, kernel: integer(layer, "kernel", place, 1), ...stride }
    }
    case "elu":
    case "relu":
    case "tanh":
    case "sigmoid":
    case "gelu":
    case "flatten":
    case "last-step":
      fields(value, place, ["kind"])
      return { kind }
    case "group-norm": {
      const layer = fields(value, place, ["kind", "groups", "epsilon", "tie"])
      const epsilon = optional(layer, "epsilon", () => finite(layer, "epsilon", place))
      return { kind, groups: integer(layer, "groups", place, 1), ...epsilon, ...tie(layer, place) }
    }
    case "layer-norm": {
      const layer = fields(value, place, ["kind", "epsilon", "tie"])
      return { kind, ...optional(layer, "epsilon", () => finite(layer, "epsilon", place)), ...tie(layer, place) }
    }
    case "dropout": {
      const layer = fields(value, place, ["kind", "probability"])
      return { kind, probability: finite(layer, "probability", place) }
    }
    case "embedding": {
      const layer = fields(value, place, ["kind", "entries", "width", "tie"])
      const sizes = { entries: integer(layer, "entries", place, 1), width: integer(layer, "width", place, 1) }
      return { kind, ...sizes, ...tie(layer, place) }
    }
    case "recurrent": {
      const layer = fields(value, place, ["kind", "hidden", "bias", "tie"])
      return { kind, hidden: integer(layer, "hidden", place, 1), ...bias(layer, place), ...tie(layer, place) }
    }
    case "sum": {
      const { branches } = fields(value, place, ["kind", "branches"])
      if (!Array.isArray(branches) || branches.length === 0) {
        const rule = "it must be an array of branches, at least one"
        throw new InputError({ rule, place: `${place}.branches`, value: branches })
      }
      const lists: readonly unknown[] = branches
      return { kind, branches: lists.map((branch, index) => parseLayers(branch, `${place}.branches[${index}]`)) }
    }
    default: {
      const couples = typeof kind === "string" && kind.startsWith("batch-norm")
      const rule = couples
        ? "batch normalisation mixes the examples of a batch, so no example has a gradient of its own; use group-norm or layer-norm, which normalise each example alone"
        : "known kinds are conv2d, linear, max-pool2d, average-pool2d, elu, relu, tanh, sigmoid, gelu, flatten, group-norm, layer-norm, dropout, embedding, recurrent, last-step, sum"
      throw new InputError({ rule, place: `${place}.kind`, value: kind })
    }
  }
}

function parseLayers(value: unknown, place: string): readonly Layer[] {
  if (!Array.isArray(value)) throw new InputError({ rule: "it must be an array of layers", place, value })
  const layers: readonly unknown[] = value
  return layers.map((layer, index) => parseLayer(layer, `${place}[${index}]`))
}

function parseHeads(value: unknown, place: string): Readonly<Record<string, Head>> {
  if (!isFields(value) || Object.keys(value).length === 0) {
    throw new InputError({ rule: "it must be an object of heads by name, at least one", place, value })
  }
  const heads = Object.entries(value).map(([name, head]) => {
    if (!/^[A-Za-z0-9_-]+$/.test(name) || name === "__proto__") {
      throw new InputError({
        rule: "it must be letters, digits, _ and -",
        place: `the name of a head in ${place}`,
        value: name
      })
    }
    const { layers } = fields(head, `${place}.${name}`, ["layers"])
    return [name, { layers: parseLayers(layers, `${place}.${name}.layers`) }] as const
  })
  return Object.fromEntries(heads)
}

/**
 * The description that `value` holds: `{ name?, input, layers, heads? }`.
 *
 * @throws InputError naming the layer, the key and the value that breaks a rule.
 */
export function parseDescription(value: unknown, place = "network"): NetworkDescription {
  const network = fields(value, place, ["name", "input", "layers", "heads"])
  const { name = "network", input, layers, heads } = network
  if (typeof name !== "string") throw new InputError({ rule: "it must be text", place: `${place}.name`, value: name })
  if (!Array.isArray(input) || input.length < 1 || input.length > 3) {
    const rule = "it must be [features], [steps, features] or [channels, height, width]"
    throw new InputError({ rule, place: `${place}.input`, value: input })
  }
  const sizes: readonly unknown[] = input
  const entries: Fields = Object.fromEntries(sizes.map((size, axis) => [`input[${axis}]`, size]))
  return {
    name,
    input: Object.keys(entries).map((key) => integer(entries, key, place, 1)),
    layers: parseLayers(layers, `${place}.layers`),
    ...(heads === undefined ? {} : { heads: parseHeads(heads, `${place}.heads`) })
  }
}
