/**
 * How many tests passed and failed, read from what test runners print.
 *
 * @module
 */

/** Tests of one part of the suite. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  /** Tests that their runner left out. */
  readonly skipped: number
}

/** Counts, and of each failure what it printed. */
export interface Result extends Counts {
  readonly failures: readonly string[]
}

/** The output of one runner, as {@link countTests} reads it. */
export type Runner = "bun" | "cargo" | "tally"

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are coloured by control characters
const COLOUR = /\u001b\[[0-9;]*m/g

/** Every count in these texts is a line of its own, or a field of one: `bun` counts once, `cargo` once a target. */
const PATTERNS: Readonly<Record<Runner, Readonly<Record<keyof Counts, RegExp>>>> = {
  bun: { passed: /^ *(\d+) pass$/gm, failed: /^ *(\d+) (?:fail|errors?)$/gm, skipped: /^ *(\d+) (?:skip|todo)$/gm },
  cargo: {
    passed: /^test result: .*?(\d+) passed/gm,
    failed: /^test result: .*?(\d+) failed/gm,
    skipped: /^test result: .*?(\d+) ignored/gm
  },
  tally: { passed: /^(\d+) passed, \d+ failed$/gm, failed: /^\d+ passed, (\d+) failed$/gm, skipped: /(?!)(\d)/g }
}

/** Sums what `runner` reported in `output`. */
export function countTests(runner: Runner, output: string): Counts {
  const text = output.replace(COLOUR, "").replaceAll("\r", "")
  const total = (pattern: RegExp) => [...text.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0)
  const { passed, failed, skipped } = PATTERNS[runner]
  return { passed: total(passed), failed: total(failed), skipped: total(skipped) }
}

/**
 * Counts that agree with how the runner ended: an error exit without a failed test is one failure, and so is a runner
 * that ends well without having run anything.
 */
export function settled(counts: Counts, exitCode: number): Counts {
  const silent = counts.failed === 0 && (exitCode !== 0 || counts.passed === 0)
  return silent ? { ...counts, failed: 1 } : counts
}
