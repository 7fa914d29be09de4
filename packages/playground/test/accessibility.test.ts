/** Axe finds nothing wrong with any room, light or dark, wide or narrow. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { roomNames } from "../src/room.ts"
import { violations } from "./accessibility.ts"
import { hasChromium, openPlayground } from "./playground.ts"

setDefaultTimeout(60_000)

describe.skipIf(!hasChromium)("axe finds no violation in", async () => {
  if (!hasChromium) return
  const playground = await openPlayground()
  afterAll(() => playground[Symbol.asyncDispose]())

  for (const room of roomNames) {
    for (const theme of ["light", "dark"] as const) {
      for (const width of [1280, 390]) {
        test(`${room}, ${theme}, ${width} px`, async () => {
          expect(await playground.visit(`#${room}`, { theme, width }, violations)).toEqual([])
        })
      }
    }
  }
})
