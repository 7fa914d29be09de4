/**
 * The page's service worker: everything that the page is made of lies in a cache, which answers where the network does
 * not. On servers that do not isolate the page from other origins it does that as well, so that threads may share memory.
 *
 * @module
 */

/** What of a service worker's scope is used; the compiler's own description of it cannot stand beside that of pages. */
interface Scope {
  addEventListener(name: "install" | "activate", listener: (event: Waiting) => void): void
  addEventListener(name: "fetch", listener: (event: Fetching) => void): void
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
}

interface Waiting {
  waitUntil(work: Promise<unknown>): void
}

interface Fetching {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}

declare const self: Scope

/** Written by the build: every file of the page, relative to it, and a name that changes with any of them. */
declare const FILES: readonly string[]
declare const VERSION: string

const PREFIX = "dualcone-"
const NAME = `${PREFIX}${VERSION}`

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES).then(() => self.skipWaiting())))
})

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()))
})

self.addEventListener("fetch", (event) => {
  const { request } = event
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return
  event.respondWith(answer(request).then(isolated))
})

async function forgetOthers(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)))
}

/** The network first: a page that was published anew is seen at once. */
async function answer(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const kept = await (await caches.open(NAME)).match(request, { ignoreSearch: true })
    if (kept !== undefined) return kept
    throw error
  }
}

/** With these a page, and its workers, may share memory. */
function isolated(response: Response): Response {
  const headers = new Headers(response.headers)
  if (!response.ok || headers.has("cross-origin-embedder-policy")) return response
  headers.set("cross-origin-opener-policy", "same-origin")
  headers.set("cross-origin-embedder-policy", "require-corp")
  const { status, statusText } = response
  return new Response(response.body, { status, statusText, headers })
}
