/**
 * What a failed test printed, found again in the long output of its runner: the end of a log is what one reads first, and
 * what is kept of it.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util"

/** A line that says that a test failed, of Bun, Cargo, a tally, and of an error outside tests. */
const FAILURE =
  /^(?:\(fail\) |FAIL(?:ED)? {2}|test .* FAILED$|thread '.*' .*panicked at |# Unhandled error|.*: error TS\d+: )/
/** A line that ends another test: what is printed above it is not of this one. */
const BORDER = /^(?:\((?:pass|fail|skip|todo)\) |(?:ok|pass|FAIL(?:ED)?) {2}|\S+\.test\.ts:$)/

const ABOVE = 40
const BELOW = 4
const WIDTH = 200

/**
 * The lines around each that says that a test failed: at most 40 above it, none of an earlier test, and 4 below. Where no
 * line says so, the last 20 lines.
 */
export function failureExcerpts(output: string): readonly string[] {
  const lines = stripVTControlCharacters(output)
    .replaceAll("\r", "")
    .trimEnd()
    .split("\n")
    .map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH)} …` : line))
  const excerpts = lines.flatMap((line, at) => {
    if (!FAILURE.test(line)) return []
    const above = lines.slice(Math.max(0, at - ABOVE), at)
    const border = above.findLastIndex((earlier) => BORDER.test(earlier))
    const after = lines.slice(at + 1, at + 1 + BELOW)
    const next = after.findIndex((later) => BORDER.test(later) || FAILURE.test(later))
    return [[...above.slice(border + 1), line, ...(next < 0 ? after : after.slice(0, next))].join("\n").trim()]
  })
  return excerpts.length > 0 ? excerpts : [lines.slice(-20).join("\n")]
}
