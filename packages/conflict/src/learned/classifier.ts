/**
 * What the classifiers of the suite share: a small network, and how its outputs are judged.
 *
 * @module
 */
import type { NetworkDescription } from "@dualcone/network"
import type { RealFunctions } from "@dualcone/wasm"
import { classAt, crossEntropyAt } from "./losses.ts"

/** log 10: the loss of a classifier of ten classes that knows nothing. */
export const LOG_10 = Math.LN10

/** Features to ten classes through one layer of ELU. */
export function perceptron(size: number, hidden: number): NetworkDescription {
  return {
    name: `perceptron-${hidden}`,
    input: [size],
    layers: [{ kind: "linear", outputs: hidden }, { kind: "elu" }, { kind: "linear", outputs: 10 }]
  }
}

/** The cross-entropy of each example of ten classes. */
export function lossesOfDigits(
  outputs: ArrayLike<number>,
  labels: ArrayLike<number>,
  functions: RealFunctions
): Float64Array {
  return Float64Array.from({ length: labels.length }, (_, i) =>
    crossEntropyAt(outputs, 10 * i, 10, labels[i] ?? 0, functions)
  )
}

/** The mean cross-entropy of each task, where every example has `tasks` labels of ten classes, side by side. */
export function taskLosses(
  outputs: ArrayLike<number>,
  labels: ArrayLike<number>,
  tasks: number,
  functions: RealFunctions
): Float64Array {
  const examples = labels.length / tasks
  const sums = new Float64Array(tasks)
  lossesOfDigits(outputs, labels, functions).forEach((loss, i) => {
    sums[i % tasks] = (sums[i % tasks] ?? 0) + loss / examples
  })
  return sums
}

/** The share of examples whose class is right. */
export function accuracyOfDigits(outputs: ArrayLike<number>, labels: ArrayLike<number>): number {
  let right = 0
  for (let i = 0; i < labels.length; i++) if (classAt(outputs, 10 * i, 10) === labels[i]) right++
  return right / labels.length
}

/** Means of values by group. */
export function groupMeans(values: ArrayLike<number>, groupOf: ArrayLike<number>, groups: number): Float64Array {
  const sums = new Float64Array(groups)
  const counts = new Float64Array(groups)
  for (let i = 0; i < values.length; i++) {
    const group = groupOf[i] ?? 0
    sums[group] = (sums[group] ?? 0) + (values[i] ?? Number.NaN)
    counts[group] = (counts[group] ?? 0) + 1
  }
  return sums.map((sum, group) => sum / (counts[group] ?? 1))
}
