/** What the first view loads, and that the page keeps itself. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import type { Page, Response } from "playwright-core"
import { hasChromium, openPlayground } from "./playground.ts"

setDefaultTimeout(60_000)

/** Bytes of the files of the first view as they are sent, by gzip, the WebAssembly module included. */
const BUDGET = 250_000

describe.skipIf(!hasChromium)("the page", async () => {
  if (!hasChromium) return
  const playground = await openPlayground()
  afterAll(() => playground[Symbol.asyncDispose]())

  test(`loads at most ${BUDGET} bytes for its first view`, async () => {
    const sizes = await playground.visit("", {}, async (page) => {
      const answers: Response[] = []
      page.on("response", (answer) => answers.push(answer))
      await page.reload({ waitUntil: "networkidle" })
      return Promise.all(
        answers.map(async (answer) => ({
          path: new URL(answer.url()).pathname,
          bytes: (await answer.request().sizes()).responseBodySize
        }))
      )
    })
    console.log(sizes.map(({ path, bytes }) => `  ${path.padEnd(48)} ${bytes}`).join("\n"))
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
    console.log(`  first view: ${total} bytes`)
    expect(sizes.map(({ path }) => path.split("/").at(-1))).toContain("dualcone_bg.wasm")
    expect(total).toBeLessThan(BUDGET)
  })

  test("opens every room without a network once it has been open", async () => {
    await playground.visit("", { serviceWorker: true }, async (page) => {
      await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
      await page.context().setOffline(true)
      for (const room of ["cone", "trajectories", "training", "sweep"]) {
        await page.goto("about:blank")
        await page.goto(`${playground.address}#${room}`)
        await page.locator("main:not([aria-busy]) > section").waitFor()
      }
    })
  })

  test("is isolated from other origins, so that threads may share memory", async () => {
    expect(await playground.visit("", {}, (page: Page) => page.evaluate("crossOriginIsolated"))).toBe(true)
  })

  test("has its command to copy", async () => {
    const copied = await playground.visit("", {}, async (page) => {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"])
      await page.getByRole("button", { name: "Copy" }).first().click()
      return page.evaluate("navigator.clipboard.readText()")
    })
    expect(copied).toBe("npx dualcone demo")
  })

  test("changes its colours at a button, and keeps what was chosen", async () => {
    const ground = "getComputedStyle(document.documentElement).backgroundColor"
    await playground.visit("", { theme: "light" }, async (page) => {
      expect(await page.evaluate(ground)).toBe("rgb(255, 255, 255)")
      await page.getByRole("button", { name: "Use dark colours" }).click()
      expect(await page.evaluate(ground)).toBe("rgb(15, 19, 24)")
      await page.reload()
      expect(await page.evaluate(ground)).toBe("rgb(15, 19, 24)")
    })
  })
})
