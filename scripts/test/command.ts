/**
 * Commands of the test suite: started in the root of the repository, shown while they run, and kept to be counted.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process"
import { delimiter, join } from "node:path"
import { root } from "../source-hash.ts"

/** How a command ended and what it printed. */
export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  /** Both streams in one text, in the order in which they came. */
  readonly output: string
}

const environment = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter)
}

/** Variables of the environment, by name. */
export type Variables = Readonly<Record<string, string>>

/** Runs a command to its end, without input. A command that cannot be started ends with 127. */
export function run(command: string, args: readonly string[], variables: Variables = {}): Promise<Ended> {
  return new Promise((resolve) => {
    let stdout = ""
    let output = ""
    const child = spawn(command, args, {
      cwd: root,
      env: { ...environment, ...variables },
      stdio: ["ignore", "pipe", "pipe"]
    })
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk
      output += chunk
      process.stdout.write(chunk)
    })
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk
      process.stderr.write(chunk)
    })
    child.on("error", (error) => {
      console.error(`${command}: ${error.message}`)
      resolve({ exitCode: 127, stdout, output })
    })
    child.on("close", (code) => resolve({ exitCode: code ?? 1, stdout, output }))
  })
}

/** What a command prints on stdout, or undefined when it is missing or fails: whether an optional tool is here. */
export function ask(command: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { cwd: root, env: environment, encoding: "utf8" })
  return status === 0 ? stdout.trim() : undefined
}
