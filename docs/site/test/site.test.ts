/** The site as it is built, without running the examples, which a test of theirs does. */
import { beforeAll, describe, expect, test } from "bun:test"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, normalize, relative } from "node:path"
import { methods } from "@dualcone/aggregation"
import ts from "typescript"
import { buildSite } from "../src/build.ts"
import { publicEntries, root } from "../src/entries.ts"

const folder = mkdtempSync(join(tmpdir(), "dualcone-site-"))
let pages: ReadonlyMap<string, string> = new Map()

beforeAll(async () => {
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  await buildSite(folder, (example) => `what ${example} prints`)
  pages = new Map(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".html"))
      .map((name) => [name, readFileSync(join(folder, name), "utf8")])
  )
}, 300_000)

/** The text of a page of which there must be one. */
function page(name: string): string {
  const found = pages.get(name)
  if (found === undefined) throw new Error(`there is no page ${name}`)
  return found
}

const unescaped = (text: string) =>
  text
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")

/** What a page points at: its own links and those of what it loads. */
function targetsOf(html: string): readonly { readonly kind: "link" | "load"; readonly target: string }[] {
  const tags = [...html.matchAll(/<(a|link|script|img|use)\b[^>]*?\b(?:href|src)="([^"]*)"/g)]
  return tags.map(([, tag, target = ""]) => ({ kind: tag === "a" ? "link" : "load", target: unescaped(target) }))
}

describe("the site", () => {
  test("has links that all lead to a page, and to a place on it", () => {
    const broken: string[] = []
    for (const [name, html] of pages) {
      for (const { target } of targetsOf(html)) {
        if (/^(https?:|data:)/.test(target)) continue
        const [path = "", anchor] = target.split("#")
        const file = path === "" ? name : normalize(join(dirname(name), decodeURIComponent(path)))
        const there = pages.get(file) ?? (existsSync(join(folder, file)) ? "" : undefined)
        const anchored = anchor === undefined || anchor === "" || there?.includes(`id="${decodeURIComponent(anchor)}"`)
        if (there === undefined || (file.endsWith(".html") && !anchored)) broken.push(`${name}: ${target}`)
      }
    }
    expect(broken).toEqual([])
  })

  test("is of relative links and loads nothing from elsewhere, so that it works in any folder and offline", () => {
    for (const [name, html] of pages) {
      for (const { kind, target } of targetsOf(html)) {
        expect(target.startsWith("/"), `${name}: ${target}`).toBe(false)
        if (kind === "load") expect(/^https?:/.test(target), `${name}: ${target}`).toBe(false)
      }
    }
  })

  test("calls options options", () => {
    for (const [name, html] of pages) expect(html.includes("__namedParameters"), name).toBe(false)
  })

  test("says nothing of the machine that it was built on", () => {
    for (const [name, html] of pages) expect(html.includes(root), name).toBe(false)
  })
})

describe("every public export has a page", () => {
  // What is exported is asked of the compiler, not of what built the site.
  const entries = publicEntries()
  const configuration = ts.parseJsonConfigFileContent(
    { extends: join(root, "tsconfig.json"), files: entries.map(({ file }) => file) },
    ts.sys,
    root
  )
  const program = ts.createProgram(configuration.fileNames, configuration.options)
  const checker = program.getTypeChecker()

  for (const { name, file } of entries) {
    test(`of ${name}`, () => {
      const source = program.getSourceFile(file)
      const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source)
      if (symbol === undefined) throw new Error(`${relative(root, file)} is no module`)
      const exported = checker.getExportsOfModule(symbol).map((found) => found.name)
      expect(exported).not.toEqual([])
      const module = `modules/${name.replace(/[^\w]/g, "_")}.html`
      const listed = new Map(
        [...page(module).matchAll(/<a href="([^"#]+)(?:#[^"]*)?"[^>]*>(.*?)<\/a>/gs)].map(
          ([, href = "", label = ""]) => [
            unescaped(label.replace(/<svg.*?<\/svg>|<[^>]*>/gs, "")).trim(),
            normalize(join(dirname(module), href))
          ]
        )
      )
      const missing = exported.filter((each) => !pages.has(listed.get(each) ?? ""))
      expect(missing).toEqual([])
    })
  }
})

describe("the pages beside", () => {
  test("show each example, with its source and what it prints", () => {
    const names = readdirSync(join(root, "examples")).filter((name) => /^[\w-]+\.ts$/.test(name))
    expect(names.length).toBeGreaterThanOrEqual(10)
    for (const name of names) {
      const html = page(`documents/Examples.${name.replace(/\.ts$/, "").replaceAll("-", "_")}.html`)
      expect(html).toContain(`what ${name} prints`)
      expect(html).toContain("import")
    }
  })

  test("have every method, with its formula", () => {
    const html = page("documents/Every_method.html")
    for (const { title, name } of methods) {
      expect(html, name).toContain(`<code>${name}</code>`)
      expect(unescaped(html), name).toContain(title)
    }
    expect(html).toContain('<p class="formula">w = ∑<sub>i</sub>')
    expect([...html.matchAll(/<p class="formula"/g)]).toHaveLength(methods.length)
  })

  test("have the tables and the picture of the benchmarks, and when to use which", () => {
    const html = page("documents/Benchmarks.html")
    expect(html).toContain("TorchJD, UPGrad step")
    expect(html).toContain("../media/steps.svg")
    expect(page("documents/When_to_use_which.html")).toContain("@dualcone/jax")
  })
})
