/**
 * Two tasks from one set (the code of Sener and Koltun, arXiv 1810.04650, for MultiMNIST): every image, the left one,
 * is laid with a random other on one canvas, and both labels are to be told.
 */

import type { Dataset, KnownRange } from "../dataset.ts"
import { mersenneTwister } from "../torch-permutation.ts"

const SIDE = 28
const CANVAS = 36
/** Where the right image begins, from the top and from the left. */
const OFFSET = 6

/** For each column or row of the result, that of the canvas: nearest below. */
const NEAREST = Array.from({ length: SIDE }, (_, i) => Math.floor((CANVAS * i) / SIDE))

/** One partner for each of `count` examples, drawn with replacement from `others`: MT19937's draws, modulo. */
export function partners(count: number, others: number, seed: number): Int32Array {
  const draw = mersenneTwister(seed)
  return Int32Array.from({ length: count }, () => draw() % others)
}

/**
 * Examples of a range with their partners. On a canvas of 36 x 36 the left image begins at row and column 0, the right
 * one at row and column 6; where they overlap the larger level counts. The canvas is brought to 28 x 28, entry i from
 * row or column floor(36 i / 28). An example has two labels: of the left image, then of the right one.
 *
 * @param dataset grey images of 28 x 28, one label each
 * @param partner for each example of the dataset the index of its right image
 */
export function overlayPairs(dataset: Dataset, partner: Int32Array, { from, examples }: KnownRange): Dataset {
  const plane = SIDE * SIDE
  const images = new Uint8Array(examples * plane)
  const labels = new Uint8Array(2 * examples)
  for (let i = 0; i < examples; i++) {
    const right = partner[from + i] ?? 0
    const level = (image: number, row: number, column: number) => {
      if (row < 0 || column < 0 || row >= SIDE || column >= SIDE) return 0
      return dataset.images[image * plane + row * SIDE + column] ?? 0
    }
    let at = i * plane
    for (const row of NEAREST) {
      for (const column of NEAREST) {
        images[at++] = Math.max(level(from + i, row, column), level(right, row - OFFSET, column - OFFSET))
      }
    }
    labels[2 * i] = dataset.labels[from + i] ?? 0
    labels[2 * i + 1] = dataset.labels[right] ?? 0
  }
  return { ...dataset, tasks: ["left", "right"], examples, images, labels }
}
