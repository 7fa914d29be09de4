/**
 * The family of networks that the kernels cover, from a description: convolutions 3 × 3 with an optional max pool and
 * ELU, flattening, and two linear layers with ELU between them. The networks of "Jacobian Descent for Multi-Objective
 * Optimization" (arXiv 2406.16232, Tables 2 to 5) belong to it.
 *
 * @module
 */
import type { Layer, NetworkDescription, ParameterPlan } from "@dualcone/network"
import { WebGpuError } from "./errors.ts"

/** A convolution 3 × 3, stride 1, no padding, with its pool and ELU. */
export interface Convolution {
  /** Path of its layer. */
  readonly name: string
  readonly inputs: number
  readonly inputX: number
  readonly inputY: number
  readonly outputs: number
  readonly groups: number
  /** Side of a pooling window and its stride; 1 without a pool. */
  readonly pool: number
  /** Pooling windows in each direction. */
  readonly cellsX: number
  readonly cellsY: number
}

/** A network of the family. */
export interface Stages {
  readonly convolutions: readonly [Convolution, ...Convolution[]]
  /** Entries of the flattened output of the last convolution. */
  readonly features: number
  /** Outputs of the first linear layer. */
  readonly hidden: number
  /** Outputs of the second. */
  readonly classes: number
  /** Paths of the two linear layers. */
  readonly first: string
  readonly second: string
}

/**
 * Recognises a network of the family.
 *
 * @throws WebGpuError `unsupported-network`, naming the first layer without kernels
 */
export function stagesOf(network: NetworkDescription): Stages {
  const reader = new Reader(network)
  const [channels, height, width] = network.input
  if (network.heads !== undefined) throw unsupported(network, "heads", "it has heads")
  if (channels === undefined || height === undefined || width === undefined || network.input.length !== 3) {
    throw unsupported(network, "input", `its input is [${network.input.join(", ")}], not [channels, height, width]`)
  }
  let convolution = reader.convolution(channels, height, width)
  const convolutions: [Convolution, ...Convolution[]] = [convolution]
  while (reader.next()?.kind === "conv2d") {
    convolution = reader.convolution(convolution.outputs, convolution.cellsY, convolution.cellsX)
    convolutions.push(convolution)
  }
  reader.take("flatten")
  const [first, hidden] = reader.linear()
  reader.take("elu")
  const [second, classes] = reader.linear()
  const left = reader.next()
  if (left !== undefined) throw reader.refuse("the network must end with its second linear layer")
  if (hidden % 4 !== 0 || hidden > 512) throw reader.refuseAt(first, "its outputs must be a multiple of 4, at most 512")
  if (classes > 64) throw reader.refuseAt(second, "it may have 64 outputs at most")
  const features = convolution.outputs * convolution.cellsX * convolution.cellsY
  if (features > 2048) throw reader.refuseAt(first, `its inputs are ${features}, and 2048 is the most`)
  return { convolutions, features, hidden, classes, first, second }
}

/** The tensors of a network of the family, in PyTorch's names, shapes and order. */
export function tensorsOf({ convolutions, features, hidden, classes, first, second }: Stages): ParameterPlan[] {
  const tensor = (name: string, shape: readonly number[]): ParameterPlan => ({
    name,
    shape,
    size: shape.reduce((size, side) => size * side, 1)
  })
  const layer = (name: string, weight: readonly number[]) => [
    tensor(`${name}.weight`, weight),
    tensor(`${name}.bias`, weight.slice(0, 1))
  ]
  return [
    ...convolutions.flatMap(({ name, inputs, outputs, groups }) => layer(name, [outputs, inputs / groups, 3, 3])),
    ...layer(first, [hidden, features]),
    ...layer(second, [classes, hidden])
  ]
}

function unsupported({ name }: NetworkDescription, place: string, why: string): WebGpuError {
  const message = `the network ${name} has no kernels on WebGPU: ${place}: ${why}; the engine on the CPU runs it`
  return new WebGpuError("unsupported-network", message)
}

/** Reads the layers of a chain one by one. */
class Reader {
  readonly #network: NetworkDescription
  #index = 0

  constructor(network: NetworkDescription) {
    this.#network = network
  }

  next(): Layer | undefined {
    return this.#network.layers[this.#index]
  }

  refuse(why: string): WebGpuError {
    const layer = this.next()
    return this.refuseAt(String(this.#index), layer === undefined ? why : `${layer.kind}; ${why}`)
  }

  refuseAt(layer: string, why: string): WebGpuError {
    return unsupported(this.#network, `layer ${layer}`, why)
  }

  take<K extends Layer["kind"]>(kind: K): Extract<Layer, { readonly kind: K }> {
    const layer = this.next()
    const isKind = (candidate: Layer | undefined): candidate is Extract<Layer, { readonly kind: K }> =>
      candidate?.kind === kind
    if (!isKind(layer)) throw this.refuse(`${kind} is what the kernels expect here`)
    this.#index++
    return layer
  }

  linear(): readonly [name: string, outputs: number] {
    const { bias = true, tie, outputs } = this.#check("linear")
    const name = String(this.#index)
    if (!bias || tie !== undefined) throw this.refuse("it must have a bias and tensors of its own")
    this.#index++
    return [name, outputs]
  }

  convolution(inputs: number, inputY: number, inputX: number): Convolution {
    const layer = this.#check("conv2d")
    const { outputs, kernel, stride = 1, padding = 0, groups = 1, bias = true, tie } = layer
    const name = String(this.#index)
    if (kernel !== 3 || stride !== 1 || padding !== 0) throw this.refuse("it must be 3 x 3 with stride 1, no padding")
    if (!bias || tie !== undefined) throw this.refuse("it must have a bias and tensors of its own")
    if (outputs % 4 !== 0 || outputs > 256) throw this.refuse("its outputs must be a multiple of 4, at most 256")
    if (inputs % groups !== 0 || outputs % groups !== 0) throw this.refuse("its channels must divide into its groups")
    const image = this.#index === 0
    if (image && groups !== 1) throw this.refuse("the first convolution must have one group")
    this.#index++
    const pool = this.#poolAndElu()
    const cellsX = Math.floor((inputX - 2) / pool)
    const cellsY = Math.floor((inputY - 2) / pool)
    if (cellsX < 1 || cellsY < 1) throw this.refuseAt(name, `nothing is left of ${inputY} x ${inputX}`)
    return { name, inputs, inputX, inputY, outputs, groups, pool, cellsX, cellsY }
  }

  /** ELU grows, so that it may stand before or behind the maximum. */
  #poolAndElu(): number {
    const before = this.next()?.kind === "elu"
    if (before) this.take("elu")
    let pool = 1
    const layer = this.next()
    if (layer?.kind === "max-pool2d") {
      pool = layer.kernel
      if ((pool !== 2 && pool !== 3) || (layer.stride ?? pool) !== pool) {
        throw this.refuse("its kernel must be 2 or 3, and its stride the same")
      }
      this.#index++
    }
    // Two convolutions may follow each other with an ELU on either side of the pool, never with two.
    if (!before) this.take("elu")
    return pool
  }

  #check<K extends Layer["kind"]>(kind: K): Extract<Layer, { readonly kind: K }> {
    const at = this.#index
    const layer = this.take(kind)
    this.#index = at
    return layer
  }
}
