/**
 * Builds the page: a folder of static files with relative addresses, to be served from anywhere.
 *
 * @module
 */
import { createHash } from "node:crypto"
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { roomNames } from "../src/room.ts"
import { inkTokens } from "./ink-tokens.ts"

const path = (address: string) => fileURLToPath(new URL(address, import.meta.url))
const source = path("../src")

/** Where `bun run playground` builds. */
export const dist = path("../dist")

/**
 * The programs lie in `app`, beside `module` and `digits`: there the packages look for their files, by addresses that are
 * relative to their own.
 */
const FILES = [
  ["../../wasm/module/dualcone_bg.wasm", "module/dualcone_bg.wasm"],
  ["../../wasm/module/dualcone-threads_bg.wasm", "module/dualcone-threads_bg.wasm"],
  ["../../datasets/digits/digits.bin", "digits/digits.bin"],
  ["../node_modules/sql.js/dist/sql-wasm-browser.wasm", "module/sql-wasm-browser.wasm"],
  ["../src/rooms/sweep/example.export", "sweeps/digits.json"],
  ["../src/icon.svg", "icon.svg"]
] as const

/** Options of {@link build}. */
export interface BuildOptions {
  /** The folder of the built documentation, which comes along as `docs`. Without it nothing links there. */
  readonly docs?: string
}

/** Builds into a folder, which is emptied before. @throws Error with what the bundler says. */
export async function build(folder: string, { docs }: BuildOptions = {}): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  for (const part of ["app", "module", "digits", "sweeps"]) mkdirSync(join(folder, part), { recursive: true })
  for (const [from, to] of FILES) cpSync(path(from), join(folder, to))

  const rooms = roomNames.map((room) => join(source, "rooms", room, `${room}.tsx`))
  const page = await bundle(folder, [join(source, "main.ts"), ...rooms], "page")
  await bundle(folder, workers(), "worker")
  await styles(folder)
  const html = readFileSync(join(source, "index.html"), "utf8").replace("</head>", `${preloads(page)}</head>`)
  writeFileSync(join(folder, "index.html"), docs === undefined ? html.replace(/.*href="\.\/docs\/".*\n/, "") : html)
  await serviceWorker(folder)
  if (docs !== undefined) cpSync(docs, join(folder, "docs"), { recursive: true })
}

/** Workers are programs of their own: `rooms/…/NAME.worker.ts`. */
function workers(): readonly string[] {
  return filesBelow(join(source, "rooms"))
    .filter((file) => file.endsWith(".worker.ts"))
    .map((file) => join(source, "rooms", file))
}

/** Bundles programs; what they share becomes files whose names begin with `share`. Returns what it made, by file. */
async function bundle(
  folder: string,
  entrypoints: readonly string[],
  share: string
): Promise<ReadonlyMap<string, string>> {
  if (entrypoints.length === 0) return new Map()
  const { outputs } = await Bun.build({
    entrypoints: [...entrypoints],
    outdir: join(folder, "app"),
    target: "browser",
    splitting: true,
    minify: true,
    naming: { entry: "[name].[ext]", chunk: `${share}-[hash].[ext]` }
  })
  return new Map(
    await Promise.all(outputs.map(async (output) => [basename(output.path), await output.text()] as const))
  )
}

/** Links that let the browser fetch at once what the first view needs, not one after the other. */
function preloads(page: ReadonlyMap<string, string>): string {
  const needed = new Set<string>()
  const need = (file: string) => {
    if (needed.has(file)) return
    needed.add(file)
    for (const [, next = ""] of (page.get(file) ?? "").matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)) need(next)
  }
  need("main.js")
  need("cone.js")
  needed.delete("main.js")
  const links = [...needed].map((file) => `<link rel="modulepreload" href="./app/${file}" />`)
  return ["", `<link rel="stylesheet" href="./app/cone.css" />`, ...links, ""].join("\n    ")
}

/** The tokens and the style that all rooms share in `page.css`, and a file a room. */
async function styles(folder: string): Promise<void> {
  const minified = async (file: string) => {
    const { outputs } = await Bun.build({ entrypoints: [file], minify: true, target: "browser" })
    return (await Promise.all(outputs.map((output) => output.text()))).join("")
  }
  writeFileSync(join(folder, "app", "page.css"), inkTokens() + (await minified(join(source, "design", "page.css"))))
  for (const room of roomNames) {
    writeFileSync(join(folder, "app", `${room}.css`), await minified(join(source, "rooms", room, `${room}.css`)))
  }
}

/** The service worker, which is told of every file; its version changes with any of them. */
async function serviceWorker(folder: string): Promise<void> {
  const files = filesBelow(folder).sort()
  const hash = createHash("sha256")
  for (const file of files) hash.update(file).update(readFileSync(join(folder, file)))
  const define = {
    FILES: JSON.stringify(["./", ...files.map((file) => `./${file}`)]),
    VERSION: JSON.stringify(hash.digest("hex").slice(0, 16))
  }
  await Bun.build({
    entrypoints: [join(source, "offline", "service-worker.ts")],
    outdir: folder,
    target: "browser",
    minify: true,
    define,
    naming: "[name].[ext]"
  })
}

/** Paths of all files below a folder, relative to it, with slashes. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/")
    )
}
