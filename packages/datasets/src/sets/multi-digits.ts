/**
 * MultiMNIST and MultiFashion: two tasks, from pairs of MNIST's digits and of Fashion-MNIST's pictures.
 */

import { type Dataset, knownRange } from "../dataset.ts"
import { fashionMnist, fashionMnistRecord } from "./fashion-mnist.ts"
import { mnist, mnistRecord } from "./mnist.ts"
import { overlayPairs, partners } from "./overlaid-pairs.ts"
import { type ConstructedRecord, describe, type FolderOptions, type SourceRecord } from "./record.ts"

/** Where the files of the set below are, which pairs, and how they are drawn. */
export interface PairOptions extends FolderOptions {
  /** Draws the partner of every example: 0 to 2^32 - 1. Default 0. */
  readonly pairing?: number
}

const construction = (source: SourceRecord) => ({
  tasks: ["left", "right"],
  sources: [source.name],
  origin: `pairs of ${source.origin}, overlaid as in Sener and Koltun, arXiv 1810.04650`
})

/** Examples and normalisation of MultiMNIST. */
export const multiMnistRecord: ConstructedRecord = {
  ...{ name: "multi-mnist", title: "MultiMNIST", examples: mnistRecord.examples, shape: mnistRecord.shape },
  ...{ classes: 10, mean: mnistRecord.mean, deviation: mnistRecord.deviation, licence: mnistRecord.licence },
  ...construction(mnistRecord)
}

/** Examples and normalisation of MultiFashion. */
export const multiFashionRecord: ConstructedRecord = {
  ...{ name: "multi-fashion", title: "MultiFashion", examples: mnistRecord.examples, shape: mnistRecord.shape },
  ...{ classes: 10, mean: fashionMnistRecord.mean, deviation: fashionMnistRecord.deviation },
  ...{ licence: fashionMnistRecord.licence, ...construction(fashionMnistRecord) }
}

/**
 * MultiMNIST: 60,000 pairs of digits to train on, 10,000 to test, each of one half; two labels an example, `left` and
 * `right`. Normalised as MNIST.
 *
 * @throws InputError as `mnist`, or when `pairing` is out of range.
 */
export function multiMnist(options: PairOptions): Promise<Dataset> {
  return loadPairs(multiMnistRecord, mnist, options)
}

/**
 * MultiFashion: the same of Fashion-MNIST, normalised as that.
 *
 * @throws InputError as `fashionMnist`, or when `pairing` is out of range.
 */
export function multiFashion(options: PairOptions): Promise<Dataset> {
  return loadPairs(multiFashionRecord, fashionMnist, options)
}

async function loadPairs(
  record: ConstructedRecord,
  source: (options: FolderOptions) => Promise<Dataset>,
  { folder, split = "train", pairing = 0, ...range }: PairOptions
): Promise<Dataset> {
  const half = await source({ folder, split })
  const described = describe(record, split)
  const known = knownRange(range, half.examples, described.name)
  return { ...overlayPairs(half, partners(half.examples, half.examples, pairing), known), ...described }
}
