/**
 * PyTorch's order of the parameters and the arena's: tensors follow each other in the same order, but weights of
 * convolutions are [output][tap][input], and columns of the first linear layer are [cell][channel].
 *
 * @module
 */
import type { ParameterPlan } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import type { Arenas } from "./arenas.ts"
import type { OptimizerPlan } from "./optimizer.ts"
import type { Stages } from "./stages.ts"

/** Tensors by PyTorch's names and order. */
export type NamedTensors = ReadonlyMap<string, Float32Array>

/** Both ways between named tensors and the arena of one replica. */
export interface ParameterOrder {
  /** For each column of the Jacobian its copy for the forward pass. */
  readonly positions: Int32Array
  /** Copies of the first entries of an arena, or of a vector beside it. */
  named(arena: Float32Array): Map<string, Float32Array>
  /** A whole arena. Vectors of the optimizer that are not given start anew. */
  arenaOf(state: {
    readonly parameters: NamedTensors
    readonly optimizer?: ReadonlyMap<string, NamedTensors>
  }): Float32Array
  /** What an arena holds. */
  stateOf(arena: Float32Array): {
    readonly parameters: NamedTensors
    readonly optimizer: ReadonlyMap<string, NamedTensors>
  }
}

/** Plans the two ways for a network and its optimizer. */
export function makeParameterOrder(
  stages: Stages,
  arenas: Arenas,
  tensors: readonly ParameterPlan[],
  vectors: OptimizerPlan["vectors"]
): ParameterOrder {
  const places = pytorchPlaces(stages, arenas)
  const positions = forwardPositions(arenas)
  const { parameterCount } = arenas
  const vectorAt = (vector: number) => arenas.parameters.vectors + vector * arenas.parameters.vectorSize
  const named = (arena: Float32Array) => {
    const ordered = new Float32Array(parameterCount)
    for (let k = 0; k < parameterCount; k++) ordered[places[k] ?? 0] = arena[k] ?? 0
    let at = 0
    return new Map(
      tensors.map(({ name, size }) => {
        at += size
        return [name, ordered.slice(at - size, at)]
      })
    )
  }
  const write = (given: NamedTensors, arena: Float32Array, at: number) => {
    const ordered = concatenated(tensors, given)
    for (let k = 0; k < parameterCount; k++) arena[at + k] = ordered[places[k] ?? 0] ?? 0
  }
  return {
    positions,
    named,
    arenaOf({ parameters, optimizer }) {
      const arena = new Float32Array(arenas.parameters.size)
      write(parameters, arena, 0)
      fillCopies(arena, stages, arenas, positions)
      vectors.forEach(({ name, initial }, vector) => {
        const at = vectorAt(vector)
        const given = optimizer?.get(name)
        if (given === undefined) arena.fill(initial, at, at + parameterCount)
        else write(given, arena, at)
      })
      return arena
    },
    stateOf: (arena) => ({
      parameters: named(arena),
      optimizer: new Map(vectors.map(({ name }, vector) => [name, named(arena.subarray(vectorAt(vector)))]))
    })
  }
}

/** For each parameter of the arena, its place among PyTorch's tensors laid one behind the other. */
export function pytorchPlaces({ features, hidden, convolutions }: Stages, arenas: Arenas): Int32Array {
  const places = Int32Array.from({ length: arenas.parameterCount }, (_, i) => i)
  for (const { convolution, weights } of arenas.convolutions) {
    const inputs = convolution.inputs / convolution.groups
    for (let output = 0; output < convolution.outputs; output++) {
      for (let tap = 0; tap < 9; tap++) {
        for (let input = 0; input < inputs; input++) {
          places[weights + (output * 9 + tap) * inputs + input] = weights + (output * inputs + input) * 9 + tap
        }
      }
    }
  }
  const channels = convolutions[convolutions.length - 1]?.outputs ?? 1
  const cells = features / channels
  for (let row = 0; row < hidden; row++) {
    for (let feature = 0; feature < features; feature++) {
      const channel = feature % channels
      const cell = Math.floor(feature / channels)
      const at = arenas.parameters.first + row * features
      places[at + feature] = at + channel * cells + cell
    }
  }
  return places
}

/** For each column of the Jacobian, where the copy for the forward pass lies; biases have none and point at themselves. */
export function forwardPositions(arenas: Arenas): Int32Array {
  const positions = Int32Array.from({ length: arenas.columns }, (_, i) => i)
  for (const { convolution, weights, forward } of arenas.convolutions) {
    const { outputs, groups } = convolution
    const inputs = convolution.inputs / groups
    for (let output = 0; output < outputs; output++) {
      for (let k = 0; k < 9 * inputs; k++) positions[weights + output * 9 * inputs + k] = forward + k * outputs + output
    }
  }
  return positions
}

/** Writes the copies that the forward pass reads, from the parameters. */
export function fillCopies(arena: Float32Array, stages: Stages, arenas: Arenas, positions: Int32Array): void {
  const { features, hidden } = stages
  const { first, forward } = arenas.parameters
  for (let k = 0; k < arenas.columns; k++) arena[positions[k] ?? 0] = arena[k] ?? 0
  for (let row = 0; row < hidden; row++) {
    for (let feature = 0; feature < features; feature++) {
      arena[forward + feature * hidden + row] = arena[first + row * features + feature] ?? 0
    }
  }
}

/** The tensors one behind the other; none missing, none unknown, each of its size. */
export function concatenated(
  tensors: readonly ParameterPlan[],
  given: ReadonlyMap<string, Float32Array>
): Float32Array {
  for (const name of given.keys()) {
    if (tensors.some((tensor) => tensor.name === name)) continue
    const rule = `the network's parameters are ${tensors.map((tensor) => tensor.name).join(", ")}`
    throw new InputError({ rule, place: "the name of a parameter", value: name })
  }
  const all = new Float32Array(tensors.reduce((sum, { size }) => sum + size, 0))
  let at = 0
  for (const { name, size, shape } of tensors) {
    const values = given.get(name)
    if (values?.length !== size) {
      const rule = `it must be ${size}, of shape [${shape.join(", ")}]`
      throw new InputError({ rule, place: `the size of the parameter ${name}`, value: values?.length })
    }
    all.set(values, at)
    at += size
  }
  return all
}
