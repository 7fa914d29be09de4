/**
 * Which examples a run trains on.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"

/** Consecutive examples, in the official order of a data set. */
export interface ExampleRange {
  /** The first one, counted from 0. */
  readonly from: number
  readonly examples: number
}

/**
 * The examples [n i, n (i + 1)) of subset i with n examples: run i of the paper's eight trains on subset i of 1,024
 * (arXiv 2406.16232, appendix D).
 *
 * @throws {InputError} when the subset is not a natural number or leaves a set of `available` examples
 */
export function subsetRange(subset: number, examples: number, available: number): ExampleRange {
  const last = Math.floor(available / examples) - 1
  if (!Number.isSafeInteger(subset) || subset < 0 || subset > last) {
    const rule =
      last < 0
        ? `there are only ${available} examples, and a subset has ${examples}`
        : `with ${examples} examples each there are subsets 0 to ${last}`
    throw new InputError({ rule, place: "the subset", value: subset })
  }
  return { from: subset * examples, examples }
}
