/**
 * Images made small: the suite's networks learn from 14 × 14 pixels, so that a run takes a fraction of a second.
 *
 * @module
 */
import type { Dataset } from "@dualcone/datasets"

/** Numbers that a network reads, an example after the other, and a class each. */
export interface Examples {
  readonly examples: number
  /** [examples, size], row-major. */
  readonly inputs: Float32Array
  readonly labels: Int32Array
  /** Numbers of an example. */
  readonly size: number
}

/** Means of squares of `factor` × `factor` pixels of the first channel, normalised as the data set says. */
export function shrunk(dataset: Dataset, factor: number): Examples {
  const [channels, height, width] = dataset.shape
  const rows = Math.floor(height / factor)
  const columns = Math.floor(width / factor)
  const size = rows * columns
  const inputs = new Float32Array(dataset.examples * size)
  const mean = dataset.mean[0] ?? 0
  const deviation = dataset.deviation[0] ?? 1
  for (let example = 0; example < dataset.examples; example++) {
    const from = example * channels * height * width
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = 0
        for (let y = 0; y < factor; y++) {
          for (let x = 0; x < factor; x++) {
            sum += dataset.images[from + (row * factor + y) * width + column * factor + x] ?? 0
          }
        }
        const level = sum / (factor * factor * dataset.scale)
        inputs[example * size + row * columns + column] = (level - mean) / deviation
      }
    }
  }
  return { examples: dataset.examples, inputs, labels: Int32Array.from(dataset.labels), size }
}

/** The examples of these indices, in this order. */
export function chosen({ inputs, labels, size }: Examples, indices: ArrayLike<number>): Examples {
  const picked = new Float32Array(indices.length * size)
  const classes = new Int32Array(indices.length)
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] ?? 0
    picked.set(inputs.subarray(index * size, (index + 1) * size), i * size)
    classes[i] = labels[index] ?? 0
  }
  return { examples: indices.length, inputs: picked, labels: classes, size }
}
