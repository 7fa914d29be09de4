/**
 * Pictures of every room, light and dark, wide and narrow:
 *
 *   bun packages/playground/scripts/screenshots.ts FOLDER [HASH …]
 *
 * `HASH`, as `#cone?preset=opposed`, names other places than the rooms' first views.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { launchBrowser } from "@dualcone/chromium"
import { roomNames } from "../src/room.ts"
import { build } from "./build.ts"
import { servePage } from "./serve.ts"

/** Milliseconds that a room has to draw itself. */
const SETTLE = 1500

const [folder, ...places] = process.argv.slice(2)
if (folder === undefined) {
  console.error("screenshots: name a folder for the pictures")
  process.exit(2)
}
mkdirSync(folder, { recursive: true })
const built = mkdtempSync(join(tmpdir(), "dualcone-playground-"))
await build(built)
await using served = servePage({ folder: built, port: 0 })
const browser = await launchBrowser({ webgpu: false })
for (const theme of ["light", "dark"] as const) {
  for (const width of [1280, 390]) {
    const page = await browser.newPage({
      colorScheme: theme,
      viewport: { width, height: 900 },
      reducedMotion: "reduce",
      serviceWorkers: "block"
    })
    for (const place of places.length > 0 ? places : roomNames.map((room) => `#${room}`)) {
      await page.goto("about:blank")
      await page.goto(served.address + place)
      await page.locator("main:not([aria-busy]) > :not(noscript)").first().waitFor()
      await page.waitForTimeout(SETTLE)
      const name = place.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "")
      const path = join(folder, `${name}-${theme}-${width}.png`)
      await page.screenshot({ path, fullPage: true })
      console.log(path)
    }
    await page.close()
  }
}
await browser.close()
rmSync(built, { recursive: true, force: true })
