/**
 * Tests the packages as people get them: packs them, installs the tarballs in an empty folder (their dependencies come
 * from npm's registry), and there compiles and runs the TypeScript of the README in Bun, Deno and Node, that of the
 * adapters' READMEs in Node, and the command line in Node.
 *
 *   bun scripts/package-test.ts
 *
 * The last line is `N passed, N failed`.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { pack } from "./pack.ts"
import { root } from "./source-hash.ts"

const folder = mkdtempSync(join(tmpdir(), "dualcone-installed-"))
const tool = (name: string) => join(root, "node_modules", ".bin", name)

let passed = 0
let failed = 0

/** Runs a command in the folder; it passes when it ends well and its stdout has what `expected` looks for. */
function test(title: string, command: string, args: readonly string[], expected = /(?:)/, input = ""): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8", input })
  const holds = status === 0 && expected.test(stdout)
  console.log(`${holds ? "pass" : "FAIL"}  ${title}`)
  if (holds) passed++
  else {
    failed++
    console.log([`      ${command} ${args.join(" ")}`, error?.message, stdout, stderr].filter(Boolean).join("\n"))
  }
}

/** Packages with a README of their own: adapters to libraries that their users have installed, in these versions. */
const adapters = [
  { name: "tfjs", library: "@tensorflow/tfjs@4.22.0" },
  { name: "jax", library: "@jax-js/jax@0.1.25" }
]

/** The TypeScript of a README, block by block. What is for a page is compiled alone. */
function readmeSnippets(...path: readonly string[]): readonly { readonly snippet: string; readonly page: boolean }[] {
  const text = readFileSync(join(root, ...path, "README.md"), "utf8")
  return [...text.matchAll(/^```ts( page)?\n(.*?)^```$/gms)].map(([, page, snippet = ""]) => {
    return { snippet, page: page !== undefined }
  })
}

function onlySnippet(adapter: string): string {
  const [block, ...more] = readmeSnippets("packages", adapter)
  if (block === undefined || more.length > 0)
    throw new Error(`the README of ${adapter} must have one block of TypeScript`)
  return block.snippet
}

try {
  const tarballs = pack()
  console.log(`packed ${tarballs.map((file) => basename(file)).join(", ")}\n`)
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
  test("npm installs the tarballs in an empty folder", "npm", ["install", ...quiet, ...tarballs])
  const libraries = adapters.map(({ library }) => library)
  test("npm installs the libraries of the adapters beside them", "npm", ["install", ...quiet, ...libraries])

  const snippets = readmeSnippets().map((block, i) => ({ name: `snippet-${i + 1}`, ...block }))
  const ofAdapters = adapters.map(({ name }) => ({ name, snippet: onlySnippet(name) }))
  for (const { name, snippet } of [...snippets, ...ofAdapters]) writeFileSync(join(folder, `${name}.ts`), snippet)
  const compilerOptions = {
    ...{ target: "ES2022", lib: ["ES2024", "ESNext.Disposable", "DOM", "DOM.AsyncIterable"], types: [] },
    ...{ module: "NodeNext", strict: true, skipLibCheck: true, outDir: "compiled", rootDir: "." }
  }
  const files = [...snippets, ...ofAdapters].map(({ name }) => `${name}.ts`)
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }))
  mkdirSync(join(folder, "compiled"))
  test("tsc checks and compiles the READMEs against the published types", tool("tsc"), ["-p", "."])
  for (const { name, page } of snippets) {
    if (page) continue
    test(`${name} of the README in Bun`, process.execPath, [`${name}.ts`])
    test(`${name} of the README in Deno`, tool("deno"), ["run", "--allow-all", `${name}.ts`])
    test(`${name} of the README in Node, compiled`, "node", [join("compiled", `${name}.js`)])
  }

  for (const { name } of ofAdapters) {
    // The workers of jax-js keep Bun and Deno running; Node gives it none.
    if (name !== "jax") test(`the README of @dualcone/${name} in Bun`, process.execPath, [`${name}.ts`])
    test(`the README of @dualcone/${name} in Node, compiled`, "node", [join("compiled", `${name}.js`)])
  }

  const bin = join(folder, "node_modules", ".bin", "dualcone")
  test("dualcone --version in Node", bin, ["--version"], /\d+\.\d+\.\d+/)
  const data = [{ name: "digits", examples: 32, epochs: 1 }]
  const sweep = { data, seeds: [0], aggregators: ["mean"], learningRates: [0.1] }
  writeFileSync(join(folder, "sweep.json"), JSON.stringify(sweep))
  const main = join("node_modules", "dualcone", "dist", "main.js")
  const sweepsIn = (runtime: string, command: string, args: readonly string[]) =>
    test(
      `dualcone sweep in ${runtime}`,
      command,
      [...args, main, "sweep", "sweep.json", "--out", runtime],
      /"done": 1,/
    )
  sweepsIn("Bun", process.execPath, [])
  sweepsIn("Deno", tool("deno"), ["run", "--allow-all"])
  test("dualcone aggregate in Node", bin, ["aggregate", "upgrad"], /"status":"certified"/, "[[-4,1,1],[6,1,1]]")
} finally {
  rmSync(folder, { recursive: true, force: true })
}

console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
