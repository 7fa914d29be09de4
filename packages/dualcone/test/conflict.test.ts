/** `dualcone bench conflict`: killed and started again it gives the same table; refusals; JSON. */
import { expect, setDefaultTimeout, test } from "bun:test"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { dualcone, refusal, start, temporaryFolder } from "./command-line.ts"

setDefaultTimeout(120_000)

const suite = ["bench", "conflict", "--problems", "ewq,vlmop1,opposed", "--methods", "upgrad,mean,mgda,bloop"]

test("killed with -9 again and again it ends with the table and the digest of an unbroken run", async () => {
  using folder = temporaryFolder()
  const unbroken = await dualcone([...suite, "--out", join(folder.path, "unbroken")])
  expect(unbroken.code).toBe(0)
  expect(unbroken.stdout).toContain("Methods on 3 problems")
  const out = join(folder.path, "killed")
  for (let kill = 1; kill <= 4; kill++) {
    const child = start([...suite, "--out", out], folder.path)
    while (!existsSync(join(out, "conflict.sqlite"))) await Bun.sleep(20)
    await Bun.sleep(400 * kill)
    child.kill("SIGKILL")
    await child.exited
  }
  const resumed = await dualcone([...suite, "--out", out])
  expect(resumed.code).toBe(0)
  expect(resumed.stdout).toBe(unbroken.stdout)
  expect(resumed.stderr).toContain("report: ")
  const shown = await dualcone([...suite, "--out", out, "--report", "--workers", "1"])
  expect(shown.stdout).toBe(unbroken.stdout)
  expect(readFileSync(join(out, "report", "opposed.md"), "utf8")).toContain("# Opposed objectives")
})

test("--json has problems, scores and profiles; methods for priorities run where an objective comes first", async () => {
  using folder = temporaryFolder()
  const { code, stdout } = await dualcone([...suite, "--out", folder.path, "--json"])
  expect(code).toBe(0)
  const { profile, problems, scores, profiles } = JSON.parse(stdout)
  expect(profile).toBe("quick")
  expect(problems.map(({ name }: { name: string }) => name)).toEqual(["ewq", "vlmop1", "opposed"])
  expect(scores).toHaveLength(10)
  const bloop = scores.filter(({ method }: { method: string }) => method === "bloop")
  expect(bloop).toMatchObject([{ problem: "opposed", status: "done" }])
  expect(profiles.worst.upgrad).toHaveLength(3)
})

test("unknown names are refused with the known ones", async () => {
  expect(refusal(await dualcone(["bench", "conflict", "--problems", "ewq,cqg"]))).toContain("known problems are ewq, ")
  expect(refusal(await dualcone(["bench", "conflict", "--methods", "upgrade"]))).toContain("known methods are upgrad, ")
  expect(refusal(await dualcone(["bench", "conflict", "--workers", "0"]))).toContain("must be positive")
})
