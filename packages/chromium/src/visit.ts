/**
 * A page of localhost in headless Chromium: opened, worked with, and closed whatever happens.
 *
 * @module
 */
import type { Page } from "playwright-core"
import { type BrowserOptions, launchBrowser } from "./browser.ts"
import { type WatchOptions, watch } from "./watch.ts"

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
export interface VisitOptions extends BrowserOptions, WatchOptions {}

/**
 * Opens a page in Chromium and works with it. An error on the console, an uncaught exception, a crash or the end of the
 * time ends the visit with an error.
 */
export async function visit<A>(address: string, options: VisitOptions, work: (page: Page) => Promise<A>): Promise<A> {
  const browser = await launchBrowser(options)
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

function answer({ files }: Site, path: string): Response {
  const found = files[path]
  if (found === undefined) return new Response(`there is no ${path}`, { status: 404 })
  if ("file" in found) return new Response(Bun.file(found.file), { headers: ISOLATED })
  return new Response(found.content, { headers: { ...ISOLATED, "content-type": found.type } })
}
