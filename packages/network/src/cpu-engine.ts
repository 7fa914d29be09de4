/**
 * The CPU engine: a network compiled to WebAssembly kernels.
 *
 * @module
 */
import type { Gramian, Linearization } from "@dualcone/aggregation"
import { InputError, memoryView, pointerInto, refusing, type Wasm } from "@dualcone/wasm"
import type { NetworkDescription } from "./description.ts"
import type { LinearizeOptions, NetworkEngine } from "./engine.ts"
import type { NetworkObjective, ParameterPlan, Plan } from "./plan.ts"

/** What {@link makeCpuEngine} compiles. */
export interface CpuEngineOptions {
  readonly network: NetworkDescription
  /** Largest number of examples in a batch. */
  readonly batchSize: number
  /** Default `cross-entropy`. */
  readonly objective?: NetworkObjective
}

/**
 * Compiles `network` for batches of up to `batchSize` examples. All memory is planned here; a step allocates
 * nothing in WebAssembly. Parameters are zero until `initialise` or `load`.
 *
 * @throws InputError for a network whose shapes do not fit, or a batch size out of range.
 */
export function makeCpuEngine(wasm: Wasm, options: CpuEngineOptions): NetworkEngine {
  const { network, batchSize, objective = "cross-entropy" } = options
  if (!Number.isSafeInteger(batchSize) || batchSize < 1 || batchSize > 65536) {
    throw new InputError({ rule: "it must be an integer from 1 to 65536", place: "the batch size", value: batchSize })
  }
  const { memory } = wasm
  const cpu = refusing(() => compile(wasm, network, batchSize, objective))
  const plan: Plan = { description: network, batchSize, objective, ...JSON.parse(cpu.plan()) }
  const [
    input = 0,
    label = 0,
    target = 0,
    parameter = 0,
    along = 0,
    loss = 0,
    gram = 0,
    weight = 0,
    output = 0,
    length = 0
  ] = cpu.pointers()
  const inputs = memoryView(memory, Float32Array, input, batchSize * plan.inputSize)
  const labels = memoryView(memory, Int32Array, label, batchSize)
  const targets = memoryView(
    memory,
    Float32Array,
    target,
    objective === "squared-error" ? batchSize * plan.outputSize : 0
  )
  const parameters = memoryView(memory, Float32Array, parameter, length)
  const direction = memoryView(memory, Float32Array, along, length)
  const weights = memoryView(memory, Float64Array, weight, batchSize)
  const outputs = memoryView(memory, Float32Array, output, batchSize * plan.outputSize)
  const losses = perExamples((examples) => memoryView(memory, Float64Array, loss, examples))
  const gramian = perExamples((examples) => memoryView(memory, Float64Array, gram, examples * examples))

  const setWeights = (values: Float64Array, examples: number) => {
    if (values.length !== examples) {
      const rule = `there must be one an example, ${examples}`
      throw new InputError({ rule, place: "the number of weights", value: values.length })
    }
    const to = weights()
    if (values.byteOffset !== to.byteOffset || values.buffer !== to.buffer) to.set(values)
  }

  const exportVector = (vector: Float32Array): Map<string, Float32Array> => {
    if (vector.length !== length) {
      throw new InputError({ rule: `it must be ${length}`, place: "the length of the vector", value: vector.length })
    }
    const inside = pointerInto(memory, vector)
    if (inside === null) direction().set(vector)
    return new Map(plan.parameters.map((tensor, index) => [tensor.name, cpu.export(index, inside ?? along)]))
  }

  return {
    kind: "cpu",
    plan,
    get inputs() {
      return inputs()
    },
    get labels() {
      return labels()
    },
    get targets() {
      return targets()
    },
    get parameters() {
      return parameters()
    },
    initialise: (seed) => cpu.initialise(seedNumber(seed)),
    seed: (seed) => cpu.setSeed(seedNumber(seed)),
    load(tensors) {
      const ordered = inOrder(plan.parameters, tensors)
      ordered.forEach((tensor, index) => {
        cpu.setParameter(index, tensor)
      })
    },
    save: () => exportVector(parameters()),
    export: exportVector,
    import(tensors, vector) {
      const ordered = inOrder(plan.parameters, tensors)
      direction().fill(0)
      ordered.forEach((tensor, index) => {
        cpu.importToDirection(index, tensor)
      })
      vector.set(direction())
    },
    linearize(options = {}): Linearization<Float32Array> {
      const { examples = batchSize, training } = options
      refusing(() => cpu.linearize(examples, training?.step ?? -1))
      let known: Gramian | undefined
      return {
        objectives: examples,
        parameters: plan.parameterCount,
        values: losses(examples),
        gramian() {
          if (known === undefined) {
            refusing(() => cpu.gramian())
            known = { objectives: examples, values: gramian(examples) }
          }
          return known
        },
        pullback(w) {
          setWeights(w, examples)
          refusing(() => cpu.pullback(examples))
          return direction()
        }
      }
    },
    gradient(w, options: LinearizeOptions = {}) {
      const { examples = batchSize, training } = options
      setWeights(w, examples)
      refusing(() => cpu.gradient(examples, training?.step ?? -1))
      return { values: losses(examples), direction: direction() }
    },
    outputs(options = {}) {
      const { examples = batchSize } = options
      refusing(() => cpu.forward(examples))
      return outputs().subarray(0, examples * plan.outputSize)
    },
    [Symbol.dispose]: () => cpu.free()
  }
}

/** Hands the description over layer by layer. */
function compile(wasm: Wasm, network: NetworkDescription, batchSize: number, objective: NetworkObjective) {
  const builder = new wasm.NetworkBuilder(Uint32Array.from(network.input))
  for (const layer of network.layers) {
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
      default:
        builder.simple(layer.kind)
    }
  }
  try {
    return builder.compile(batchSize, objective)
  } finally {
    builder.free()
  }
}

/** The last number of examples is asked for again and again: its view is kept. */
function perExamples<A>(make: (examples: number) => () => A): (examples: number) => A {
  let known = -1
  let view = make(0)
  return (examples) => {
    if (examples !== known) {
      known = examples
      view = make(examples)
    }
    return view()
  }
}

function seedNumber(seed: number): bigint {
  if (Number.isSafeInteger(seed) && seed >= 0) return BigInt(seed)
  throw new InputError({ rule: "it must be an integer from 0 to 2^53 - 1", place: "the seed", value: seed })
}

/** The plan's tensors from named ones: none missing, none unknown, each of its size. */
function inOrder(
  parameters: readonly ParameterPlan[],
  tensors: ReadonlyMap<string, Float32Array>
): readonly Float32Array[] {
  for (const name of tensors.keys()) {
    if (!parameters.some((parameter) => parameter.name === name)) {
      const rule = `the network's parameters are ${parameters.map((parameter) => parameter.name).join(", ")}`
      throw new InputError({ rule, place: "the name of a parameter", value: name })
    }
  }
  return parameters.map(({ name, shape, size }) => {
    const tensor = tensors.get(name)
    if (tensor === undefined) {
      throw new InputError({ rule: "every parameter must be given", place: `the parameter ${name}`, value: undefined })
    }
    if (tensor.length !== size) {
      const rule = `it must be ${size}, of shape [${shape.join(", ")}]`
      throw new InputError({ rule, place: `the size of the parameter ${name}`, value: tensor.length })
    }
    return tensor
  })
}
