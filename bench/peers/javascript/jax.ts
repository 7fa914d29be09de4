/**
 * jax-js on its WebAssembly backend. A step computes gradients alone, with neither weights nor an update: those of each
 * example, `jit(vmap(grad(loss)))`, which is the whole Jacobian in memory, or that of the sum of the losses,
 * `jit(grad(sum))`. Parameters and batches lie ready in its memory.
 *
 * An array of jax-js is used up by whoever it is handed to, unless that is its `ref`.
 *
 * @module
 */

import type { Layer } from "@dualcone/network"
import {
  blockUntilReady,
  defaultDevice,
  grad,
  init,
  type Array as JaxArray,
  jit,
  lax,
  nn,
  numpy,
  tree,
  vmap
} from "@jax-js/jax"
import { applyAll, UnknownLayer } from "./layers.ts"
import manifest from "./package.json" with { type: "json" }
import { type Handed, type SteppingNetwork, serve, type Tensor } from "./serve.ts"

type Parameters = Record<string, JaxArray>

await init("wasm")
defaultDevice("wasm")
const library = `jax-js ${manifest.dependencies["@jax-js/jax"]}`
serve({ library, threads: navigator.hardwareConcurrency }, build)

function build({ description, parameters: tensors, batches }: Handed): SteppingNetwork {
  const parameters: Parameters = {}
  for (const [name, tensor] of tensors) parameters[name] = placed(tensor)
  const classes = tensors.get(`${description.layers.length - 1}.bias`)?.shape[0] ?? 0
  const data = batches.map(({ inputs, labels }) => {
    const values = new Float32Array(labels.length * classes)
    labels.forEach((label, example) => {
      values[example * classes + label] = 1
    })
    return { inputs: placed(inputs), chosen: placed({ values, shape: [labels.length, classes] }) }
  })

  /** Cross-entropy of each example; `inputs` is [examples, ...], `chosen` is 1 at the label of each. */
  const losses = (all: Parameters, inputs: JaxArray, chosen: JaxArray): JaxArray => {
    const outputs = applyAll(description.layers, "", inputs, (layer, path, value) => apply(all, layer, path, value))
    return nn.logSoftmax(outputs, 1).mul(chosen).sum(1).neg()
  }
  const lossOfOne = (all: Parameters, input: JaxArray, chosen: JaxArray): JaxArray =>
    losses(all, numpy.expandDims(input, 0), numpy.expandDims(chosen, 0)).sum()
  const lossOfAll = (all: Parameters, inputs: JaxArray, chosen: JaxArray): JaxArray => losses(all, inputs, chosen).sum()
  const methods = {
    "vmap-grad": jit(vmap(grad(lossOfOne), [null, 0, 0])),
    grad: jit(grad(lossOfAll))
  }

  let taken = 0
  const next = () => {
    const batch = data[taken++ % data.length]
    if (batch === undefined) throw new Error("there are no batches")
    return [tree.ref(parameters), batch.inputs.ref, batch.chosen.ref] as const
  }
  return {
    async first() {
      const gradients = methods["vmap-grad"](...next())
      let square = 0
      for (const rows of tree.leaves(gradients)) {
        const mean = await rows.mean(0).data()
        for (const entry of mean) square += entry * entry
      }
      taken = 0
      const found = await losses(...next()).data()
      taken = 0
      return { losses: Float64Array.from(found), gradientNorm: Math.sqrt(square) }
    },
    async step(method) {
      if (method !== "vmap-grad" && method !== "grad") throw new Error(`unknown method ${method}`)
      const gradients = methods[method](...next())
      await blockUntilReady(gradients)
      tree.dispose(gradients)
    },
    dispose() {
      for (const method of Object.values(methods)) method.dispose()
      tree.dispose(parameters)
      for (const batch of data) tree.dispose(batch)
    }
  }
}

function placed({ values, shape }: Tensor): JaxArray {
  return numpy.array(values, { shape })
}

/** One layer on [examples, channels, height, width] or [examples, features]. Uses `input` up. */
function apply(all: Parameters, layer: Layer, path: string, input: JaxArray): JaxArray {
  const own = (name: string): JaxArray => {
    const found = all[`${path}.${name}`]
    if (found === undefined) throw new Error(`there is no ${path}.${name}`)
    return found.ref
  }
  const perChannel = (name: string) => own(name).reshape([1, -1, 1, 1])
  switch (layer.kind) {
    case "conv2d": {
      const { stride = 1, padding = 0, groups = 1, bias = true } = layer
      const edge: [number, number] = [padding, padding]
      const options = { featureGroupCount: groups }
      const found = lax.convGeneralDilated(input, own("weight"), [stride, stride], [edge, edge], options)
      return bias ? found.add(perChannel("bias")) : found
    }
    case "linear": {
      const found = numpy.matmul(input, own("weight").transpose())
      return (layer.bias ?? true) ? found.add(own("bias")) : found
    }
    case "max-pool2d":
    case "average-pool2d": {
      // Windows as axes of their own: `lax.reduceWindow` has no rule for `vmap`.
      const { kernel, stride = kernel } = layer
      if (stride !== kernel) throw new UnknownLayer(library, layer)
      const [examples = 1, channels = 1, height = 1, width = 1] = input.shape
      const [rows, columns] = [Math.floor(height / kernel), Math.floor(width / kernel)]
      const whole = input.slice([], [], [0, rows * kernel], [0, columns * kernel])
      const windows = whole.reshape([examples, channels, rows, kernel, columns, kernel])
      return layer.kind === "max-pool2d" ? windows.max([3, 5]) : windows.mean([3, 5])
    }
    case "elu":
      return nn.elu(input)
    case "relu":
      return nn.relu(input)
    case "flatten":
      return input.reshape([input.shape[0] ?? 1, -1])
    case "group-norm": {
      const [examples = 1, ...shape] = input.shape
      const grouped = nn.standardize(input.reshape([examples, layer.groups, -1]), 2, { epsilon: layer.epsilon ?? 1e-5 })
      return grouped
        .reshape([examples, ...shape])
        .mul(perChannel("weight"))
        .add(perChannel("bias"))
    }
    case "sum": {
      const [first, ...rest] = layer.branches.map((branch, i) =>
        applyAll(branch, `${path}.branches.${i}.`, input.ref, (inner, at, value) => apply(all, inner, at, value))
      )
      input.dispose()
      if (first === undefined) throw new UnknownLayer(library, layer)
      return rest.reduce((sum, branch) => sum.add(branch), first)
    }
    default:
      throw new UnknownLayer(library, layer)
  }
}
