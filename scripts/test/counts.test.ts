import { describe, expect, test } from "bun:test"
import { countTests, settled } from "./counts.ts"

describe("counts read from what runners print", () => {
  test("bun: passes, failures, errors outside tests, skipped and planned tests", () => {
    const output =
      "(pass) a [0.1ms]\n\n 12 pass\n 2 skip\n 1 todo\n 3 fail\n 1 error\n 40 expect() calls\nRan 18 tests\n"
    expect(countTests("bun", output)).toEqual({ passed: 12, failed: 4, skipped: 3 })
  })

  test("cargo: all targets together", () => {
    const output = [
      "test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s",
      "test result: FAILED. 4 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s"
    ].join("\n")
    expect(countTests("cargo", output)).toEqual({ passed: 11, failed: 2, skipped: 1 })
  })

  test("a tally: its own line only, coloured or not", () => {
    expect(countTests("tally", "case 1 passed, 0 failed so far\n\u001b[32m31 passed, 2 failed\u001b[0m\n")).toEqual({
      passed: 31,
      failed: 2,
      skipped: 0
    })
  })
})

describe("counts settled with the exit code", () => {
  const counts = { passed: 5, failed: 0, skipped: 0 }

  test("an error exit without a failed test is a failure", () => {
    expect(settled(counts, 1).failed).toBe(1)
    expect(settled({ ...counts, failed: 2 }, 1).failed).toBe(2)
  })

  test("a runner that ran nothing is a failure", () => {
    expect(settled({ passed: 0, failed: 0, skipped: 3 }, 0).failed).toBe(1)
    expect(settled(counts, 0)).toEqual(counts)
  })
})
