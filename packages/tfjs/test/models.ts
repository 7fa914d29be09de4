/** Networks of the CPU engine in TensorFlow.js: variables as PyTorch lays them out, images with channels last. */
import type { UpgradOfBatch } from "../../network/test/upgrad-of-batch.ts"
import { tf } from "./backend.ts"

/** A network's variables in the order of its parameters, and its losses. */
export interface Model {
  readonly variables: readonly tf.Variable[]
  /** Cross-entropy of the examples from `first` up to, but not including, `end`: [end - first]. */
  losses(first: number, end: number): tf.Tensor1D
  dispose(): void
}

/** Variables by name. */
type Own = (name: string) => tf.Tensor

/** A model from what makes logits, [examples, 10], of images, [examples, ...]. */
function modelOf(batch: UpgradOfBatch, logits: (own: Own, images: tf.Tensor4D) => tf.Tensor): Model {
  const named = new Map(
    batch.parameters.map(({ name, shape, values }) => [name, tf.variable(tf.tensor(values, [...shape]))] as const)
  )
  const own = (name: string) => {
    const found = named.get(name)
    if (found === undefined) throw new Error(`there is no ${name}`)
    return found
  }
  const [channels = 1, height = 1, width = 1] = batch.network.input
  const examples = batch.labels.length
  const images = tf.tidy(() =>
    tf.transpose<tf.Tensor4D>(tf.tensor4d(batch.inputs, [examples, channels, height, width]), [0, 2, 3, 1])
  )
  const chosen = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(batch.labels, "int32"), 10), "float32"))
  return {
    variables: [...named.values()],
    losses(first, end) {
      const some = tf.slice(images, [first, 0, 0, 0], [end - first, -1, -1, -1])
      const logProbabilities = tf.logSoftmax(logits(own, some))
      return tf.neg(tf.sum(tf.mul(logProbabilities, tf.slice(chosen, [first, 0], [end - first, -1])), 1))
    },
    dispose: () => tf.dispose([...named.values(), images, chosen])
  }
}

const linear = (own: Own, layer: number, inputs: tf.Tensor) =>
  tf.add(tf.matMul(inputs, own(`${layer}.weight`), false, true), own(`${layer}.bias`))

/** 784 - 32 - 10. */
export const perceptron = (batch: UpgradOfBatch): Model =>
  modelOf(batch, (own, images) => {
    const [examples = 0] = images.shape
    return linear(own, 3, tf.elu(linear(own, 1, tf.reshape(images, [examples, -1]))))
  })

/** The network of SVHN (arXiv 2406.16232, Table 2). Its grouped convolutions have one input channel a group. */
export const svhn = (batch: UpgradOfBatch): Model =>
  modelOf(batch, (own, images) => {
    const filter = (layer: number, shape: [number, number, number, number]) =>
      tf.reshape<tf.Rank.R4>(tf.transpose(own(`${layer}.weight`), [2, 3, 1, 0]), shape)
    const first = tf.elu(tf.add<tf.Tensor4D>(tf.conv2d(images, filter(0, [3, 3, 3, 16]), 1, "valid"), own("0.bias")))
    const second = tf.add<tf.Tensor4D>(tf.depthwiseConv2d(first, filter(2, [3, 3, 16, 2]), 1, "valid"), own("2.bias"))
    const pooled = tf.elu(tf.maxPool(second, 2, 2, "valid"))
    const third = tf.add<tf.Tensor4D>(tf.depthwiseConv2d(pooled, filter(5, [3, 3, 32, 1]), 1, "valid"), own("5.bias"))
    const features = tf.transpose(tf.elu(tf.maxPool(third, 3, 3, "valid")), [0, 3, 1, 2])
    const [examples = 0] = images.shape
    return linear(own, 11, tf.elu(linear(own, 9, tf.reshape(features, [examples, -1]))))
  })
