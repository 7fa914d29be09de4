/**
 * KMNIST (Clanuwat et al., arXiv 1812.01718): 60,000 and 10,000 grey 28 x 28 characters of cursive Japanese, in ten
 * classes.
 */

import type { Dataset } from "../dataset.ts"
import { idxFiles, loadIdxPair } from "./idx-pair.ts"
import type { FolderOptions, SourceRecord } from "./record.ts"

/** Files, examples and normalisation of KMNIST. */
export const kmnistRecord: SourceRecord = {
  name: "kmnist",
  title: "KMNIST",
  examples: { train: 60_000, test: 10_000 },
  shape: [1, 28, 28],
  classes: 10,
  mean: [0.1918],
  deviation: [0.3483],
  origin: "KMNIST, CODH, adapted from the Kuzushiji dataset of NIJL and others, doi:10.20676/00000341",
  licence: "CC BY-SA 4.0",
  files: idxFiles(
    ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
    [
      {
        bytes: 18_165_135,
        md5: "bdb82020997e1d708af4cf47b453dcf7",
        sha256: "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"
      },
      {
        bytes: 29_497,
        md5: "e144d726b3acfaa3e44228e80efcd344",
        sha256: "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"
      },
      {
        bytes: 3_041_136,
        md5: "5c965bf0a639b31b8f53240b1b52f4d7",
        sha256: "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"
      },
      {
        bytes: 5_120,
        md5: "7320c461ea6c1c855c0b718fb2a4b134",
        sha256: "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"
      }
    ]
  )
}

/**
 * KMNIST from its four official files: 60,000 examples to train on, 10,000 to test.
 *
 * @throws InputError naming the file that is missing, unreadable, damaged, or not the official one by its SHA-256; or
 * when the range leaves the half.
 */
export function kmnist(options: FolderOptions): Promise<Dataset> {
  return loadIdxPair(kmnistRecord, options)
}
