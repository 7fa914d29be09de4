/**
 * Losses from the outputs of a network, in float64.
 *
 * @module
 */
import type { RealFunctions } from "@dualcone/wasm"

/** -log softmax(y)[label] of `classes` outputs from `at` on. */
export function crossEntropyAt(
  outputs: ArrayLike<number>,
  at: number,
  classes: number,
  label: number,
  { exp, log }: RealFunctions
): number {
  let largest = Number.NEGATIVE_INFINITY
  for (let c = 0; c < classes; c++) largest = Math.max(largest, outputs[at + c] ?? Number.NaN)
  let sum = 0
  for (let c = 0; c < classes; c++) sum += exp((outputs[at + c] ?? Number.NaN) - largest)
  return log(sum) + largest - (outputs[at + label] ?? Number.NaN)
}

/** The class of the largest of `classes` outputs from `at` on; the first of equal ones. */
export function classAt(outputs: ArrayLike<number>, at: number, classes: number): number {
  let best = 0
  for (let c = 1; c < classes; c++) if ((outputs[at + c] ?? 0) > (outputs[at + best] ?? 0)) best = c
  return best
}
