/**
 * CIFAR-10 (Krizhevsky 2009): 50,000 and 10,000 colour 32 x 32 pictures of ten kinds of things, in the binary version:
 * a gzipped tar archive of five batches to train on and one to test. A batch is records of 3,073 bytes: the label, then
 * the red, green and blue plane, row by row.
 */

import { InputError } from "@dualcone/wasm"
import { checkDataset, type Dataset, knownRange } from "../dataset.ts"
import { gunzip } from "../formats/gzip.ts"
import { readTar } from "../formats/tar.ts"
import { checkSplit, fileNamed, readOfficial } from "./folder.ts"
import { describe, type FolderOptions, type SourceRecord, type SplitRange } from "./record.ts"

const ARCHIVE = "cifar-10-binary.tar.gz"
const FOLDER = "cifar-10-batches-bin"
const BATCHES = {
  train: [1, 2, 3, 4, 5].map((batch) => `${FOLDER}/data_batch_${batch}.bin`),
  test: [`${FOLDER}/test_batch.bin`]
} as const
const IMAGE_BYTES = 3 * 32 * 32
const RECORD_BYTES = 1 + IMAGE_BYTES
/** What else may be in the archive: names of the classes, a page, headers. */
const OTHER_BYTES = 2 ** 20

/** Files, examples and normalisation of CIFAR-10. */
export const cifar10Record: SourceRecord = {
  name: "cifar10",
  title: "CIFAR-10",
  examples: { train: 50_000, test: 10_000 },
  shape: [3, 32, 32],
  classes: 10,
  mean: [0.4914, 0.4822, 0.4465],
  deviation: [0.247, 0.243, 0.261],
  origin: "CIFAR-10, Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
  licence: "none stated; the authors ask to be cited",
  files: [
    {
      name: ARCHIVE,
      bytes: 170_052_171,
      largest: 170_052_171,
      md5: "c32a1d4ab5d03f1284b67883e8d87530",
      sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
      addresses: ["https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"]
    }
  ]
}

/** Which examples, and what the archive must hold. */
export interface ReadCifar10Options extends SplitRange {
  /** Names the archive in errors. Default "cifar-10-binary.tar.gz". */
  readonly name?: string
  /** Examples of each of the six batches. Default 10,000. */
  readonly batchExamples?: number
}

/**
 * Examples of CIFAR-10 from the bytes of its archive, whatever their checksum.
 *
 * @throws InputError when the archive is damaged, truncated or hostile, a batch is missing or of another length, a label
 * is above 9, or the range leaves the half.
 */
export async function readCifar10(bytes: Uint8Array, options: ReadCifar10Options = {}): Promise<Dataset> {
  const { name = ARCHIVE, batchExamples = 10_000, split = "train", ...range } = options
  const batches = BATCHES[checkSplit(cifar10Record, split)]
  const batchBytes = batchExamples * RECORD_BYTES
  const files = readTar(await gunzip(bytes, name, 6 * batchBytes + OTHER_BYTES), name)
  const contents = batches.map((path) => {
    const content = files.get(path)
    if (content === undefined) {
      throw new InputError({ place: `${path} in ${name}`, value: undefined, rule: "the archive must hold it" })
    }
    if (content.length === batchBytes) return content
    const rule = `${batchExamples} records of ${RECORD_BYTES} bytes are ${batchBytes}`
    throw new InputError({ place: `the length of ${path} in ${name}`, value: content.length, rule })
  })
  const described = describe(cifar10Record, split)
  const { from, examples } = knownRange(range, batches.length * batchExamples, described.name)
  const images = new Uint8Array(examples * IMAGE_BYTES)
  const labels = new Uint8Array(examples)
  for (let i = 0; i < examples; i++) {
    const batch = contents[Math.floor((from + i) / batchExamples)] ?? images
    const at = ((from + i) % batchExamples) * RECORD_BYTES
    labels[i] = batch[at] ?? 0
    images.set(batch.subarray(at + 1, at + RECORD_BYTES), i * IMAGE_BYTES)
  }
  return checkDataset({ ...described, examples, shape: cifar10Record.shape, images, labels, scale: 255 })
}

/**
 * CIFAR-10 from its official archive: 50,000 examples to train on, 10,000 to test.
 *
 * @throws InputError naming the file that is missing, unreadable, or not the official one by its SHA-256; or when the
 * range leaves the half.
 */
export async function cifar10({ folder, ...options }: FolderOptions): Promise<Dataset> {
  const { name, bytes } = await readOfficial(cifar10Record, fileNamed(cifar10Record, ARCHIVE), folder)
  return readCifar10(bytes, { ...options, name })
}
