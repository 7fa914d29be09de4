/** UPGrad's direction of one batch by the CPU engine: what gradients of other libraries are held to. */
import { generator, planAggregator, upgrad } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { makeCpuEngine, type NetworkDescription, networks } from "../src/index.ts"
import { flat, golden } from "./golden.ts"

/** A network, its parameters and a batch, and what the engine makes of them. Tensors are as PyTorch lays them out. */
export interface UpgradOfBatch {
  readonly network: NetworkDescription
  readonly parameters: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly values: Float32Array
  }[]
  readonly inputs: Float32Array
  readonly labels: Int32Array
  /** Cross-entropy of each example. */
  readonly losses: Float64Array
  /** All parameters in their order. */
  readonly direction: Float64Array
}

/** The perceptron 784 - 32 - 10. */
export const perceptron: NetworkDescription = {
  name: "perceptron",
  input: [1, 28, 28],
  layers: [{ kind: "flatten" }, { kind: "linear", outputs: 32 }, { kind: "elu" }, { kind: "linear", outputs: 10 }]
}

/** The network of SVHN, grouped convolutions among its layers, with PyTorch's parameters and batch. */
export function svhnBatch(): Promise<UpgradOfBatch> {
  const { parameters, inputs, labels } = golden("svhn")
  return upgradOfBatch(networks.svhn, parameters, inputs, labels)
}

/** The perceptron with parameters from a seed, on PyTorch's batch for MNIST. */
export function perceptronBatch(): Promise<UpgradOfBatch> {
  const { inputs, labels } = golden("mnist")
  return upgradOfBatch(perceptron, 1, inputs, labels)
}

async function upgradOfBatch(
  network: NetworkDescription,
  parameters: ReadonlyMap<string, Float32Array> | number,
  inputs: Float32Array,
  labels: Int32Array
): Promise<UpgradOfBatch> {
  const wasm = await loadWasm()
  using engine = makeCpuEngine(wasm, { network, batchSize: labels.length })
  if (typeof parameters === "number") engine.initialise(parameters)
  else engine.load(parameters)
  engine.inputs.set(inputs)
  engine.labels.set(labels)
  using planned = planAggregator(wasm, upgrad(), { objectives: labels.length, parameters: engine.parameters.length })
  const linearization = engine.linearize()
  const losses = linearization.values.slice() // a view of memory that may grow
  const direction = planned.aggregate(linearization).direction.slice()
  const values = engine.save()
  return {
    ...{ network, inputs, labels },
    parameters: engine.plan.parameters.map(({ name, shape }) => ({
      name,
      shape,
      values: values.get(name) ?? fail(name)
    })),
    losses,
    direction: flat(engine.export(direction))
  }
}

function fail(name: string): never {
  throw new Error(`there is no ${name}`)
}

/** A network with parameters from a seed, on random images and labels, as many as are asked for: for times. */
export function randomBatch(network: NetworkDescription, examples: number): Promise<UpgradOfBatch> {
  const { below } = generator(1)
  const [channels = 1, height = 1, width = 1] = network.input
  const inputs = Float32Array.from({ length: examples * channels * height * width }, () => below(256) / 128 - 1)
  const labels = Int32Array.from({ length: examples }, () => below(10))
  return upgradOfBatch(network, 1, inputs, labels)
}
