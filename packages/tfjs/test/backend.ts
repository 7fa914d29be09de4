/** TensorFlow.js on its CPU backend, plain JavaScript, without its advice to install a native one. */
import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-core/dist/register_all_gradients.js"
import * as tf from "@tensorflow/tfjs-core"

tf.enableProdMode()
await tf.setBackend("cpu")

export { tf }

/** Tensors that `work` leaves behind. */
export async function leftBehind(work: () => Promise<unknown>): Promise<number> {
  const before = tf.memory()
  await work()
  const after = tf.memory()
  return Math.max(after.numTensors - before.numTensors, after.numDataBuffers - before.numDataBuffers)
}
