/**
 * A page of localhost in headless Chromium: opened, worked with, and closed whatever happens.
 *
 * @module
 */
import { chromium, type Page } from "playwright-core"
import { chromiumArguments, chromiumPath } from "./executable.ts"

/** What the server of a page answers. */
export interface Site {
  /** Answers by path. */
  readonly files: Readonly<Record<string, Answer>>
  /** The path of the page, query included. */
  readonly start: string
}

/** The content of a file, or the file itself. */
export type Answer = { readonly type: string; readonly content: string } | { readonly file: URL }

/** With these a page, and its workers, may share memory. */
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" }

/** Options of {@link visit}. */
export interface VisitOptions {
  /** Whether the page has WebGPU, on SwiftShader. */
  readonly webgpu: boolean
  /** The most seconds that the visit may take. */
  readonly limit: number
  /** Is told every line that the page prints. */
  readonly print?: (line: string) => void
}

/**
 * Opens a page in Chromium and works with it. An error on the console, an uncaught exception, a crash or the end of the
 * time ends the visit with an error.
 */
export async function visit<A>(address: string, options: VisitOptions, work: (page: Page) => Promise<A>): Promise<A> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error("Chromium is not installed; CHROMIUM may name it")
  const browser = await chromium.launch({ executablePath, args: [...chromiumArguments(options.webgpu)] })
  try {
    const page = await browser.newPage()
    // The limit is that of the whole visit.
    page.setDefaultTimeout(0)
    const failure = watch(page, options)
    const visited = page.goto(address).then(() => work(page))
    // Whichever comes second has nobody left to tell.
    visited.catch(() => {})
    return await Promise.race([visited, failure])
  } finally {
    await browser.close()
  }
}

/** {@link visit} of the page of a site, which is served on 127.0.0.1 for as long. */
export async function visitSite<A>(site: Site, options: VisitOptions, work: (page: Page) => Promise<A>): Promise<A> {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => answer(site, new URL(request.url).pathname)
  })
  try {
    return await visit(`http://localhost:${server.port}${site.start}`, options, work)
  } finally {
    await server.stop(true)
  }
}

/** Rejects when something goes wrong in the page. */
function watch(page: Page, { limit, print }: VisitOptions): Promise<never> {
  let last = "nothing"
  const failure = new Promise<never>((_, reject) => {
    page.on("console", (message) => {
      const text = message.text()
      if (message.type() === "error") {
        reject(new Error(`the page reported an error: ${text} (${message.location().url})`))
        return
      }
      last = JSON.stringify(text.slice(0, 200))
      if (message.type() === "log") print?.(text)
      else console.warn(`${message.type()} of the page: ${text}`)
    })
    page.on("pageerror", (error) => reject(new Error(`the page threw ${error.stack ?? error.message}`)))
    page.on("crash", () => reject(new Error(`the page crashed; the last that it printed was ${last}`)))
    const timer = setTimeout(() => {
      reject(new Error(`Chromium was not done after ${limit} s; the last that the page printed was ${last}`))
    }, limit * 1000)
    page.once("close", () => clearTimeout(timer))
  })
  failure.catch(() => {})
  return failure
}

function answer({ files }: Site, path: string): Response {
  const found = files[path]
  if (found === undefined) return new Response(`there is no ${path}`, { status: 404 })
  if ("file" in found) return new Response(Bun.file(found.file), { headers: ISOLATED })
  return new Response(found.content, { headers: { ...ISOLATED, "content-type": found.type } })
}
