/** `dualcone sweep`: what it prints and keeps, what it refuses, and that Bun and Deno get the same bits. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { dualcone, refusal, temporaryFolder } from "./command-line.ts"
import { denoCommand } from "./deno.ts"
import { smallSweep, writtenSweep } from "./small-sweep.ts"

setDefaultTimeout(60_000)

const main = new URL("../src/main.ts", import.meta.url).pathname
const short = { seeds: [0], learningRates: [0.05, 0.1, 1e38], data: [{ ...smallSweep.data[0], epochs: 2 }] }

describe("a sweep", () => {
  test("prints its summary, a line a run on stderr, and the same again without a run", async () => {
    using folder = temporaryFolder()
    const file = await writtenSweep(folder.path, short)
    const out = join(folder.path, "out")
    const { code, stdout, stderr } = await dualcone(["sweep", file, "--out", out, "--workers", "2"])
    expect(code).toBe(0)
    const summary = JSON.parse(stdout)
    expect(summary).toMatchObject({ runs: 6, done: 4, diverged: 2, failed: 0, failures: [] })
    expect(summary.results.map(({ aggregator }: { aggregator: string }) => aggregator)).toEqual(["upgrad", "rgw"])
    const [upgrad] = summary.results
    expect(upgrad).toMatchObject({
      dataSet: "digits",
      batchSize: 16,
      runs: 3,
      diverged: 1,
      area: { standardError: null },
      similarity: { mean: expect.any(Number) },
      testAccuracy: { mean: expect.any(Number) }
    })
    expect([0.05, 0.1]).toContain(upgrad.best[0].learningRate)
    const lines = stderr.trimEnd().split("\n")
    expect(lines).toHaveLength(7)
    expect(lines.every((line) => line.startsWith("dualcone: "))).toBe(true)
    expect(stderr).toMatch(/6\/6 .*left\n$/)
    expect(stderr).toContain("diverged at iteration")
    expect(readdirSync(join(out, "checkpoints"))).toEqual([])

    const again = await dualcone(["sweep", file, "--out", out])
    expect(again.stderr).toBe("dualcone: 6/6 runs are there\n")
    expect(JSON.parse(again.stdout)).toEqual(summary)
    const looked = await dualcone(["sweep", out])
    expect(looked).toEqual({ code: 0, stdout, stderr: "" })
  })

  test("prints a table, and all results with curves", async () => {
    using folder = temporaryFolder()
    const file = await writtenSweep(folder.path, { ...short, aggregators: ["mean"] })
    const out = join(folder.path, "out")
    const { stdout } = await dualcone(["sweep", file, "--out", out, "--table"])
    expect(stdout).toMatch(/^data set +aggregator +best rate +area/)
    expect(stdout).toMatch(/\n3 runs: 2 done, 1 diverged, 0 failed\n$/)
    const exported = JSON.parse((await dualcone(["sweep", out, "--export"])).stdout)
    expect(exported.sweep.seeds).toEqual([0])
    expect(exported.runs).toHaveLength(3)
    expect(exported.runs[0]).toMatchObject({ status: "done", learning_rate: 0.05, aggregator: { name: "mean" } })
    expect(exported.runs[0].losses).toHaveLength(32)
    expect(exported.runs[2]).toMatchObject({ status: "diverged", area: null })
  })

  test("exits with 1 when a run failed, after the others", async () => {
    using folder = temporaryFolder()
    const data = [
      { name: "fashion-mnist", folder: "nowhere", examples: 64, epochs: 1 },
      { ...smallSweep.data[0], epochs: 1 }
    ]
    const change = { data, seeds: [0], aggregators: ["mean"], learningRates: [0.1] }
    const file = await writtenSweep(folder.path, change)
    const { code, stdout, stderr } = await dualcone(["sweep", file, "--out", join(folder.path, "out")])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ done: 1, failed: 1, failures: [{ tag: "InputError" }] })
    expect(stderr).toMatch(/\ndualcone: 1 of 2 runs failed; one said: .*nowhere.*\n$/)
  })

  test("plans without running or loading anything", async () => {
    using folder = temporaryFolder()
    const file = await writtenSweep(folder.path, { data: [{ ...smallSweep.data[0], name: "svhn" }] })
    const { code, stdout } = await dualcone(["sweep", file, "--plan", "--workers", "3"])
    expect(code).toBe(0)
    const plan = JSON.parse(stdout)
    expect(plan).toMatchObject({ runs: 40, iterations: 40 * 128, workers: 3 })
    expect(plan.hours).toBeCloseTo(plan.hoursOnOneWorker / 3, 12)
    expect(readdirSync(folder.path)).toEqual(["sweep.json"])
    const table = await dualcone(["sweep", file, "--plan", "--table"])
    expect(table.stdout).toMatch(/\nin all: 40 runs, /)
  })

  test("plans sets of two tasks, with a network that has a head for each", async () => {
    using folder = temporaryFolder()
    const data = ["multi-mnist", "multi-fashion", "cifar10-mnist"].map((name) => ({ name, examples: 64, epochs: 2 }))
    const change = { data, seeds: [0], aggregators: ["mgda"], learningRates: [0.03] }
    const file = await writtenSweep(folder.path, change)
    const { code, stdout } = await dualcone(["sweep", file, "--plan"])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ runs: 3, iterations: 3 * 8 })
  })

  test("is as Deno runs it, to the bit", async () => {
    const deno = await denoCommand("the digest of a sweep was")
    if (deno === undefined) return
    using folder = temporaryFolder()
    const change = { seeds: [0], data: [{ ...smallSweep.data[0], epochs: 2 }] }
    const file = await writtenSweep(folder.path, change)
    const digests = await Promise.all(
      [[process.execPath], [deno, "run", "-A"]].map(async (command, i) => {
        const args = [...command, main, "sweep", file, "--out", join(folder.path, String(i)), "--workers", "1"]
        const child = Bun.spawn(args, { stdin: "ignore", stdout: "pipe", stderr: "ignore" })
        return JSON.parse(await new Response(child.stdout).text()).digest
      })
    )
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(digests[1]).toBe(digests[0])
  })
})

describe("refusals", () => {
  test("name the key, and write nothing", async () => {
    using folder = temporaryFolder()
    const out = join(folder.path, "out")
    const refused = async (change: object, ...flags: string[]) =>
      refusal(await dualcone(["sweep", await writtenSweep(folder.path, change), "--out", out, ...flags]))
    expect(await refused({ seed: 1 })).toContain("sweep.json: seed: Unexpected key")
    expect(await refused({ aggregators: [{ name: "cagrad", c: -1 }] })).toContain("aggregators[0].c is -1")
    expect(await refused({ data: [{ name: "cifar" }] })).toContain("data[0].name: Expected")
    expect(await refused({}, "--workers", "0")).toContain("--workers is 0; it must be positive")
    expect(existsSync(out)).toBe(false)
    expect(refusal(await dualcone(["sweep"]))).toContain("name a JSON file")
    expect(refusal(await dualcone(["sweep", "nothing.json"]))).toContain("nothing.json cannot be read")
    expect(refusal(await dualcone(["sweep", folder.path]))).toContain("sweep.sqlite cannot be opened: there is no such")
    expect(refusal(await dualcone(["sweep", folder.path, "--plan"]))).toContain("--plan takes the JSON file")
  })

  test("a folder keeps its sweep", async () => {
    using folder = temporaryFolder()
    const out = join(folder.path, "out")
    const run = async (change: object) =>
      dualcone(["sweep", await writtenSweep(folder.path, { ...short, ...change }), "--out", out])
    expect((await run({})).code).toBe(0)
    const message = refusal(await run({ learningRates: [0.2] }))
    expect(message).toContain("holds another sweep: its learningRates differs; name another folder")
  })

  test("the schema is a JSON Schema", async () => {
    const { code, stdout } = await dualcone(["sweep", "--schema"])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ title: "Dualcone sweep", type: "object", additionalProperties: false })
  })
})
