/**
 * The pages beside those of the packages, as Markdown in one folder: the start, the examples with what they print, the
 * methods, the benchmarks.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Method, methods } from "@dualcone/aggregation"
import { root } from "./entries.ts"
import { moved, section } from "./markdown.ts"
import { typeset } from "./typeset.ts"

const pages = join(import.meta.dirname, "..", "pages")
const examples = join(root, "examples")

/** Where the pages lie. */
export interface Documents {
  readonly start: string
  /** In the order of the navigation. */
  readonly others: readonly string[]
}

/** Writes the pages into `folder`. `outputOf` tells what an example prints. */
export function writeDocuments(folder: string, outputOf: (example: string) => string): Documents {
  mkdirSync(folder, { recursive: true })
  const write = (name: string, text: string) => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return file
  }
  const start = write("start.md", readFileSync(join(pages, "start.md"), "utf8"))
  const names = readdirSync(examples)
    .sort()
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  for (const name of names) write(pageOf(name), examplePage(name, outputOf(name)))
  return {
    start,
    others: [
      write("examples.md", examplesPage(names, folder)),
      write("which.md", `---\ntitle: When to use which\n---\n\n${readFileSync(join(pages, "which.md"), "utf8")}`),
      write("methods.md", methodsPage()),
      write("benchmarks.md", benchmarksPage(folder))
    ]
  }
}

const pageOf = (example: string) => `example-${example.replace(/\.ts$/, "")}.md`
const titleOf = (example: string) => example.replace(/\.ts$/, "").replaceAll("-", " ")

function examplesPage(names: readonly string[], folder: string): string {
  const readme = readFileSync(join(examples, "README.md"), "utf8")
  const known = new Map(names.map((name) => [name, pageOf(name)]))
  const body = readme.slice(readme.indexOf("## Start here"))
  const children = names.map((name) => `  - ./${pageOf(name)}`).join("\n")
  return `---
title: Examples
children:
${children}
---

# Examples

One script an idea, in under a second or two each, with its source and what it prints; the files are those of the folder
\`examples\`.

${moved(body, examples, folder, known)}`
}

/** The comment at the head of an example, what it prints, and all of it. */
function examplePage(name: string, output: string): string {
  const source = readFileSync(join(examples, name), "utf8")
  const comment = /^(?:\/\/.*\n)+/.exec(source)?.[0] ?? ""
  const said = comment.replace(/^\/\/ ?/gm, "").trim()
  const code = source.slice(comment.length).trim()
  return `---
title: ${titleOf(name)}
---

# ${name}

${said}

\`\`\`ts
${code}
\`\`\`

It prints

\`\`\`text
${output.trimEnd()}
\`\`\`
`
}

const asked = { nothing: "nothing", values: "the values", gramian: "the Gramian", jacobian: "the Jacobian" } as const

function methodsPage(): string {
  const list = methods.map(methodSection).join("\n")
  return `---
title: Every method
---

# Every method

${methods.length} ways to make one direction of m rows g₁ … gₘ, the gradients of the losses L₁ … Lₘ; J is the matrix of the
rows, G = J Jᵀ its Gramian, w the weights, d the direction. A method is called by the name beside its title on the command
line and in configurations.

${list}`
}

/** What the file of a method says of it, above its code: formula, paper, properties. */
function commentOf(method: string): string {
  const kinds = ["methods", "scalarizations", "priority", "wrappers"]
  const files = kinds.map((kind) => join(root, "packages", "aggregation", "src", kind, `${method}.ts`))
  const file = files.find((candidate) => existsSync(candidate))
  const comment = file === undefined ? undefined : /^\/\*\*\n(.*?)\n \*\/\n/s.exec(readFileSync(file, "utf8"))?.[1]
  if (comment === undefined) throw new Error(`there is no comment at the head of the file of ${method}`)
  return comment
    .replace(/^ \* ?/gm, "")
    .replace(/\{@link ([^}]*)\}/g, "`$1`")
    .replace(/\s*@module\s*$/, "")
    .replace(
      /(?:^ {4}.*\n?)+/gm,
      (block) => `<pre class="formula">${typeset(block.replace(/^ {4}/gm, "").trim())}</pre>\n`
    )
}

function methodSection({ name, title, formula, asks, parameters, properties }: Method): string {
  const options = parameters.map(
    ({ name: option, default: initial, meaning }) => `| \`${option}\` | ${cell(initial)} | ${cell(meaning)} |`
  )
  const table =
    options.length === 0 ? "" : `\n| Option | Default | Meaning |\n| --- | --- | --- |\n${options.join("\n")}\n`
  const holds = [
    properties.nonConflicting ? "no row conflicts with it" : "",
    properties.linearUnderScaling ? "linear under scaling of the rows" : "",
    properties.weighted ? "" : "no combination of the rows"
  ].filter((property) => property !== "")
  return `## ${title}

\`${name}\` asks for ${asks.map((ask) => asked[ask]).join(" or ")}${holds.length === 0 ? "" : `; ${holds.join("; ")}`}.

<p class="formula">${typeset(formula)}</p>

${commentOf(name)}
${table}`
}

/** Text that does not end the cell of a table. */
const cell = (text: string) => text.replaceAll("|", "\\|")

function benchmarksPage(folder: string): string {
  const readme = readFileSync(join(root, "README.md"), "utf8")
  const bench = readFileSync(join(root, "bench", "README.md"), "utf8")
  const known = new Map([["#every-method", "methods.md"]])
  return `---
title: Benchmarks
---

# Benchmarks

## Beside TorchJD

${moved(section(readme, "## Beside TorchJD"), root, folder, known)}

## What is measured

${moved(section(bench, "## What is measured"), join(root, "bench"), folder, known)}

## How to read it

${moved(section(bench, "## How to read it"), join(root, "bench"), folder, known)}
`
}
