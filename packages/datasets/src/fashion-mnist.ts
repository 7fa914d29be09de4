/**
 * Fashion-MNIST (Xiao, Rasul, Vollgraf, arXiv 1708.07747): 60,000 and 10,000 grey 28 x 28 pictures of ten kinds of
 * clothing, in the four official IDX files.
 */

import { InputError } from "@dualcone/wasm"
import { checkSha256 } from "./checksum.ts"
import type { Dataset } from "./dataset.ts"
import { inflateIdx, readIdx } from "./idx.ts"
import { pairUp } from "./idx-dataset.ts"
import { readSource } from "./source.ts"

/** Where the files are, and which half is wanted. */
export interface FashionMnistOptions {
  /** The folder of the four files, each with or without ".gz": a path, or the URL of a folder. */
  readonly folder: string | URL
  readonly split: "train" | "test"
}

interface OfficialFile {
  readonly file: string
  /** Of the uncompressed content, because distributions compress the files again. */
  readonly sha256: string
}

const FILES = {
  train: {
    images: {
      file: "train-images-idx3-ubyte",
      sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
    },
    labels: {
      file: "train-labels-idx1-ubyte",
      sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
    }
  },
  test: {
    images: {
      file: "t10k-images-idx3-ubyte",
      sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
    },
    labels: {
      file: "t10k-labels-idx1-ubyte",
      sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
    }
  }
} as const

/**
 * Reads one half of Fashion-MNIST: "train" has 60,000 examples, "test" 10,000. The normalisation is that of the
 * training half, mean 0.2860 and deviation 0.3530.
 *
 * @throws InputError naming the file that is missing, unreadable, damaged, or not the official one by its SHA-256.
 */
export async function fashionMnist({ folder, split }: FashionMnistOptions): Promise<Dataset> {
  const half = Object.hasOwn(FILES, split) ? FILES[split] : undefined
  if (half === undefined) {
    throw new InputError({ place: "the split of Fashion-MNIST", value: split, rule: 'it must be "train" or "test"' })
  }
  const labels = await readOfficial(folder, half.labels)
  const images = await readOfficial(folder, half.images)
  return pairUp(images.array, labels.array, images.name, labels.name, {
    name: `Fashion-MNIST (${split})`,
    classes: 10,
    mean: [0.286],
    deviation: [0.353],
    origin: "Fashion-MNIST, Xiao, Rasul and Vollgraf, Zalando Research, arXiv 1708.07747",
    licence: "MIT, Copyright (c) 2017 Zalando SE"
  })
}

async function readOfficial(folder: string | URL, { file, sha256 }: OfficialFile) {
  for (const name of [`${file}.gz`, file]) {
    const place = within(folder, name)
    const bytes = await readSource(place)
    if (bytes === undefined) continue
    const content = await inflateIdx(bytes, String(place))
    // The header first: a truncated file is told as such, not only as a wrong checksum.
    const array = readIdx(content, String(place))
    await checkSha256(content, sha256, `the uncompressed ${place}`, "the official Fashion-MNIST")
    return { name: String(place), array }
  }
  throw new InputError({
    place: `${within(folder, `${file}.gz`)} (or ${file})`,
    value: undefined,
    rule: "the folder must hold the four official files of Fashion-MNIST; Debian's package dataset-fashion-mnist puts them in /usr/share/datasets/fashion-mnist"
  })
}

function within(folder: string | URL, file: string): string | URL {
  if (folder instanceof URL) return new URL(file, folder.href.endsWith("/") ? folder : `${folder.href}/`)
  return `${folder.replace(/[\\/]+$/, "")}/${file}`
}
