/**
 * TensorFlow.js on its CPU backend, plain JavaScript on one thread: the only one of its backends that can train
 * convolutions where there is neither a GPU nor a native addon, since that of WebAssembly has no gradient of a filter.
 * A step is its SGD's `minimize` on the mean loss.
 *
 * Images are [examples, height, width, channels] there, and are turned when they are handed over.
 *
 * @module
 */
import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-core/dist/register_all_gradients.js"
import type { Layer } from "@dualcone/network"
import * as tf from "@tensorflow/tfjs-core"
import { applyAll, UnknownLayer } from "./layers.ts"
import manifest from "./package.json" with { type: "json" }
import { type Handed, type SteppingNetwork, serve, type Tensor } from "./serve.ts"

tf.enableProdMode()
await tf.setBackend("cpu")
const library = `tfjs ${manifest.dependencies["@tensorflow/tfjs-core"]}`
serve({ library, threads: 1 }, build)

function build({ description, parameters: tensors, batches, learningRate }: Handed): SteppingNetwork {
  const parameters = new Map([...tensors].map(([name, tensor]) => [name, tf.variable(placed(tensor))] as const))
  const variables = [...parameters.values()]
  const classes = tensors.get(`${description.layers.length - 1}.bias`)?.shape[0] ?? 0
  const data = batches.map(({ inputs, labels }) => ({
    inputs: tf.tidy(() => lastChannels(placed(inputs))),
    chosen: tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), classes), "float32"))
  }))
  const optimizer = tf.train.sgd(learningRate)

  let taken = 0
  /** Cross-entropy of each example of the next batch. */
  const losses = (): tf.Tensor => {
    const batch = data[taken % data.length]
    if (batch === undefined) throw new Error("there are no batches")
    const outputs = applyAll(description.layers, "", batch.inputs, (layer, path, value) =>
      apply(parameters, layer, path, value)
    )
    return tf.neg(tf.sum(tf.mul(tf.logSoftmax(outputs), batch.chosen), 1))
  }
  const meanLoss = (): tf.Scalar => tf.mean(losses())
  return {
    async first() {
      let found = new Float64Array(0)
      let square = 0
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => {
          const each = losses()
          found = Float64Array.from(each.dataSync())
          return tf.mean<tf.Scalar>(each)
        }, variables)
        for (const grad of Object.values(grads)) square += tf.sum(tf.square(grad)).dataSync()[0] ?? Number.NaN
      })
      return { losses: found, gradientNorm: Math.sqrt(square) }
    },
    async step(method) {
      if (method !== "sgd") throw new Error(`unknown method ${method}`)
      tf.tidy(() => void optimizer.minimize(meanLoss, false, variables))
      taken++
    },
    dispose() {
      optimizer.dispose()
      tf.dispose([...variables, ...data.flatMap(({ inputs, chosen }) => [inputs, chosen])])
    }
  }
}

function placed({ values, shape }: Tensor): tf.Tensor {
  return tf.tensor(values, shape)
}

function lastChannels(images: tf.Tensor): tf.Tensor {
  return images.rank === 4 ? tf.transpose(images, [0, 2, 3, 1]) : images
}

/** One layer on [examples, height, width, channels] or [examples, features]. */
function apply(parameters: ReadonlyMap<string, tf.Tensor>, layer: Layer, path: string, input: tf.Tensor): tf.Tensor {
  const own = (name: string): tf.Tensor => {
    const found = parameters.get(`${path}.${name}`)
    if (found === undefined) throw new Error(`there is no ${path}.${name}`)
    return found
  }
  switch (layer.kind) {
    case "conv2d": {
      const found = convolved(layer, own("weight"), asImages(input))
      return (layer.bias ?? true) ? tf.add(found, own("bias")) : found
    }
    case "linear": {
      const found = tf.matMul(input, own("weight"), false, true)
      return (layer.bias ?? true) ? tf.add(found, own("bias")) : found
    }
    case "max-pool2d":
      return tf.maxPool(asImages(input), layer.kernel, layer.stride ?? layer.kernel, "valid")
    case "average-pool2d":
      return tf.avgPool(asImages(input), layer.kernel, layer.stride ?? layer.kernel, "valid")
    case "elu":
      return tf.elu(input)
    case "relu":
      return tf.relu(input)
    case "flatten":
      // By channels first, as the weights behind it expect.
      return tf.reshape(input.rank === 4 ? tf.transpose(input, [0, 3, 1, 2]) : input, [input.shape[0] ?? 1, -1])
    case "group-norm": {
      const [examples = 1, height = 1, width = 1, channels = 1] = input.shape
      const grouped = tf.reshape(input, [examples, height, width, layer.groups, channels / layer.groups])
      const { mean, variance } = tf.moments(grouped, [1, 2, 4], true)
      const normal = tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, layer.epsilon ?? 1e-5)))
      return tf.add(tf.mul(tf.reshape(normal, input.shape), own("weight")), own("bias"))
    }
    case "sum":
      return tf.addN(
        layer.branches.map((branch, i) =>
          applyAll(branch, `${path}.branches.${i}.`, input, (inner, at, value) => apply(parameters, inner, at, value))
        )
      )
    default:
      throw new UnknownLayer(library, layer)
  }
}

/** Filters are handed over as [outputs, inputs of a group, height, width]. */
function convolved(layer: Layer & { readonly kind: "conv2d" }, weight: tf.Tensor, input: tf.Tensor4D): tf.Tensor {
  const { outputs, kernel, stride = 1, padding = 0, groups = 1 } = layer
  const inputs = input.shape[3]
  if (groups === 1) {
    const filter = tf.transpose<tf.Tensor4D>(ofRank4(weight), [2, 3, 1, 0])
    return tf.conv2d(input, filter, stride, padding)
  }
  if (groups !== inputs) throw new UnknownLayer(library, layer)
  const filter = tf.reshape(tf.transpose(weight, [2, 3, 1, 0]), [kernel, kernel, inputs, outputs / inputs])
  return tf.depthwiseConv2d(input, ofRank4(filter), stride, padding)
}

function ofRank4(tensor: tf.Tensor): tf.Tensor4D {
  return tf.reshape(tensor, [tensor.shape[0] ?? 0, tensor.shape[1] ?? 0, tensor.shape[2] ?? 0, tensor.shape[3] ?? 0])
}

function asImages(input: tf.Tensor): tf.Tensor4D {
  return ofRank4(input)
}
