/**
 * The built page in headless Chromium, for tests: built and served once a test file, visited as often as one likes.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { chromiumPath, launchBrowser, watch } from "@dualcone/chromium"
import type { BrowserContextOptions, Page } from "playwright-core"
import { build } from "../scripts/build.ts"
import { servePage } from "../scripts/serve.ts"

/** Whether there is a Chromium; where there is none it is said aloud, and in CI it is an error. */
export const hasChromium = chromiumPath() !== undefined
if (!hasChromium && process.env.CI === "true") throw new Error("Chromium is not installed, and CI must run it")
if (!hasChromium) console.warn("\nSKIPPED: the tests of the playground. Chromium is not installed.\n")

/** How the page is visited. */
export interface Visit {
  /** Default `light`. */
  readonly theme?: "light" | "dark"
  /** Of the window, in pixels. Default 1280. */
  readonly width?: number
  /** Of the window, in pixels. Default 900. */
  readonly height?: number
  /** Seconds until the visit is given up. Default 50. */
  readonly limit?: number
  /** Default false: the page cannot keep itself for later. */
  readonly serviceWorker?: boolean
  /** Default true: nothing moves by itself. */
  readonly reducedMotion?: boolean
  /** Default false. */
  readonly touch?: boolean
}

/** A page that is served. Dispose it to close browser and server. */
export interface Playground extends AsyncDisposable {
  /** With a slash at its end; it lies below a folder. */
  readonly address: string
  /**
   * Opens the page at `hash`, as `#cone?preset=opposed`, waits for its room and works with it. The visit fails on an
   * error on the console, an uncaught exception, a crash, at the end of the time, and on any request to anyone else.
   */
  visit<A>(hash: string, options: Visit, work: (page: Page) => Promise<A>): Promise<A>
}

/** Builds and serves the page and starts Chromium. `webgpu`: on SwiftShader. */
export async function openPlayground(
  { webgpu }: { readonly webgpu: boolean } = { webgpu: false }
): Promise<Playground> {
  const folder = mkdtempSync(join(tmpdir(), "dualcone-playground-"))
  await build(folder)
  const served = servePage({ folder, port: 0, below: "some/folder/" })
  const browser = await launchBrowser({ webgpu })
  return {
    address: served.address,
    async visit(hash, options, work) {
      const context = await browser.newContext(contextOptions(options))
      try {
        const page = await context.newPage()
        page.setDefaultTimeout(0)
        if (options.serviceWorker !== true) await page.addInitScript("delete Navigator.prototype.serviceWorker")
        const failure = watch(page, { limit: options.limit ?? 50 })
        const strangers = new Promise<never>((_, reject) => {
          page.on("request", (request) => {
            const isOwn = /^(data|blob):/.test(request.url()) || request.url().startsWith(served.address)
            if (!isOwn) reject(new Error(`the page asked for ${request.url()}`))
          })
        })
        strangers.catch(() => {})
        const visited = page
          .goto(served.address + hash)
          .then(() => page.locator("main:not([aria-busy]) > :not(noscript)").first().waitFor())
          .then(() => work(page))
        visited.catch(() => {})
        return await Promise.race([visited, failure, strangers])
      } finally {
        await context.close()
      }
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await served[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

function contextOptions(options: Visit): BrowserContextOptions {
  const { theme = "light", width = 1280, height = 900, reducedMotion = true, touch = false } = options
  return {
    colorScheme: theme,
    viewport: { width, height },
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
    hasTouch: touch
  }
}
