/**
 * A network engine in plain TypeScript for one linear layer with cross-entropy: small enough to check by eye, and a
 * second implementation of the interface that pipelines are tested with.
 *
 * Row i of the Jacobian is (p_i - e_label) ⊗ [x_i, 1] with p the softmax.
 */
import type { NetworkEngine } from "@dualcone/network"
import type { MakeNetworkEngine } from "../src/cpu-engine.ts"

/** Makes the engine for `input: [features]` and one linear layer. */
export const makeLinearEngine: MakeNetworkEngine = (
  _wasm,
  { network, batchSize, objective = "cross-entropy" }
): NetworkEngine => {
  const features = network.input.reduce((product, side) => product * side, 1)
  const [layer] = network.layers
  if (layer?.kind !== "linear") throw new Error("one linear layer is all this engine knows")
  const classes = layer.outputs
  const weights = classes * features
  const parameters = new Float32Array(weights + classes)
  const inputs = new Float32Array(batchSize * features)
  const labels = new Int32Array(batchSize)
  const named = [
    { name: "0.weight", shape: [classes, features], size: weights },
    { name: "0.bias", shape: [classes], size: classes }
  ]

  const columnGroups = [{ layer: "0", start: 0, end: parameters.length }]

  const outputs = (examples: number) => {
    const y = new Float32Array(examples * classes)
    for (let i = 0; i < examples; i++) {
      for (let c = 0; c < classes; c++) {
        let sum = parameters[weights + c] ?? 0
        for (let f = 0; f < features; f++) sum += (parameters[c * features + f] ?? 0) * (inputs[i * features + f] ?? 0)
        y[i * classes + c] = sum
      }
    }
    return y
  }

  const backward = (examples: number) => {
    const y = outputs(examples)
    const losses = new Float64Array(examples)
    const deltas = new Float64Array(examples * classes)
    for (let i = 0; i < examples; i++) {
      const row = y.subarray(i * classes, (i + 1) * classes)
      const largest = Math.max(...row)
      let total = 0
      for (const value of row) total += Math.exp(value - largest)
      const label = labels[i] ?? 0
      losses[i] = Math.log(total) + largest - (row[label] ?? 0)
      for (let c = 0; c < classes; c++) {
        deltas[i * classes + c] = Math.exp((row[c] ?? 0) - largest) / total - (c === label ? 1 : 0)
      }
    }
    return { losses, deltas }
  }

  const pullback = (deltas: Float64Array, by: Float64Array) => {
    const direction = new Float32Array(parameters.length)
    for (let i = 0; i < by.length; i++) {
      for (let c = 0; c < classes; c++) {
        const d = (by[i] ?? 0) * (deltas[i * classes + c] ?? 0)
        direction[weights + c] = (direction[weights + c] ?? 0) + d
        for (let f = 0; f < features; f++) {
          const at = c * features + f
          direction[at] = (direction[at] ?? 0) + d * (inputs[i * features + f] ?? 0)
        }
      }
    }
    return direction
  }

  const gramian = (deltas: Float64Array, examples: number) => {
    const values = new Float64Array(examples * examples)
    for (let i = 0; i < examples; i++) {
      for (let j = 0; j < examples; j++) {
        let d = 0
        for (let c = 0; c < classes; c++) d += (deltas[i * classes + c] ?? 0) * (deltas[j * classes + c] ?? 0)
        let x = 1
        for (let f = 0; f < features; f++) x += (inputs[i * features + f] ?? 0) * (inputs[j * features + f] ?? 0)
        values[i * examples + j] = d * x
      }
    }
    return { objectives: examples, values }
  }

  const toNamed = (vector: Float32Array) =>
    new Map([
      ["0.weight", vector.slice(0, weights)],
      ["0.bias", vector.slice(weights)]
    ])
  const fromNamed = (tensors: ReadonlyMap<string, Float32Array>, vector: Float32Array) => {
    vector.set(tensors.get("0.weight") ?? new Float32Array(weights))
    vector.set(tensors.get("0.bias") ?? new Float32Array(classes), weights)
  }

  return {
    kind: "cpu",
    threads: 1,
    plan: {
      description: network,
      batchSize,
      objective,
      layers: [],
      heads: [{ name: "output", output: [classes], objective: "cross-entropy", losses: 1 }],
      parameters: named,
      columnGroups,
      parameterCount: parameters.length,
      inputSize: features,
      outputSize: classes,
      bytes: 0
    },
    inputs,
    labels,
    targets: new Float32Array(0),
    parameters,
    lossesPerExample: 1,
    jacobianColumns: parameters.length,
    columnGroups,
    rows: (examples) => examples,
    descend(along, learningRate) {
      for (let i = 0; i < parameters.length; i++) parameters[i] = (parameters[i] ?? 0) - learningRate * (along[i] ?? 0)
    },
    initialise(seed) {
      for (let i = 0; i < parameters.length; i++) parameters[i] = Math.sin(seed + 12.9898 * (i + 1)) / 10
    },
    seed() {},
    load: (tensors) => fromNamed(tensors, parameters),
    save: () => toNamed(parameters),
    export: toNamed,
    import: fromNamed,
    linearize({ examples = batchSize } = {}) {
      const { losses, deltas } = backward(examples)
      return {
        objectives: examples,
        parameters: parameters.length,
        values: losses,
        gramian: () => gramian(deltas, examples),
        pullback: (by) => pullback(deltas, by),
        jacobian() {
          const jacobian = new Float32Array(examples * parameters.length)
          for (let i = 0; i < examples; i++) {
            const unit = new Float64Array(examples)
            unit[i] = 1
            jacobian.set(pullback(deltas, unit), i * parameters.length)
          }
          return jacobian
        }
      }
    },
    gradient(by, { examples = batchSize } = {}) {
      const { losses, deltas } = backward(examples)
      return { values: losses, direction: pullback(deltas, by) }
    },
    outputs: ({ examples = batchSize } = {}) => outputs(examples),
    [Symbol.dispose]() {}
  }
}
