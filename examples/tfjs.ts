// A model of TensorFlow.js with two tasks, the digit and whether it is even: its gradients, UPGrad's direction, its Adam.
import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-core/dist/register_all_gradients.js" // as the package @tensorflow/tfjs does by itself
import { makeDescent } from "@dualcone/tfjs"
import * as tf from "@tensorflow/tfjs-core"
import { datasets, loadWasm, upgrad } from "dualcone"

tf.enableProdMode()
await tf.setBackend("cpu")

const examples = 256
const batchSize = 32
const { images, labels } = await datasets.mnist({ examples })
const pixels = tf.tensor2d(
  Float32Array.from(images, (level) => level / 255),
  [examples, 784]
)
const digits = tf.oneHot(tf.tensor1d(labels, "int32"), 10)
const parities = tf.oneHot(
  tf.tensor1d(
    labels.map((digit) => digit % 2),
    "int32"
  ),
  2
)

const weights = (inputs: number, outputs: number, seed: number) =>
  tf.variable(tf.randomUniform([inputs, outputs], -1 / Math.sqrt(inputs), 1 / Math.sqrt(inputs), "float32", seed))
const [trunk, digitHead, parityHead] = [weights(784, 32, 1), weights(32, 10, 2), weights(32, 2, 3)]

const crossEntropy = (features: tf.Tensor, head: tf.Tensor, chosen: tf.Tensor) =>
  tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(tf.matMul(features, head)), chosen), 1)))

using descent = makeDescent(await loadWasm(), { aggregator: upgrad(), optimizer: tf.train.adam(0.003) })
for (let step = 1; step <= 48; step++) {
  const first = ((step - 1) * batchSize) % examples
  const { values, certificate } = await descent.step(() => {
    const batch = (all: tf.Tensor) => tf.slice(all, [first, 0], [batchSize, -1])
    const features = tf.elu(tf.matMul(batch(pixels), trunk))
    return [crossEntropy(features, digitHead, batch(digits)), crossEntropy(features, parityHead, batch(parities))]
  })
  if (step % 16 > 0) continue
  const [digit = 0, parity = 0] = values
  console.log(`step ${step}: digit ${digit.toFixed(2)}, parity ${parity.toFixed(2)}, ${certificate?.status}`)
}
