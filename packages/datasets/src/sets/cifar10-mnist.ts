/**
 * Cifar10Mnist (Bloop, arXiv 2402.02998): a digit laid over a colour picture. The main task is the class of the picture,
 * the auxiliary one the digit.
 *
 * The paper does not say how the digit is laid over. Here it is padded to 32 x 32 with two rows and columns of zeros on
 * each side, and in every channel the larger of the two levels counts: the digit is white, the picture keeps its levels
 * everywhere else, and nothing is left to choose.
 */

import { checkDataset, type Dataset, knownRange, type Range } from "../dataset.ts"
import { cifar10, cifar10Record } from "./cifar10.ts"
import { mnist, mnistRecord } from "./mnist.ts"
import { partners } from "./overlaid-pairs.ts"
import { type ConstructedRecord, describe, type SplitRange } from "./record.ts"

const PADDING = 2

/** Examples and normalisation of Cifar10Mnist. */
export const cifar10MnistRecord: ConstructedRecord = {
  name: "cifar10-mnist",
  title: "Cifar10Mnist",
  examples: cifar10Record.examples,
  shape: cifar10Record.shape,
  classes: 10,
  tasks: ["class", "digit"],
  mean: cifar10Record.mean,
  deviation: cifar10Record.deviation,
  origin: `${cifar10Record.origin}; ${mnistRecord.origin}; overlaid after arXiv 2402.02998`,
  licence: `${cifar10Record.licence}; ${mnistRecord.licence}`,
  sources: ["cifar10", "mnist"]
}

/** Where the files of both sets are, which examples, and how digits are drawn. */
export interface Cifar10MnistOptions extends SplitRange {
  /** The folder of CIFAR-10's archive. */
  readonly folder: string | URL
  /** The folder of MNIST's files. */
  readonly digits: string | URL
  /** Draws the digit of every picture: 0 to 2^32 - 1. Default 0. */
  readonly pairing?: number
}

/**
 * Cifar10Mnist: 50,000 examples to train on, 10,000 to test, pictures and digits of the same half; two labels an
 * example, `class` and `digit`. Normalised as CIFAR-10.
 *
 * @throws InputError as `cifar10` and `mnist`, or when `pairing` is out of range.
 */
export async function cifar10Mnist(options: Cifar10MnistOptions): Promise<Dataset> {
  const { folder, digits, split = "train", pairing = 0, ...range } = options
  const handwritten = await mnist({ folder: digits, split })
  const pictures = await cifar10({ folder, split })
  return overlayDigits(pictures, handwritten, pairing, range, describe(cifar10MnistRecord, split))
}

/**
 * The pictures of a range under digits drawn for all of them.
 *
 * @param pictures colour images of 32 x 32
 * @param digits grey images of 28 x 28
 */
export function overlayDigits(
  pictures: Dataset,
  digits: Dataset,
  pairing: number,
  range: Range,
  described: ReturnType<typeof describe>
): Dataset {
  const { from, examples } = knownRange(range, pictures.examples, described.name)
  const digit = partners(pictures.examples, digits.examples, pairing)
  const [channels, height, width] = pictures.shape
  const [, rows, columns] = digits.shape
  const plane = height * width
  const images = pictures.images.slice(from * channels * plane, (from + examples) * channels * plane)
  const labels = new Uint8Array(2 * examples)
  for (let i = 0; i < examples; i++) {
    const drawn = digit[from + i] ?? 0
    labels[2 * i] = pictures.labels[from + i] ?? 0
    labels[2 * i + 1] = digits.labels[drawn] ?? 0
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const level = digits.images[(drawn * rows + row) * columns + column] ?? 0
        let at = i * channels * plane + (row + PADDING) * width + column + PADDING
        for (let channel = 0; channel < channels; channel++, at += plane) {
          images[at] = Math.max(images[at] ?? 0, level)
        }
      }
    }
  }
  return checkDataset({ ...pictures, ...described, examples, images, labels })
}
