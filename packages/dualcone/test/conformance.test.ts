/** The conformance cases pass, and give the same bits in Bun and in Deno. */
import { expect, test } from "bun:test"
import { denoCommand } from "./deno.ts"

const main = new URL("../conformance/main.ts", import.meta.url).pathname

async function run(command: readonly string[]) {
  const child = Bun.spawn([...command, main], { stdin: "ignore", stdout: "pipe", stderr: "pipe" })
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, stdout, stderr }
}

const MINUTE = 60_000

test(
  "every case passes in Bun",
  async () => {
    const { code, stdout } = await run([process.execPath])
    expect(stdout).toMatch(/\n\d+ passed, 0 failed\n$/)
    expect(code).toBe(0)
  },
  MINUTE
)

test(
  "Deno prints the same lines, digests included",
  async () => {
    const deno = await denoCommand("its bits were")
    if (deno === undefined) return
    const [bun, other] = [await run([process.execPath]), await run([deno, "run", "-A", "--node-modules-dir=manual"])]
    expect(other.stderr).toBe("")
    expect(other.stdout).toBe(bun.stdout)
  },
  MINUTE
)
