import { describe, expect, test } from "bun:test"
import { failureExcerpts } from "./excerpts.ts"

describe("what failed tests printed, found in the output of their runner", () => {
  test("bun: from the end of the test before to the line that names the failed one", () => {
    const output = [
      "a.test.ts:",
      "noise",
      "(pass) group > good [0.10ms]",
      "error: expect(received).toBe(expected)",
      "Expected: 2",
      "\u001b[31m(fail)\u001b[0m group > bad [6.78ms]",
      "(fail) group > late [100.73ms]",
      "  ^ this test timed out after 100ms.",
      " 1 pass"
    ].join("\n")
    expect(failureExcerpts(output)).toEqual([
      "error: expect(received).toBe(expected)\nExpected: 2\n(fail) group > bad [6.78ms]",
      "(fail) group > late [100.73ms]\n  ^ this test timed out after 100ms.\n 1 pass"
    ])
  })

  test("a tally and the compiler: their own lines", () => {
    expect(failureExcerpts("ok      one  3ff0\nFAILED  two: no\nok      three\n1 passed, 1 failed")).toEqual([
      "FAILED  two: no"
    ])
    expect(failureExcerpts("a.ts(3,1): error TS2322: no\n")).toEqual(["a.ts(3,1): error TS2322: no"])
  })

  test("where no line names a test, the end of the output; long lines are cut", () => {
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`)
    expect(failureExcerpts(lines.join("\n"))).toEqual([lines.slice(10).join("\n")])
    expect(failureExcerpts(`FAILED  ${"x".repeat(500)}`)[0]).toHaveLength(202)
  })
})
