/**
 * SVHN (Netzer et al. 2011): 73,257 and 26,032 colour 32 x 32 pictures of house numbers, cropped around a digit. A half
 * is a MAT-file with X, bytes of 32 x 32 x 3 x N, first dimension fastest, and y, N x 1, in which 10 stands for the
 * digit 0.
 */

import { InputError } from "@dualcone/wasm"
import { checkDataset, type Dataset, knownRange } from "../dataset.ts"
import { type MatArray, readMat } from "../formats/mat.ts"
import { checkSplit, fileNamed, readOfficial } from "./folder.ts"
import { describe, type FolderOptions, type SourceRecord, type SplitRange } from "./record.ts"

const FILES = { train: "train_32x32.mat", test: "test_32x32.mat" } as const
const SIDE = 32
const PLANE = SIDE * SIDE
const IMAGE_BYTES = 3 * PLANE

/** Files, examples and normalisation of SVHN. */
export const svhnRecord: SourceRecord = {
  name: "svhn",
  title: "SVHN",
  examples: { train: 73_257, test: 26_032 },
  shape: [3, SIDE, SIDE],
  classes: 10,
  mean: [0.4377, 0.4438, 0.4728],
  deviation: [0.198, 0.201, 0.197],
  origin: "SVHN, Netzer, Wang, Coates, Bissacco, Wu and Ng, NIPS Workshop 2011",
  licence: "for non-commercial use only",
  files: [
    {
      name: FILES.train,
      bytes: 182_040_794,
      largest: 182_040_794,
      md5: "e26dedcc434d2e4c54c9b2d4a06d8373",
      sha256: "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
      addresses: [`http://ufldl.stanford.edu/housenumbers/${FILES.train}`]
    },
    {
      name: FILES.test,
      bytes: 64_275_384,
      largest: 64_275_384,
      md5: "eb5a983be6a315427106f1b164d9cef3",
      sha256: "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
      addresses: [`http://ufldl.stanford.edu/housenumbers/${FILES.test}`]
    }
  ]
}

/** Which examples, and what the file must hold. */
export interface ReadSvhnOptions extends SplitRange {
  /** Names the file in errors. Default: its official name. */
  readonly name?: string
  /** Examples of the half. Default: 73,257 of `train`, 26,032 of `test`. */
  readonly total?: number
}

/**
 * Examples of SVHN from the bytes of the file of a half, whatever their checksum.
 *
 * @throws InputError when the file is damaged, truncated or hostile, X or y is missing or of another shape, a label is
 * not 1 to 10, or the range leaves the half.
 */
export async function readSvhn(bytes: Uint8Array, options: ReadSvhnOptions = {}): Promise<Dataset> {
  const split = checkSplit(svhnRecord, options.split ?? "train")
  const { name = FILES[split], total = svhnRecord.examples[split], split: _, ...range } = options
  const arrays = await readMat(bytes, IMAGE_BYTES * total + 1024, name)
  const pixels = arrayOf(arrays, "X", [SIDE, SIDE, 3, total], name)
  const digits = arrayOf(arrays, "y", [total, 1], name)
  const described = describe(svhnRecord, split)
  const { from, examples } = knownRange(range, total, described.name)
  const images = new Uint8Array(examples * IMAGE_BYTES)
  const labels = Uint8Array.from({ length: examples }, (_, i) => labelOf(digits[from + i] ?? 0, from + i, name))
  for (let plane = 0; plane < 3 * examples; plane++) {
    const source = from * IMAGE_BYTES + plane * PLANE
    for (let row = 0; row < SIDE; row++) {
      const to = plane * PLANE + row * SIDE
      for (let column = 0; column < SIDE; column++) images[to + column] = pixels[source + row + SIDE * column] ?? 0
    }
  }
  return checkDataset({ ...described, examples, shape: svhnRecord.shape, images, labels, scale: 255 })
}

/**
 * SVHN from its official files: 73,257 examples to train on, 26,032 to test. The 531,131 extra ones are not used.
 *
 * @throws InputError naming the file that is missing, unreadable, or not the official one by its SHA-256; or when the
 * range leaves the half.
 */
export async function svhn({ folder, split = "train", ...options }: FolderOptions): Promise<Dataset> {
  const file = fileNamed(svhnRecord, FILES[checkSplit(svhnRecord, split)])
  const { name, bytes } = await readOfficial(svhnRecord, file, folder)
  return readSvhn(bytes, { ...options, split, name })
}

function arrayOf(
  arrays: ReadonlyMap<string, MatArray>,
  key: "X" | "y",
  shape: readonly number[],
  name: string
): Uint8Array | Float64Array {
  const array = arrays.get(key)
  if (array === undefined) {
    const rule = `the file has ${[...arrays.keys()].join(", ").slice(0, 60) || "no array"}`
    throw new InputError({ place: `the array ${key} of ${name}`, value: undefined, rule })
  }
  if (array.shape.join() !== shape.join()) {
    const rule = `it must be ${shape.join(" x ")}`
    throw new InputError({ place: `the shape of the array ${key} of ${name}`, value: array.shape, rule })
  }
  if (key === "y" || array.data instanceof Uint8Array) return array.data
  throw new InputError({ place: `the type of the array X of ${name}`, value: "doubles", rule: "it must be bytes" })
}

function labelOf(digit: number, example: number, name: string): number {
  if (Number.isInteger(digit) && digit >= 1 && digit <= 10) return digit % 10
  throw new InputError({ place: `label ${example} of ${name}`, value: digit, rule: "labels must be 1 to 10" })
}
