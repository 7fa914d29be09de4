/**
 * A labelled set of images in memory, as the experiments of Jacobian descent use them: bytes, not floats, so that
 * 60,000 images stay at 47 MB and a batch is normalised only when it is drawn.
 */

import { InputError } from "@dualcone/wasm"

/** Labelled images. A network's input is `(image / scale - mean) / deviation`, channel by channel. */
export interface Dataset {
  readonly name: string
  readonly examples: number
  readonly shape: readonly [channels: number, height: number, width: number]
  /** Labels are 0 to classes - 1, whatever the task. */
  readonly classes: number
  /**
   * What the labels of an example stand for, where it has several: the names of the heads that learn them, in the order
   * of the labels. Absent: one label an example.
   */
  readonly tasks?: readonly string[]
  /** Grey or colour levels, 0 to 255, NCHW: examples x channels x height x width. */
  readonly images: Uint8Array
  /** Examples x tasks, or one an example. */
  readonly labels: Uint8Array
  /** What a level is divided by: 255. */
  readonly scale: number
  /** One a channel, in units of the scaled levels (0 to 1). */
  readonly mean: readonly number[]
  /** One a channel, in units of the scaled levels (0 to 1). */
  readonly deviation: readonly number[]
  /** Where the data come from. */
  readonly origin: string
  readonly licence: string
}

/** A run of consecutive examples. */
export interface Range {
  /** The first example, counted from 0. Default 0. */
  readonly from?: number
  /** How many. Default: all from there on. */
  readonly examples?: number
  /**
   * In place of `from`: the number of the run by the protocol of arXiv 2406.16232, whose run i is on the examples
   * i n to (i + 1) n - 1, n being `examples`. The paper's runs are 1 to 8 with n = 1,024.
   */
  readonly seed?: number
}

/** A range that is known to lie within its set. */
export interface KnownRange {
  readonly from: number
  readonly examples: number
}

/**
 * The dataset itself, when its parts agree.
 *
 * @throws InputError when sizes disagree, a label is out of range, or the normalisation is not finite and positive.
 */
export function checkDataset(dataset: Dataset): Dataset {
  const { name, examples, shape, classes, tasks, images, labels, scale, mean, deviation } = dataset
  checkCount(examples, `the number of examples of ${name}`)
  if (shape.length !== 3) {
    throw new InputError({ place: `the shape of ${name}`, value: shape, rule: "it must be [channels, height, width]" })
  }
  for (const size of shape) checkCount(size, `a size in the shape [${shape.join(", ")}] of ${name}`)
  checkCount(classes, `the number of classes of ${name}`)
  if (classes > 256) {
    throw new InputError({ place: `the number of classes of ${name}`, value: classes, rule: "it must be at most 256" })
  }
  const [channels, height, width] = shape
  checkLength(images, examples * channels * height * width, `the number of image bytes of ${name}`)
  if (tasks !== undefined) checkCount(tasks.length, `the number of tasks of ${name}`)
  checkLength(labels, examples * (tasks?.length ?? 1), `the number of labels of ${name}`)
  for (const [i, label] of labels.entries()) {
    if (label >= classes) {
      throw new InputError({
        place: `label ${i} of ${name}`,
        value: label,
        rule: `labels must be 0 to ${classes - 1}`
      })
    }
  }
  checkPositive(scale, `the scale of ${name}`)
  checkLength(mean, channels, `the number of channel means of ${name}`)
  checkLength(deviation, channels, `the number of channel deviations of ${name}`)
  for (const [channel, value] of mean.entries()) {
    if (!Number.isFinite(value)) {
      throw new InputError({ place: `the mean of channel ${channel} of ${name}`, value, rule: "it must be finite" })
    }
  }
  for (const [channel, value] of deviation.entries()) {
    checkPositive(value, `the deviation of channel ${channel} of ${name}`)
  }
  return dataset
}

/**
 * The examples of a range, in the same memory.
 *
 * @throws InputError when the range is empty or leaves the dataset.
 */
export function subset(dataset: Dataset, range: Range): Dataset {
  const { from, examples } = knownRange(range, dataset.examples, dataset.name)
  const [channels, height, width] = dataset.shape
  const size = channels * height * width
  const labels = dataset.tasks?.length ?? 1
  return {
    ...dataset,
    examples,
    images: dataset.images.subarray(from * size, (from + examples) * size),
    labels: dataset.labels.subarray(from * labels, (from + examples) * labels)
  }
}

/**
 * First example and number of a range of a set of `total` examples.
 *
 * @param name names the set in errors
 * @throws InputError when the range is empty or leaves the set, or has both `from` and `seed`.
 */
export function knownRange(range: Range, total: number, name: string): KnownRange {
  const first = firstOf(range, name)
  if (!Number.isSafeInteger(first) || first < 0 || first >= total) {
    throw new InputError({
      place: `the first example of the subset of ${name}`,
      value: first,
      rule: `it must be an integer from 0 to ${total - 1}`
    })
  }
  const { examples = total - first } = range
  if (!Number.isSafeInteger(examples) || examples < 1 || examples > total - first) {
    throw new InputError({
      place: `the number of examples of the subset of ${name} from ${first} on`,
      value: examples,
      rule: `it must be an integer from 1 to ${total - first}`
    })
  }
  return { from: first, examples }
}

function firstOf({ from, examples, seed }: Range, name: string): number {
  if (seed === undefined) return from ?? 0
  const place = `the seed of the subset of ${name}`
  if (from !== undefined) throw new InputError({ place, value: seed, rule: "it takes the place of the first example" })
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new InputError({ place, value: seed, rule: "it must be an integer of at least 0" })
  }
  if (examples !== undefined) return seed * examples
  throw new InputError({ place, value: seed, rule: "it counts runs of so many examples: give their number too" })
}

function checkCount(value: number, place: string): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InputError({ place, value, rule: "it must be an integer of at least 1" })
  }
}

function checkPositive(value: number, place: string): void {
  if (!Number.isFinite(value) || value <= 0) {
    throw new InputError({ place, value, rule: "it must be finite and positive" })
  }
}

function checkLength(values: ArrayLike<number>, expected: number, place: string): void {
  if (values.length !== expected) throw new InputError({ place, value: values.length, rule: `it must be ${expected}` })
}
