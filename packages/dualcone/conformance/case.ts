/**
 * Plain cases, without a test runner, so that every runtime runs the same file.
 *
 * @module
 */

import type { ReadFile } from "./files.ts"

/** One claim. `run` throws when it does not hold, and may give a line of bits that must agree between runtimes. */
export interface ConformanceCase {
  readonly name: string
  run(readFile: ReadFile): Promise<string | undefined>
}

/** Throws with `claim` unless it holds. */
export function holds(condition: boolean, claim: string): void {
  if (!condition) throw new Error(claim)
}

/** Throws unless all entries are within `tolerance` of the expected ones. */
export function close(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  holds(found.length === expected.length, `${found.length} entries instead of ${expected.length}`)
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((found[i] ?? Number.NaN) - (expected[i] ?? Number.NaN))
    holds(error <= tolerance, `entry ${i} is ${found[i]}, expected ${expected[i]}`)
  }
}

/** The bits of float64 values as hexadecimal digits, most significant first. */
export function bits(values: ArrayLike<number>): string {
  const view = new DataView(new ArrayBuffer(8))
  return Array.from(values, (value) => {
    view.setFloat64(0, value)
    return view.getBigUint64(0).toString(16).padStart(16, "0")
  }).join(" ")
}
