/** Axe finds nothing wrong with any room, light or dark, wide or narrow. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { type RoomName, roomNames } from "../src/room.ts"
import { violations } from "./accessibility.ts"
import { hasChromium, openPlayground } from "./playground.ts"

setDefaultTimeout(60_000)

/** What comes last as a room opens. */
const LAST: Readonly<Record<RoomName, string>> = {
  cone: "g[data-method]",
  trajectories: 'tr[data-method="cagrad"] li:nth-child(4)',
  training: "section",
  sweep: "section"
}

describe.skipIf(!hasChromium)("axe finds no violation in", async () => {
  if (!hasChromium) return
  const playground = await openPlayground()
  afterAll(() => playground[Symbol.asyncDispose]())

  for (const room of roomNames) {
    for (const theme of ["light", "dark"] as const) {
      for (const width of [1280, 390]) {
        test(`${room}, ${theme}, ${width} px`, async () => {
          const found = await playground.visit(`#${room}`, { theme, width }, async (page) => {
            await page.locator(LAST[room]).last().waitFor({ state: "attached" })
            return violations(page)
          })
          expect(found).toEqual([])
        })
      }
    }
  }
})
