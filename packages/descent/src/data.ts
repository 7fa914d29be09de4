/**
 * Training data, normalised while it is gathered into an engine: x = (image / scale - mean) / deviation per channel,
 * computed in float64 and rounded once to float32. Bytes go through a table of 256 entries a channel.
 *
 * @module
 */
import type { Plan } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import { fnv1a } from "./checksum.ts"
import type { Batch, BatchBuffers } from "./engine.ts"

/** Examples and what is wanted for each. A `Dataset` of `@dualcone/datasets` is one. */
export interface TrainingData {
  readonly name: string
  readonly examples: number
  /** Shape of one example: [channels, height, width], or [features]. */
  readonly shape: readonly number[]
  /** [examples, ...shape], row-major. */
  readonly images: Uint8Array | Float32Array
  /**
   * [examples, losses of an example] class indices: one an example, or one a head and step. With squared error and one
   * loss they stand for one-hot targets, unless `targets` are given.
   */
  readonly labels: ArrayLike<number>
  /** [examples, outputs under squared error], row-major, the heads side by side: what squared error compares with. */
  readonly targets?: Float32Array
  readonly scale: number
  /** One number, or one a channel. */
  readonly mean: readonly number[]
  /** One number, or one a channel. */
  readonly deviation: readonly number[]
}

/** Data checked against a network, ready to be gathered. */
export interface PreparedData {
  readonly data: TrainingData
  /** The examples with these indices, in this order. */
  batch(indices: ArrayLike<number>): Batch
}

/** One 256-entry table: what each byte becomes. */
export function normalisationTable(scale: number, mean: number, deviation: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => (byte / scale - mean) / deviation)
}

/** What of a network its data must fit. */
export type DataPlan = Pick<Plan, "inputSize" | "heads">

/**
 * Checks data against a network and plans its normalisation.
 *
 * @throws {InputError} when shapes disagree, a label is not an output of its head, or the normalisation is not finite
 */
export function prepareData(data: TrainingData, { inputSize, heads }: DataPlan): PreparedData {
  const { examples, shape, images, labels, targets, scale } = data
  const name = `data ${data.name}`
  const size = shape.reduce((product, side) => product * side, 1)
  const classes = heads.flatMap(({ objective, output, losses }) => {
    return Array.from({ length: losses }, () => (objective === "cross-entropy" ? (output.at(-1) ?? 0) : null))
  })
  const compared = heads.filter(({ objective }) => objective === "squared-error")
  const outputs = compared.reduce((sum, { output }) => sum + output.reduce((product, side) => product * side, 1), 0)
  // One output under squared error may have class indices instead of targets.
  const oneHot = targets === undefined && compared.length > 0
  const check = (holds: boolean, place: string, value: unknown, rule: string) => {
    if (!holds) throw new InputError({ rule, place: `${place} of ${name}`, value })
  }
  check(Number.isSafeInteger(examples) && examples > 0, "the number of examples", examples, "it must be positive")
  check(size === inputSize, "the shape of an example", shape, `the network takes ${inputSize} numbers an example`)
  check(
    images.length === examples * size,
    "the number of image entries",
    images.length,
    `${examples * size} are needed`
  )
  const perExample =
    classes.length === 1 ? "" : `, each with ${classes.length} losses: one label a head and step, example by example`
  const labelled = labels.length === examples * classes.length
  check(labelled, "the number of labels", labels.length, `there are ${examples} examples${perExample}`)
  check(!oneHot || classes.length === 1, "the targets", targets, "a network of several losses needs them")
  const wanted = examples * outputs
  check(
    targets === undefined || targets.length === wanted,
    "the number of target entries",
    targets?.length,
    `${wanted} are needed`
  )
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? -1
    const bound = classes[i % classes.length] ?? (oneHot ? outputs : null)
    if (bound !== null && !(Number.isInteger(label) && label >= 0 && label < bound)) {
      check(false, `label ${i}`, label, `it must be a class index below ${bound}`)
    }
  }
  const channels = shape.length === 3 ? (shape[0] ?? 1) : 1
  const plane = size / channels
  const means = perChannel(data.mean, channels, "the mean", check)
  const deviations = perChannel(data.deviation, channels, "the deviation", check)
  check(Number.isFinite(scale) && scale !== 0, "the scale", scale, "it must be finite and not 0")
  for (const deviation of deviations) check(deviation !== 0, "the deviation", deviation, "it must not be 0")

  const tables = means.map((mean, c) => normalisationTable(scale, mean, deviations[c] ?? 1))

  const writeImage = (example: number, inputs: Float32Array, at: number) => {
    let from = example * size
    let to = at
    for (let c = 0; c < channels; c++) {
      const end = from + plane
      if (images instanceof Uint8Array) {
        const table = tables[c] ?? new Float32Array(256)
        while (from < end) inputs[to++] = table[images[from++] ?? 0] ?? 0
      } else {
        const mean = means[c] ?? 0
        const deviation = deviations[c] ?? 1
        while (from < end) inputs[to++] = ((images[from++] ?? 0) / scale - mean) / deviation
      }
    }
  }
  const losses = classes.length
  const writeWanted = (example: number, i: number, into: BatchBuffers) => {
    for (let l = 0; l < losses; l++) into.labels[i * losses + l] = labels[example * losses + l] ?? 0
    if (outputs === 0) return
    const row = into.targets.subarray(i * outputs, (i + 1) * outputs)
    if (targets !== undefined) row.set(targets.subarray(example * outputs, (example + 1) * outputs))
    else {
      row.fill(0)
      row[labels[example] ?? 0] = 1
    }
  }
  return {
    data,
    batch: (indices) => ({
      examples: indices.length,
      write(into) {
        for (let i = 0; i < indices.length; i++) {
          const example = indices[i] ?? 0
          writeImage(example, into.inputs, i * size)
          writeWanted(example, i, into)
        }
      }
    })
  }
}

type Check = (holds: boolean, place: string, value: unknown, rule: string) => void

function perChannel(values: readonly number[], channels: number, place: string, check: Check): readonly number[] {
  check(
    values.length === 1 || values.length === channels,
    place,
    values,
    `it takes 1 number or ${channels}, one a channel`
  )
  for (const value of values) check(Number.isFinite(value), place, value, "it must be finite")
  return Array.from({ length: channels }, (_, c) => values[values.length === 1 ? 0 : c] ?? 0)
}

/** A fingerprint of images, labels and targets. */
export function dataChecksum({ images, labels, targets }: TrainingData): string {
  return fnv1a([images, Int32Array.from(labels), ...(targets === undefined ? [] : [targets])])
}
