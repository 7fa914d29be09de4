/**
 * The digits of the learned problems: 256 to learn from, other ones for each trial, and 500 that no trial learns from.
 *
 * @module
 */
import { type Dataset, digits } from "@dualcone/datasets"

/** Digits that one trial learns from. */
export const LEARNT = 256

/** Digits that trials are tested on: the last ones. */
export const TESTED = 500

let all: Promise<Dataset> | undefined

/** All embedded digits, read once. */
export function allDigits(): Promise<Dataset> {
  all ??= digits()
  return all
}
