/** A sweep that is killed or interrupted again and again ends as an unbroken one. */
import { expect, setDefaultTimeout, test } from "bun:test"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { generator } from "../src/effect.ts"
import { dualcone, refusal, start, temporaryFolder } from "./command-line.ts"
import { writtenSweep } from "./small-sweep.ts"

setDefaultTimeout(120_000)

const KILLS = 10
const main = new URL("../src/main.ts", import.meta.url).pathname
const flags = ["--workers", "2", "--checkpoint-seconds", "0.02"]

/** Starts the sweep and kills it `delay` ms after its stderr has had so many lines; says how it ended. */
async function killedAfter(args: readonly string[], lines: number, delay: number) {
  const child = Bun.spawn([process.execPath, main, ...args], { stdin: "ignore", stdout: "ignore", stderr: "pipe" })
  let seen = ""
  const reader = child.stderr.getReader()
  while (seen.split("\n").length <= lines) {
    const { value, done } = await reader.read()
    if (done) break
    seen += new TextDecoder().decode(value)
  }
  await Bun.sleep(delay)
  child.kill("SIGKILL")
  await child.exited
  return child.signalCode ?? child.exitCode
}

test("killed with -9 at ten random moments it ends with the digest of an unbroken one", async () => {
  using folder = temporaryFolder()
  // So many runs that ten kills do not see the end.
  const file = await writtenSweep(folder.path, { seeds: [0, 1, 2, 3] })
  const unbroken = await dualcone(["sweep", file, "--out", join(folder.path, "unbroken"), ...flags])
  expect(unbroken.code).toBe(0)
  const expected = JSON.parse(unbroken.stdout)
  // The coarse runs, of which two a group diverge, and the fine ones.
  expect(expected).toMatchObject({ failed: 0 })

  const out = join(folder.path, "killed")
  const args = ["sweep", file, "--out", out, ...flags]
  const { below } = generator(7, 1)
  let resumable = 0
  for (let kill = 0; kill < KILLS; kill++) {
    // Before the first line the process is loading, and the database being made.
    const lines = below(4)
    const delay = lines === 0 ? below(600) : below(40)
    expect(await killedAfter(args, lines, delay)).toBe("SIGKILL")
    const checkpoints = join(out, "checkpoints")
    if (existsSync(checkpoints)) resumable += readdirSync(checkpoints).length
  }
  expect(resumable).toBeGreaterThan(0)

  const { code, stdout } = await dualcone(args)
  expect(code).toBe(0)
  const { hours: _, ...found } = JSON.parse(stdout)
  const { hours: __, ...wanted } = expected
  expect(found).toEqual(wanted)
  const database = new DatabaseSync(join(out, "sweep.sqlite"), { readOnly: true })
  expect(database.prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" })
  expect(database.prepare("select count(*) as n from results").get()).toEqual({ n: expected.runs })
  database.close()
  expect(readdirSync(join(out, "checkpoints"))).toEqual([])
})

test("SIGINT leaves checkpoints and ends with 130; meanwhile the folder is refused to another", async () => {
  using folder = temporaryFolder()
  // Runs of minutes: they are in the middle whenever the signal comes.
  const file = await writtenSweep(folder.path, { data: [{ name: "digits", examples: 1024, epochs: 400 }], seeds: [0] })
  const out = join(folder.path, "out")
  const args = ["sweep", file, "--out", out, ...flags]
  const child = start(args, folder.path)
  const checkpoints = () => (existsSync(join(out, "checkpoints")) ? readdirSync(join(out, "checkpoints")) : [])
  while (checkpoints().length === 0) await Bun.sleep(20)
  expect(refusal(await dualcone(args))).toContain("belongs to a sweep that is running")
  child.kill("SIGINT")
  expect(await child.exited).toBe(130)
  expect(checkpoints().length).toBeGreaterThan(0)
})
