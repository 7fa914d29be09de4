/** Spawns the command line as a user's shell would. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const main = new URL("../src/main.ts", import.meta.url).pathname

/** What a finished command left. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `dualcone` with these arguments; stdin is what is given, or empty. */
export async function dualcone(
  args: readonly string[],
  options: { stdin?: string; cwd?: string } = {}
): Promise<Outcome> {
  const child = Bun.spawn([process.execPath, main, ...args], {
    stdin: new TextEncoder().encode(options.stdin ?? ""),
    stdout: "pipe",
    stderr: "pipe",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd })
  })
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, stdout, stderr }
}

/** Starts `dualcone`, to be stopped by a signal. */
export function start(args: readonly string[], cwd: string) {
  return Bun.spawn([process.execPath, main, ...args], { stdin: "ignore", stdout: "ignore", stderr: "ignore", cwd })
}

/** A folder of its own, gone at the end of the block. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "dualcone-"))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Checks the contract of a refusal: exit code 2, nothing on stdout, exactly one line on stderr. */
export function refusal({ code, stdout, stderr }: Outcome): string {
  if (code !== 2 || stdout !== "" || !/^dualcone: [^\n]+\n$/.test(stderr)) {
    throw new Error(`not a refusal in one line: code ${code}, stdout ${stdout}, stderr ${stderr}`)
  }
  return stderr
}
