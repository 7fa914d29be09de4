/**
 * The digits of the learned problems: 256 to learn from, other ones for each trial, and 500 that no trial learns from.
 *
 * @module
 */
import { type Dataset, digits, subset } from "@dualcone/datasets"

/** Digits that one trial learns from. */
export const LEARNT = 256

/** Digits that trials are tested on: the last ones. */
export const TESTED = 500

let all: Promise<Dataset> | undefined

/** Digits of a problem. */
export interface TrialDigits {
  /** Other ones for each trial. */
  readonly training: Dataset
  /** The same ones for all trials, {@link TESTED} of them. */
  readonly test: Dataset
}

/** The digits of one trial: its `examples` to learn from, counted from the first one of all, and those to test on. */
export async function trialDigits(trial: number, examples: number = LEARNT): Promise<TrialDigits> {
  // Read once.
  all ??= digits()
  const embedded = await all
  return {
    training: subset(embedded, { from: trial * examples, examples }),
    test: subset(embedded, { from: embedded.examples - TESTED, examples: TESTED })
  }
}
