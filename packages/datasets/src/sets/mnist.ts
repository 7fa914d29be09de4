/**
 * MNIST (LeCun, Cortes, Burges): 60,000 and 10,000 handwritten digits, grey, 28 x 28.
 */

import type { Dataset } from "../dataset.ts"
import { idxFiles, loadIdxPair } from "./idx-pair.ts"
import type { FolderOptions, SourceRecord } from "./record.ts"

/** Files, examples and normalisation of MNIST. */
export const mnistRecord: SourceRecord = {
  name: "mnist",
  title: "MNIST",
  examples: { train: 60_000, test: 10_000 },
  shape: [1, 28, 28],
  classes: 10,
  mean: [0.1307],
  deviation: [0.3081],
  origin: "MNIST, LeCun, Cortes and Burges",
  licence: "CC BY-SA 3.0",
  files: idxFiles(
    ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
    [
      {
        bytes: 9_912_422,
        md5: "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        contentSha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
      },
      {
        bytes: 28_881,
        md5: "d53e105ee54ea40749a09fcbcd1e9432",
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        contentSha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
      },
      {
        bytes: 1_648_877,
        md5: "9fb629c4189551a2d022fa330f9573f3",
        sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        contentSha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
      },
      {
        bytes: 4_542,
        md5: "ec29112dd5afa0611ce80d1b7f02629c",
        sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        contentSha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
      }
    ]
  )
}

/**
 * MNIST from its four official files: 60,000 examples to train on, 10,000 to test. The files may be compressed again, or
 * not at all.
 *
 * @throws InputError naming the file that is missing, unreadable, damaged, or not the official one by its SHA-256; or
 * when the range leaves the half.
 */
export function mnist(options: FolderOptions): Promise<Dataset> {
  return loadIdxPair(mnistRecord, options)
}
