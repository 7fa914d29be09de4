/** Networks of the CPU engine in jax-js: parameters and images as PyTorch lays them out. */
import { exampleLosses, type Losses, vectorLosses } from "@dualcone/jax"
import { type Array as JaxArray, lax, nn, numpy } from "@jax-js/jax"
import type { UpgradOfBatch } from "../../network/test/upgrad-of-batch.ts"

/** Arrays by PyTorch's names. */
export type Parameters = Record<string, JaxArray>

/** The array of a name, its reference handed over. */
function take(parameters: Parameters, name: string): JaxArray {
  const found = parameters[name]
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

const linear = (p: Parameters, layer: number, inputs: JaxArray) =>
  numpy.matmul(inputs, take(p, `${layer}.weight`).transpose()).add(take(p, `${layer}.bias`))

/** [examples, 1, 28, 28] to [examples, 10]: 784 - 32 - 10. */
export const perceptron = (p: Parameters, images: JaxArray) =>
  linear(p, 3, nn.elu(linear(p, 1, images.reshape([images.shape[0] ?? 0, -1]))))

/** [examples, 3, 32, 32] to [examples, 10]: the network of SVHN (arXiv 2406.16232, Table 2). */
export function svhn(p: Parameters, images: JaxArray): JaxArray {
  const convolve = (layer: number, inputs: JaxArray, groups: number) => {
    const weight = take(p, `${layer}.weight`)
    const options = { featureGroupCount: groups }
    return lax
      .convGeneralDilated(inputs, weight, [1, 1], "VALID", options)
      .add(take(p, `${layer}.bias`).reshape([1, -1, 1, 1]))
  }
  // Windows as axes of their own: `lax.reduceWindow` has no rule for `vmap`.
  const pool = (inputs: JaxArray, size: number) => {
    const [examples = 0, channels = 0, height = 0, width = 0] = inputs.shape
    const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)]
    const whole = inputs.slice([], [], [0, rows * size], [0, columns * size])
    return whole.reshape([examples, channels, rows, size, columns, size]).max([3, 5])
  }
  const first = nn.elu(convolve(0, images, 1))
  const pooled = nn.elu(pool(convolve(2, first, 16), 2))
  const features = nn.elu(pool(convolve(5, pooled, 32), 3))
  return linear(p, 11, nn.elu(linear(p, 9, features.reshape([features.shape[0] ?? 0, -1]))))
}

type Logits = (p: Parameters, images: JaxArray) => JaxArray
/** Images, and 1 at the label of each. */
export type Batch = [JaxArray, JaxArray]

const batchLosses = (logits: Logits) => (p: Parameters, images: JaxArray, chosen: JaxArray) =>
  nn.logSoftmax(logits(p, images), 1).mul(chosen).sum(1).neg()

export const byExample = (logits: Logits): Losses<Parameters, Batch> =>
  exampleLosses((p, image, chosen) =>
    batchLosses(logits)(p, numpy.expandDims(image, 0), numpy.expandDims(chosen, 0)).sum()
  )
export const byVector = (logits: Logits): Losses<Parameters, Batch> => vectorLosses(batchLosses(logits))

/** The parameters and the batch of an engine as arrays, which are the caller's. */
export function arraysOf(engine: UpgradOfBatch): { readonly parameters: Parameters; readonly batch: Batch } {
  const parameters: Parameters = {}
  for (const { name, shape, values } of engine.parameters) {
    parameters[name] = numpy.array(Float32Array.from(values), { shape: [...shape] })
  }
  const examples = engine.labels.length
  const images = numpy.array(Float32Array.from(engine.inputs), { shape: [examples, ...engine.network.input] })
  const chosen = new Float32Array(10 * examples)
  engine.labels.forEach((label, example) => {
    chosen[10 * example + label] = 1
  })
  const batch: Batch = [images, numpy.array(chosen, { shape: [examples, 10] })]
  return { parameters, batch }
}
