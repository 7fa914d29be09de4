/**
 * The sets in the four files of MNIST: images and labels of each half, IDX in gzip.
 */

import { InputError } from "@dualcone/wasm"
import { checkSha256 } from "../checksum.ts"
import { type Dataset, subset } from "../dataset.ts"
import { type IdxArray, inflateIdx, readIdx } from "../formats/idx.ts"
import { pairUp } from "../idx-dataset.ts"
import { checkSplit, fileNamed, readFileOf } from "./folder.ts"
import { type DatasetFile, describe, type FolderOptions, type SourceRecord } from "./record.ts"

const NAMES = {
  train: { images: "train-images-idx3-ubyte.gz", labels: "train-labels-idx1-ubyte.gz" },
  test: { images: "t10k-images-idx3-ubyte.gz", labels: "t10k-labels-idx1-ubyte.gz" }
} as const

/** What differs between the files of two such sets, in the order of {@link idxFiles}. */
export interface IdxSums {
  readonly bytes: number
  readonly md5: string
  readonly sha256: string
  readonly contentSha256?: string
}

/**
 * The records of the four files, from their sums: images and labels of the training half, then those of the test half.
 *
 * @param folders addresses of folders with the files, ended by `/`
 */
export function idxFiles(
  folders: readonly string[],
  sums: readonly [IdxSums, IdxSums, IdxSums, IdxSums]
): readonly DatasetFile[] {
  const { train, test } = NAMES
  return [train.images, train.labels, test.images, test.labels].map((name, i) => {
    const { bytes, md5, sha256, contentSha256 } = sums[i] ?? sums[0]
    const known = contentSha256 === undefined ? {} : { contentSha256 }
    // Uncompressed images of a half have up to 47,040,016 bytes.
    const largest = contentSha256 === undefined ? bytes : 2 ** 26
    return { name, bytes, largest, md5, sha256, ...known, addresses: folders.map((folder) => folder + name) }
  })
}

/**
 * Some examples of one half of such a set.
 *
 * @throws InputError naming the file that is missing, unreadable, damaged, or not the official one by its SHA-256.
 */
export async function loadIdxPair(
  record: SourceRecord,
  { folder, split = "train", ...range }: FolderOptions
): Promise<Dataset> {
  const names = NAMES[checkSplit(record, split)]
  const examples = record.examples[split]
  const [, height, width] = record.shape
  const labels = await readIdxFile(record, fileNamed(record, names.labels), folder, [examples])
  const images = await readIdxFile(record, fileNamed(record, names.images), folder, [examples, height, width])
  return subset(pairUp(images.array, labels.array, images.name, labels.name, describe(record, split)), range)
}

async function readIdxFile(
  record: SourceRecord,
  file: DatasetFile,
  folder: string | URL,
  shape: readonly number[]
): Promise<{ readonly name: string; readonly array: IdxArray }> {
  const { name, bytes } = await readFileOf(record, file, folder)
  const content = await inflateIdx(bytes, name)
  // The header first: a truncated file, or that of another half, is told as such and not only as a wrong checksum.
  const array = readIdx(content, name)
  if (array.shape.join() !== shape.join()) {
    const rule = `${file.name} of ${record.title} is ${shape.join(" x ")}`
    throw new InputError({ place: `the shape of ${name}`, value: array.shape, rule })
  }
  const owner = `the official ${record.title}`
  if (file.contentSha256 === undefined) await checkSha256(bytes, file.sha256, name, owner)
  else await checkSha256(content, file.contentSha256, `the uncompressed ${name}`, owner)
  return { name, array }
}
