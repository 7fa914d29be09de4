/** A sweep on runners that share a PostgreSQL database: whatever becomes of them, it ends as on one machine. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { join } from "node:path"
import { dualcone, refusal, temporaryFolder } from "./command-line.ts"
import { PASSWORD, postgresqlPrograms, type Server, startPostgresql } from "./postgresql.ts"
import { smallNetwork, writtenSweep } from "./small-sweep.ts"

const programs = postgresqlPrograms()
if (programs === undefined && process.env.CI === "true") {
  throw new Error("PostgreSQL is not installed, and CI must run it")
}
if (programs === undefined) console.warn("\nSKIPPED: sweeps on a cluster. PostgreSQL is not installed.\n")

setDefaultTimeout(180_000)

const main = new URL("../src/main.ts", import.meta.url).pathname
const SOON = "4"
const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
// A runner that is killed leaves its temporary folder behind.
const env = { ...process.env, PGPASSWORD: PASSWORD, TMPDIR: folder.path }

/** A command whose stderr is kept, line by line. */
function begin(args: readonly string[]) {
  const child = Bun.spawn([process.execPath, main, ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env
  })
  let log = ""
  const reading = (async () => {
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) log += chunk
  })()
  const lines = () => log.split("\n").filter((line) => line !== "")
  return {
    pid: child.pid,
    lines,
    /** Waits for so many lines that match. */
    async saw(pattern: RegExp, count = 1) {
      while (lines().filter((line) => pattern.test(line)).length < count) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended without ${pattern}: ${log}`)
        await Bun.sleep(10)
      }
    },
    async stop(signal: "SIGINT" | "SIGKILL") {
      child.kill(signal)
      return this.ended()
    },
    async ended() {
      const stdout = await new Response(child.stdout).text()
      await Promise.all([child.exited, reading])
      return { code: child.exitCode, signal: child.signalCode, stdout }
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await this.stop("SIGKILL")
    }
  }
}

const runner = (cluster: string, takeOver = "15") =>
  begin([
    ...["runner", "--cluster", cluster, "--workers", "1", "--checkpoint-seconds", "0.2"],
    ...["--take-over-seconds", takeOver]
  ])
const submit = (cluster: string, file: string, out: string, takeOver = "15") =>
  begin(["sweep", file, "--out", out, "--cluster", cluster, "--take-over-seconds", takeOver])

const begins = (lines: readonly string[]) => lines.filter((line) => / begins/.test(line))
const identity = (stdout: string) => {
  const { digest, runs, done, diverged, failed } = JSON.parse(stdout)
  return { digest, runs, done, diverged, failed }
}

describe.skipIf(programs === undefined)("on a cluster", () => {
  let server: Server
  let file: string
  let local: ReturnType<typeof identity>

  beforeAll(async () => {
    server = await startPostgresql(programs ?? "")
    // Runs of a few seconds, of which a quarter diverge, and a fine stage that only the submitter can plan.
    file = await writtenSweep(folder.path, {
      data: [{ name: "digits", examples: 256, network: smallNetwork, epochs: 800 }],
      aggregators: ["upgrad"],
      learningRates: { coarse: { from: 0.01, to: 1e38, count: 2 }, fine: { count: 2, margin: 2 } }
    })
    const { stdout } = await dualcone(["sweep", file, "--out", join(folder.path, "local"), "--workers", "2"])
    local = identity(stdout)
    expect(local).toMatchObject({ runs: 8, done: 6, diverged: 2, failed: 0 })
  })
  /** Waits until a runner is in a run, with a checkpoint in the database and half of 12,800 iterations before it. */
  const underWay = async (cluster: string, pid: number) => {
    const query = `select run from dualcone_checkpoints join dualcone_progress using (run)
      where runner like '%-${pid}-%' and iteration between 1 and 6400`
    while ((await server.query(cluster, query)).length === 0) await Bun.sleep(20)
  }
  afterAll(() => server?.[Symbol.asyncDispose]())

  test("a runner killed with -9 in a run: another goes on from its checkpoint, and each run has one result", async () => {
    const cluster = await server.database("killed")
    await using doomed = runner(cluster, SOON)
    await using other = runner(cluster, SOON)
    await Promise.all([doomed.saw(/joined/), other.saw(/joined/)])
    await using submitter = submit(cluster, file, join(folder.path, "killed"), SOON)
    await underWay(cluster, doomed.pid)
    expect(await doomed.stop("SIGKILL")).toMatchObject({ signal: "SIGKILL" })
    const { code, stdout } = await submitter.ended()
    expect(code).toBe(0)
    expect(identity(stdout)).toEqual(local)
    expect(other.lines().join("\n")).toMatch(/begins after iteration [1-9]/)
    const recorded = await server.query(cluster, "select run from dualcone_results")
    expect(recorded).toHaveLength(local.runs)
    for (const table of ["checkpoints", "progress", "failures"]) {
      expect(await server.query(cluster, `select run from dualcone_${table}`)).toEqual([])
    }
    expect(await other.stop("SIGINT")).toMatchObject({ code: 130 })
  })

  test("runners join and leave, the submitter stops and comes back: no run begins twice", async () => {
    const cluster = await server.database("joined")
    const out = join(folder.path, "joined")
    await using first = runner(cluster)
    await using stopped = submit(cluster, file, out)
    await first.saw(/ begins/)
    await using later = runner(cluster)
    await later.saw(/ begins/)
    // It leaves in the middle of whatever it trains, which the other begins once more, where it was left.
    await underWay(cluster, first.pid)
    expect(await first.stop("SIGINT")).toMatchObject({ code: 130 })
    await stopped.saw(/ left$/)
    expect(await stopped.stop("SIGINT")).toMatchObject({ code: 130 })
    await using submitter = submit(cluster, file, out)
    const { code, stdout } = await submitter.ended()
    expect(code).toBe(0)
    expect(identity(stdout)).toEqual(local)
    const begun = [...begins(first.lines()), ...begins(later.lines())]
    const anew = begun.filter((line) => !/after iteration/.test(line))
    expect(new Set(anew).size).toBe(anew.length)
    expect(anew).toHaveLength(local.runs)
    expect(begun.length).toBeLessThanOrEqual(local.runs + 1)
    // Another sweep with the same runs finds them all.
    const again = await submit(cluster, file, join(folder.path, "again")).ended()
    expect(identity(again.stdout)).toEqual(local)
    expect([...begins(first.lines()), ...begins(later.lines())]).toEqual(begun)
    await later.stop("SIGINT")
  })

  test("a run that fails is recorded, ends the sweep with 1, and is tried by the next submission", async () => {
    const cluster = await server.database("failing")
    await using only = runner(cluster)
    const failing = await writtenSweep(join(folder.path, "failing"), {
      data: [{ name: "fashion-mnist", folder: "nowhere", examples: 64, epochs: 1 }],
      aggregators: ["mean"],
      seeds: [0],
      learningRates: [0.1]
    })
    for (const attempt of [1, 2]) {
      await using submitter = submit(cluster, failing, join(folder.path, "failing", "out"))
      const { code, stdout } = await submitter.ended()
      expect(code).toBe(1)
      expect(identity(stdout)).toMatchObject({ runs: 1, failed: 1 })
      expect(submitter.lines().at(-1)).toMatch(/1 of 1 runs failed; one said: .*nowhere/)
      expect(begins(only.lines())).toHaveLength(attempt)
    }
    // Five runners have ended in the middle of it: the sixth does not try.
    const [{ run } = { run: "" }] = await server.query(cluster, "select run from dualcone_failures")
    await server.query(cluster, `insert into dualcone_progress values ('${run}', 'gone', 5, 0)`)
    await using last = submit(cluster, failing, join(folder.path, "failing", "out"))
    expect(await last.ended()).toMatchObject({ code: 1 })
    expect(last.lines().at(-1)).toContain("5 runners ended while they trained it")
    expect(begins(only.lines())).toHaveLength(2)
  })
})

describe("a cluster that is not there", () => {
  test.each([["runner"], ["sweep"]])("is one line of %s, without the password", async (command) => {
    using folder = temporaryFolder()
    const sweep = command === "sweep" ? [await writtenSweep(folder.path), "--out", join(folder.path, "out")] : []
    const cluster = ["--cluster", "postgres://someone:secret@127.0.0.1:1/sweeps"]
    const said = refusal(await dualcone([command, ...sweep, ...cluster]))
    expect(said).toContain("postgres://someone@127.0.0.1:1/sweeps cannot be reached: connect ECONNREFUSED")
    expect(said).not.toContain("secret")
  })

  test("a runner must be told of one, and a sweep on one has no workers", async () => {
    expect(refusal(await dualcone(["runner"]))).toContain("--cluster is missing")
    using folder = temporaryFolder()
    const args = ["sweep", await writtenSweep(folder.path), "--cluster", "postgres://127.0.0.1/sweeps"]
    for (const flag of ["--workers", "--checkpoint-seconds"]) {
      expect(refusal(await dualcone([...args, flag, "2", "--out", join(folder.path, "out")]))).toContain(`${flag} is 2`)
    }
  })
})

test("the client of PostgreSQL is loaded by those alone who name a cluster", () => {
  const loaded = (...files: readonly string[]) => {
    const imports = files.map((name) => `await import(${JSON.stringify(name)});`).join("")
    const listed = `${imports}console.log(Object.keys(require.cache).filter((name) => name.includes("sql-pg")).length)`
    return Number(Bun.spawnSync([process.execPath, "-e", listed], { cwd: import.meta.dir }).stdout.toString())
  }
  const commands = ["sweep", "runner"].map((name) => new URL(`../src/commands/${name}.ts`, import.meta.url).pathname)
  expect(loaded(...commands)).toBe(0)
  expect(loaded("@dualcone/experiments/cluster")).toBeGreaterThan(0)
})
