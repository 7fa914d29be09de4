/**
 * The parts of the test suite, in the order in which they run.
 *
 * @module
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../source-hash.ts"
import { ask, type Ended, run } from "./command.ts"
import { type Counts, countTests, type Runner, settled } from "./counts.ts"

/** What a part found, or the tool it lacks. */
export type Outcome = Counts | { readonly missing: string }

/** One part of the suite. */
export interface Part {
  readonly name: string
  readonly title: string
  /** Runs only when asked for by name: it needs more than the lock file installs. */
  readonly onRequest?: true
  run(): Promise<Outcome>
}

const one = (holds: boolean): Counts => ({ passed: holds ? 1 : 0, failed: holds ? 0 : 1, skipped: 0 })
const add = (...counts: readonly Counts[]): Counts => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  skipped: counts.reduce((sum, { skipped }) => sum + skipped, 0)
})
const counted = (runner: Runner, { exitCode, output }: Ended): Counts => settled(countTests(runner, output), exitCode)

/** A command that is one test: it ends well or not. */
const check = async (command: string, ...args: readonly string[]): Promise<Counts> =>
  one((await run(command, args)).exitCode === 0)

const CONFORMANCE = join("packages", "dualcone", "conformance", "main.ts")
const CLIPPY = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"] as const

/** That both runtimes print the same text, digests included, is one test more. */
async function conformance(): Promise<Outcome> {
  if (ask("deno", "--version") === undefined) return { missing: "Deno (the npm package deno)" }
  console.log("— in Bun")
  const bun = await run(process.execPath, [CONFORMANCE])
  console.log("\n— in Deno")
  const deno = await run("deno", ["run", "--allow-all", CONFORMANCE])
  const same = deno.stdout === bun.stdout
  console.log(`\n— Deno printed ${same ? "the same text as Bun" : "ANOTHER text than Bun"}`)
  return add(counted("tally", bun), counted("tally", deno), one(same))
}

/** Why the installed Rust cannot test the crates, if it cannot. */
function missingRust(): string | undefined {
  const wanted = /^rust-version = "(\d+)\.(\d+)"/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))
  const [, major, minor] = wanted ?? []
  const found = /^cargo (\d+)\.(\d+)/.exec(ask("cargo", "--version") ?? "")
  if (found === null) return "Rust (cargo)"
  if (Number(found[1]) < Number(major) || Number(found[2]) < Number(minor)) {
    return `Rust ${major}.${minor} or newer (here is ${found[1]}.${found[2]})`
  }
  if (ask("cargo", "fmt", "--version") === undefined) return "rustfmt (rustup component add rustfmt)"
  if (ask("cargo", "clippy", "--version") === undefined) return "Clippy (rustup component add clippy)"
  return undefined
}

async function rust(): Promise<Outcome> {
  const missing = missingRust()
  if (missing !== undefined) return { missing }
  const format = await check("cargo", "fmt", "--all", "--check")
  const lint = await check("cargo", ...CLIPPY)
  const tests = counted("cargo", await run("cargo", ["test", "--workspace", "--no-fail-fast", "--quiet"]))
  return add(format, lint, tests)
}

/** Every part. */
export const parts: readonly Part[] = [
  { name: "format", title: "Biome: format and lint", run: () => check("biome", "check", ".") },
  { name: "types", title: "TypeScript: types", run: () => check("tsc", "-p", "tsconfig.json") },
  {
    name: "unit",
    title: "Bun: tests of the packages, the examples and the scripts",
    run: async () => counted("bun", await run(process.execPath, ["test", "--only-failures", "--timeout", "120000"]))
  },
  { name: "conformance", title: "Conformance: the same bits in Bun and in Deno", run: conformance },
  { name: "rust", title: "Rust: format, lint and tests of the crates", run: rust },
  {
    name: "package",
    title: "The packages as published: packed, installed in an empty folder, run in Node, Bun and Deno",
    onRequest: true,
    run: async () => counted("tally", await run(process.execPath, [join("scripts", "package-test.ts")]))
  }
]
