/**
 * Notices what goes wrong in a page.
 *
 * @module
 */
import type { Page } from "playwright-core"

/** Options of {@link watch}. */
export interface WatchOptions {
  /** The most seconds that the page may be open. */
  readonly limit: number
  /** Is told every line that the page prints. */
  readonly print?: (line: string) => void
}

/** Rejects on an error on the console, an uncaught exception, a crash, and at the end of the time; never resolves. */
export function watch(page: Page, { limit, print }: WatchOptions): Promise<never> {
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
