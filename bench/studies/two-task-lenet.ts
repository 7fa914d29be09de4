/**
 * The LeNet of Sener and Koltun (arXiv 1810.04650) with a head for each picture of a pair, without its dropout, and what
 * it makes of pairs.
 *
 * @module
 */
import type { Dataset } from "@dualcone/datasets"
import type { NetworkDescription } from "dualcone"

const CLASSES = 10

const head = [{ kind: "linear", outputs: 50 }, { kind: "relu" }, { kind: "linear", outputs: CLASSES }] as const

/** 28 x 28 grey levels in, ten classes a head out. */
export const twoTaskLenet: NetworkDescription = {
  name: "lenet-two-heads",
  input: [1, 28, 28],
  layers: [
    ...([{ kind: "conv2d", outputs: 10, kernel: 5 }, { kind: "max-pool2d", kernel: 2 }, { kind: "relu" }] as const),
    ...([{ kind: "conv2d", outputs: 20, kernel: 5 }, { kind: "max-pool2d", kernel: 2 }, { kind: "relu" }] as const),
    ...([{ kind: "flatten" }, { kind: "linear", outputs: 50 }, { kind: "relu" }] as const)
  ],
  heads: { left: { layers: head }, right: { layers: head } }
}

/** How well outputs fit the labels of the pairs. */
export interface Fit {
  /** −log softmax(outputs)_label, summed over the two heads, in the mean over the pairs. */
  readonly loss: number
  /** Shares of the pairs whose left, and whose right, picture is told. */
  readonly accuracies: readonly [left: number, right: number]
}

/** The fit of outputs, [pairs, 2 heads, classes]. */
export function fitOf(outputs: Float32Array, { labels, examples }: Pick<Dataset, "labels" | "examples">): Fit {
  const right: [number, number] = [0, 0]
  let loss = 0
  for (let row = 0; row < 2 * examples; row++) {
    const logits = outputs.subarray(row * CLASSES, (row + 1) * CLASSES)
    const wanted = logits[labels[row] ?? -1] ?? Number.NaN
    const largest = Math.max(...logits)
    loss += Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) + largest - wanted
    if (wanted === largest) right[row % 2 === 0 ? 0 : 1]++
  }
  return { loss: loss / examples, accuracies: [right[0] / examples, right[1] / examples] }
}
