/**
 * Fashion-MNIST (Xiao, Rasul, Vollgraf, arXiv 1708.07747): 60,000 and 10,000 grey 28 x 28 pictures of ten kinds of
 * clothing.
 */

import type { Dataset } from "../dataset.ts"
import { idxFiles, loadIdxPair } from "./idx-pair.ts"
import type { FolderOptions, SourceRecord } from "./record.ts"

/** Files, examples and normalisation of Fashion-MNIST. */
export const fashionMnistRecord: SourceRecord = {
  name: "fashion-mnist",
  title: "Fashion-MNIST",
  examples: { train: 60_000, test: 10_000 },
  shape: [1, 28, 28],
  classes: 10,
  mean: [0.286],
  deviation: [0.353],
  origin: "Fashion-MNIST, Xiao, Rasul and Vollgraf, Zalando Research, arXiv 1708.07747",
  licence: "MIT, Copyright (c) 2017 Zalando SE",
  packaged: { name: "dataset-fashion-mnist", folder: "/usr/share/datasets/fashion-mnist" },
  files: idxFiles(
    ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
    [
      {
        bytes: 26_421_880,
        md5: "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        contentSha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
      },
      {
        bytes: 29_515,
        md5: "25c81989df183df01b3e8a0aad5dffbe",
        sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        contentSha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
      },
      {
        bytes: 4_422_102,
        md5: "bef4ecab320f06d8554ea6380940ec79",
        sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        contentSha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
      },
      {
        bytes: 5_148,
        md5: "bb300cfdad3c16e7a12a480ee83cd310",
        sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        contentSha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
      }
    ]
  )
}

/**
 * Fashion-MNIST from its four official files: 60,000 examples to train on, 10,000 to test. The files may be compressed
 * again, as Debian's are, or not at all.
 *
 * @throws InputError naming the file that is missing, unreadable, damaged, or not the official one by its SHA-256; or
 * when the range leaves the half.
 */
export function fashionMnist(options: FolderOptions): Promise<Dataset> {
  return loadIdxPair(fashionMnistRecord, options)
}
