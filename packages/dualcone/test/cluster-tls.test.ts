/** A cluster's database that is reached by TLS alone, with a certificate that it signed itself. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { join } from "node:path"
import { dualcone, refusal, temporaryFolder } from "./command-line.ts"
import { PASSWORD, postgresqlPrograms, type Server, startPostgresql } from "./postgresql.ts"
import { smallSweep, writtenSweep } from "./small-sweep.ts"

const programs = Bun.which("openssl") === null ? undefined : postgresqlPrograms()
if (programs === undefined) {
  if (process.env.CI === "true") throw new Error("PostgreSQL or OpenSSL is not installed, and CI must run both")
  console.warn("\nSKIPPED: a cluster over TLS. PostgreSQL or OpenSSL is not installed.\n")
}

setDefaultTimeout(120_000)

const main = new URL("../src/main.ts", import.meta.url).pathname
const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

describe.skipIf(programs === undefined)("over TLS", () => {
  let server: Server
  let file: string
  beforeAll(async () => {
    server = await startPostgresql(programs ?? "", { tls: true })
    file = await writtenSweep(folder.path, {
      data: [{ ...smallSweep.data[0], epochs: 1 }],
      seeds: [0],
      aggregators: ["mean"],
      learningRates: [0.1]
    })
  })
  afterAll(() => server?.[Symbol.asyncDispose]())
  const reached = async (name: string, options: string) => {
    const database = await server.database(name)
    const url = `${database.replace("dualcone@", `dualcone:${encodeURIComponent(PASSWORD)}@`)}${options}`
    return { database, url, args: ["sweep", file, "--out", join(folder.path, name), "--cluster", url] }
  }

  test("a sweep ends as it does at home, where the address names the certificate", async () => {
    const { database, url, args } = await reached("trusted", `?sslmode=require&sslrootcert=${server.certificate}`)
    const options = { stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const
    const runner = Bun.spawn([process.execPath, main, "runner", "--cluster", url, "--workers", "1"], options)
    try {
      const { code, stdout } = await dualcone(args)
      expect(code).toBe(0)
      const { digest } = JSON.parse((await dualcone(["sweep", file, "--out", join(folder.path, "local")])).stdout)
      expect(JSON.parse(stdout)).toMatchObject({ runs: 1, done: 1, digest })
      const ours = "select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'dualcone'"
      const connections = await server.query(database, ours)
      expect(connections.length).toBeGreaterThan(0)
      expect(connections.every(({ ssl }) => ssl === true)).toBe(true)
    } finally {
      runner.kill("SIGINT")
      await runner.exited
    }
  })

  test("a certificate that nobody vouches for is refused, and so is a connection without TLS", async () => {
    const strange = await reached("strange", "?sslmode=require")
    expect(refusal(await dualcone(strange.args))).toMatch(/cannot be reached: .*self.signed certificate/i)
    const plain = await reached("plain", "?sslmode=disable")
    expect(refusal(await dualcone(plain.args))).toMatch(/cannot be reached: .*no encryption/)
    const missing = await reached("missing", "?sslrootcert=/nowhere/root.crt")
    expect(refusal(await dualcone(missing.args))).toMatch(/cannot be reached: .*\/nowhere\/root\.crt/)
  })
})
