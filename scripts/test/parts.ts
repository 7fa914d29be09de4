/**
 * The parts of the test suite, in the order in which they run.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { root } from "../source-hash.ts"
import { ask, type Ended, run, type Variables } from "./command.ts"
import { countTests, type Result, type Runner, settled } from "./counts.ts"
import { failureExcerpts } from "./excerpts.ts"

/** What a part found, or the tool it lacks. */
export type Outcome = Result | { readonly missing: string }

/** One part of the suite. */
export interface Part {
  readonly name: string
  readonly title: string
  /** Runs only when asked for by name: it needs more than the lock file installs. */
  readonly onRequest?: true
  run(): Promise<Outcome>
}

const one = (holds: boolean, told: string): Result =>
  holds ? { passed: 1, failed: 0, skipped: 0, failures: [] } : { passed: 0, failed: 1, skipped: 0, failures: [told] }
const add = (...results: readonly Result[]): Result => ({
  passed: results.reduce((sum, { passed }) => sum + passed, 0),
  failed: results.reduce((sum, { failed }) => sum + failed, 0),
  skipped: results.reduce((sum, { skipped }) => sum + skipped, 0),
  failures: results.flatMap(({ failures }) => failures)
})
const counted = (runner: Runner, { exitCode, output }: Ended): Result => {
  const counts = settled(countTests(runner, output), exitCode)
  return { ...counts, failures: counts.failed === 0 ? [] : failureExcerpts(output) }
}

/** A command that is one test: it ends well or not. */
const check = async (command: string, ...args: readonly string[]): Promise<Result> => {
  const { exitCode, output } = await run(command, args)
  return one(exitCode === 0, `${[command, ...args].join(" ")}\n${failureExcerpts(output).join("\n")}`)
}

const CONFORMANCE = join("packages", "dualcone", "conformance", "main.ts")
const PLAYGROUND = join("packages", "playground")
const CHROMIUM = join("packages", "dualcone", "conformance", "chromium.ts")
/** SwiftShader's Vulkan drivers: of Debian's Chromium, of Google's Chrome. */
const SWIFTSHADER = ["/usr/lib/chromium", "/opt/google/chrome"].map((folder) => join(folder, "vk_swiftshader_icd.json"))
const CLIPPY = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"] as const

/**
 * The cases of an engine in Bun, Deno and a page of Chromium. That all print the same text, digests included, is one test
 * more for each after the first.
 */
async function conformance(engine: "cpu" | "webgpu", variables: Variables = {}): Promise<Outcome> {
  if (ask("deno", "--version") === undefined) return { missing: "Deno (the npm package deno)" }
  const args = ["--engine", engine]
  console.log("— in Bun")
  const bun = await run(process.execPath, [CONFORMANCE, ...args], variables)
  console.log("\n— in Deno")
  const deno = await run("deno", ["run", "--allow-all", CONFORMANCE, ...args], variables)
  const both = add(counted("tally", bun), counted("tally", deno), same("Deno", deno, bun))
  const version = ask(process.execPath, CHROMIUM, "--version")
  if (version === undefined) {
    console.log("\n— SKIPPED in Chromium: it is not installed (Debian's package chromium, or name one in CHROMIUM)")
    return add(both, { passed: 0, failed: 0, skipped: 1, failures: [] })
  }
  console.log(`\n— in ${version}`)
  const chromium = await run(process.execPath, [CHROMIUM, ...args], variables)
  return add(both, counted("tally", chromium), same("Chromium", chromium, bun))
}

function same(name: string, { stdout }: Ended, bun: Ended): Result {
  const holds = stdout === bun.stdout
  const told = `${name} printed ${holds ? "the same text as Bun" : "ANOTHER text than Bun"}`
  console.log(`\n— ${told}`)
  return one(holds, told)
}

/** On SwiftShader, so that all three compute on one device; it comes with Chromium. */
async function webgpu(): Promise<Outcome> {
  const driver = process.env.VK_ICD_FILENAMES ?? SWIFTSHADER.find((file) => existsSync(file))
  if (driver === undefined) return { missing: "SwiftShader's driver (Debian's package chromium)" }
  // Vulkan's loader complains without a folder for its sockets.
  return conformance("webgpu", { VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir() })
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

/** Where unit tests are looked for: everywhere, or, beside a rebuilt module, in the packages whose arithmetic it is. */
function unitFolders(): readonly string[] {
  if (process.env.DUALCONE_MODULE !== "rebuilt") return []
  return ["wasm", "aggregation", "network"].map((name) => join("packages", name))
}

/** Every part. */
export const parts: readonly Part[] = [
  { name: "format", title: "Biome: format and lint", run: () => check("biome", "check", ".") },
  {
    name: "types",
    title: "TypeScript: types",
    // The types of TensorFlow.js declare WebGPU's globals anew, so what uses them is a project of its own.
    run: async () => add(await check("tsc", "-p", "tsconfig.json"), await check("tsc", "-p", "packages/tfjs"))
  },
  {
    name: "unit",
    title: "Bun: tests of the packages, the examples and the scripts",
    run: async () => {
      const args = ["test", "--only-failures", "--timeout", "120000", "--path-ignore-patterns", `${PLAYGROUND}/**`]
      args.push(...unitFolders())
      return counted("bun", await run(process.execPath, args))
    }
  },
  {
    name: "conformance",
    title: "Conformance: the same bits in Bun, in Deno and in a page of Chromium",
    run: () => conformance("cpu")
  },
  { name: "webgpu", title: "Conformance on WebGPU: the same bits in all three, on SwiftShader", run: webgpu },
  {
    name: "playground",
    title: "The playground: its rooms in Chromium",
    run: async () => {
      if (ask(process.execPath, CHROMIUM, "--version") === undefined)
        return { missing: "Chromium (Debian's package chromium)" }
      return counted("bun", await run(process.execPath, ["test", "--timeout", "60000", PLAYGROUND]))
    }
  },
  { name: "rust", title: "Rust: format, lint and tests of the crates", run: rust },
  {
    name: "package",
    title: "The packages as published: packed, installed in an empty folder, run in Node, Bun and Deno",
    onRequest: true,
    run: async () => counted("tally", await run(process.execPath, [join("scripts", "package-test.ts")]))
  }
]
