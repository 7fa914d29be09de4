/**
 * A dataset from a pair of IDX files: MNIST, KMNIST, EMNIST, or one's own.
 */

import { InputError } from "@dualcone/wasm"
import { checkDataset, type Dataset } from "./dataset.ts"
import { type IdxArray, inflateIdx, readIdx } from "./formats/idx.ts"
import { readSource, type Source, sourceName } from "./source.ts"

/** The two files, and what they do not say themselves. */
export interface IdxDatasetOptions {
  /** IDX of N x height x width (one channel) or N x channels x height x width, gzipped or not. */
  readonly images: Source
  /** IDX of N labels, gzipped or not. */
  readonly labels: Source
  /** Default: the name of the file of images. */
  readonly name?: string
  /** Default: the largest label and one. */
  readonly classes?: number
  /** One a channel, of the levels / 255. Default: measured on these images. */
  readonly mean?: readonly number[]
  /** One a channel, of the levels / 255. Default: measured on these images. */
  readonly deviation?: readonly number[]
  /** Default: the names of the files. */
  readonly origin?: string
  /** Default: "unknown". */
  readonly licence?: string
}

/**
 * Reads any pair of IDX files.
 *
 * @throws InputError naming the file that is missing, unreadable, damaged or not IDX, or what disagrees: the numbers of
 * images and labels, a label out of range, a channel that never varies (its deviation would be 0).
 */
export async function idxDataset(options: IdxDatasetOptions): Promise<Dataset> {
  const imagesName = sourceName(options.images, "the IDX file of images")
  const labelsName = sourceName(options.labels, "the IDX file of labels")
  const images = await readIdxAt(options.images, imagesName)
  const labels = await readIdxAt(options.labels, labelsName)
  const shape = imageShape(images, imagesName)
  const measured = options.mean && options.deviation ? undefined : measure(images.data, shape)
  return pairUp(images, labels, imagesName, labelsName, {
    name: options.name ?? imagesName,
    classes: options.classes ?? labels.data.reduce((largest, label) => Math.max(largest, label), 0) + 1,
    mean: options.mean ?? measured?.mean ?? [],
    deviation: options.deviation ?? measured?.deviation ?? [],
    origin: options.origin ?? `${imagesName}, ${labelsName}`,
    licence: options.licence ?? "unknown"
  })
}

/** What two arrays do not say about the dataset they make. */
export type Description = Pick<Dataset, "name" | "classes" | "mean" | "deviation" | "origin" | "licence">

/**
 * The dataset of an array of images and an array of labels.
 *
 * @throws InputError when they do not belong together or do not fit the description.
 */
export function pairUp(
  images: IdxArray,
  labels: IdxArray,
  imagesName: string,
  labelsName: string,
  description: Description
): Dataset {
  const shape = imageShape(images, imagesName)
  if (labels.shape.length !== 1) {
    throw new InputError({
      place: `the shape of ${labelsName}`,
      value: labels.shape,
      rule: "labels have one dimension, the examples"
    })
  }
  if (labels.data.length !== images.shape[0]) {
    throw new InputError({
      place: `the number of labels of ${labelsName}`,
      value: labels.data.length,
      rule: `${imagesName} holds ${images.shape[0]} images`
    })
  }
  return checkDataset({
    ...description,
    examples: labels.data.length,
    shape,
    images: images.data,
    labels: labels.data,
    scale: 255
  })
}

async function readIdxAt(source: Source, name: string): Promise<IdxArray> {
  const bytes = await readSource(source)
  if (bytes === undefined) {
    throw new InputError({ place: name, value: undefined, rule: "an IDX file is expected there" })
  }
  return readIdx(await inflateIdx(bytes, name), name)
}

function imageShape(images: IdxArray, name: string): readonly [channels: number, height: number, width: number] {
  const [, first = 1, second = 1, third = 1] = images.shape
  if (images.shape.length === 3) return [1, first, second]
  if (images.shape.length === 4) return [first, second, third]
  throw new InputError({
    place: `the shape of ${name}`,
    value: images.shape,
    rule: "images have three dimensions (examples, height, width) or four (examples, channels, height, width)"
  })
}

/** Mean and deviation of each channel of the scaled levels, from exact integer sums. */
function measure(
  images: Uint8Array,
  [channels, height, width]: readonly [number, number, number]
): { readonly mean: readonly number[]; readonly deviation: readonly number[] } {
  const plane = height * width
  const counts = Array.from({ length: channels }, () => new Float64Array(256))
  for (let start = 0; start < images.length; ) {
    for (const count of counts) {
      for (const level of images.subarray(start, start + plane)) count[level] = (count[level] ?? 0) + 1
      start += plane
    }
  }
  const values = images.length / channels
  const moments = counts.map((count) => {
    const mean = count.reduce((sum, n, level) => sum + n * level, 0) / values
    const variance = count.reduce((sum, n, level) => sum + n * (level - mean) ** 2, 0) / values
    return { mean: mean / 255, deviation: Math.sqrt(variance) / 255 }
  })
  return { mean: moments.map((m) => m.mean), deviation: moments.map((m) => m.deviation) }
}
