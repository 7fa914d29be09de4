/** `dualcone demo` and `dualcone doctor`: what they print where, and the demo's files. */
import { describe, expect, test } from "bun:test"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { terminalChart } from "../src/demo/chart.ts"
import { dualcone, temporaryFolder } from "./command-line.ts"

describe("demo", () => {
  test("a short one: table on stdout, a line an epoch on stderr, picture and runs in the folder", async () => {
    using folder = temporaryFolder()
    const out = join(folder.path, "demo")
    const { code, stdout, stderr } = await dualcone(["demo", "--examples", "96", "--epochs", "2", "--out", out])
    expect(code).toBe(0)
    for (const told of ["UPGrad", "mean", "area under the loss", "never seen", "conflicting gradients", "certified"]) {
      expect(stdout).toContain(told)
    }
    expect(stdout).toContain(`picture  ${join(out, "loss.svg")}`)
    expect(stdout).toContain(`run      ${out}`)
    expect(stderr).toContain("epoch 2 of 2")
    expect(stdout + stderr).not.toContain("\u001b")
    expect(readFileSync(join(out, "loss.svg"), "utf8")).toContain("</svg>")
    for (const method of ["upgrad", "mean"]) expect(existsSync(join(out, method, "summary.json"))).toBe(true)
  })

  test("--json is one document, with the digests of the two runs", async () => {
    using folder = temporaryFolder()
    const { stdout } = await dualcone([
      ...["demo", "--examples", "64", "--epochs", "1", "--out", join(folder.path, "demo"), "--json"]
    ])
    const { results, conflicts } = JSON.parse(stdout)
    expect(results).toHaveLength(2)
    for (const { summary } of results) expect(summary.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(conflicts.first).toBeGreaterThan(0)
    expect(conflicts.first).toBeLessThan(1)
  })
})

describe("the chart", () => {
  const curve = (values: number[], dashed = false) => ({ label: dashed ? "b" : "a", colour: "", dashed, values })
  const size = { width: 64, height: 8, length: 10, top: 2 }

  test("has the height and the labels asked for, each on a line of its own", () => {
    const lines = terminalChart([curve([2, 1, 0]), curve([2, 1, 0], true)], size)
    expect(lines).toHaveLength(9)
    for (const label of ["a", "b"]) expect(lines.filter((line) => line.endsWith(` ${label}`))).toHaveLength(1)
  })

  test("draws the top value on the first line and zero on the last", () => {
    const flat = (value: number) => terminalChart([curve(new Array<number>(10).fill(value))], size)
    const drawn = (lines: readonly string[]) => lines.findIndex((line) => /[\u2801-\u28ff]/.test(line))
    expect(drawn(flat(2))).toBe(0)
    expect(drawn(flat(5))).toBe(0)
    expect(drawn(flat(0))).toBe(7)
  })

  test("draws nothing before the first value", () => {
    expect(terminalChart([curve([])], size).join("")).not.toMatch(/[\u2801-\u28ff]/)
  })
})

test("doctor prints one JSON document that names runtime, module, WebGPU, data and what is missing", async () => {
  // Drivers of GPUs talk on stderr.
  const { code, stdout } = await dualcone(["doctor"])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    runtime: { name: "Bun", version: Bun.version },
    wasm: { simd: true, threads: true, solver: { works: true, certificate: "certified" } },
    threads: { used: Math.min(navigator.hardwareConcurrency, 8) },
    webgpu: { engine: expect.any(Boolean), canary: { works: expect.any(Boolean) } },
    data: { digits: 10_000 },
    missing: expect.any(Array)
  })
})
