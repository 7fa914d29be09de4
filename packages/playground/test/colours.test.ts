/**
 * Text in the colour of a method, and numbers on coloured cells, have the contrast that WCAG 2.2 asks of text, 4.5 to 1, as
 * Chromium mixes their colours.
 */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { methodNames } from "../src/rooms/cone/aggregate-rows.ts"
import { methodStyle } from "../src/ui/method-style.ts"
import { hasChromium, openPlayground } from "./playground.ts"

setDefaultTimeout(60_000)

const AA = 4.5

/** Relative luminance, WCAG 2.2. */
function luminance(channels: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = channels.map((channel) => {
    const part = channel / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: readonly number[], b: readonly number[]): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

describe.skipIf(!hasChromium)("contrast", async () => {
  if (!hasChromium) return
  const playground = await openPlayground()
  afterAll(() => playground[Symbol.asyncDispose]())

  for (const theme of ["light", "dark"] as const) {
    /** Channels of CSS colours, 0 to 255, painted by the page. */
    const painted = (colours: readonly string[]) =>
      playground.visit("", { theme }, (page) =>
        page.evaluate<readonly (readonly number[])[]>(`(() => {
          const probe = document.body.appendChild(document.createElement("i"))
          const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
          return ${JSON.stringify(colours)}.map((colour) => {
            probe.style.color = colour
            context.fillStyle = getComputedStyle(probe).color
            context.fillRect(0, 0, 1, 1)
            return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
          })
        })()`)
      )

    test(`names of methods on the ${theme} ground`, async () => {
      const [ground = [], ...names] = await painted([
        "var(--ground)",
        ...methodNames.map((method) => methodStyle(method).textColour)
      ])
      const low = methodNames.filter((_, i) => contrast(names[i] ?? [], ground) < AA)
      expect(low).toEqual([])
    })

    test(`quiet text, links, conflict and agreement on the ${theme} ground`, async () => {
      const inks = ["--text", "--title", "--soft", "--link", "--conflict", "--agreement"]
      const [ground = [], ...colours] = await painted(["--ground", ...inks].map((name) => `var(${name})`))
      expect(inks.filter((_, i) => contrast(colours[i] ?? [], ground) < AA)).toEqual([])
    })

    test(`numbers on the strongest cells of a Gramian, ${theme}`, async () => {
      const [title = [], ...cells] = await painted([
        "var(--title)",
        ...["--conflict", "--agreement"].map((hue) => `color-mix(in oklab,var(${hue}) 40%,var(--ground))`)
      ])
      for (const cell of cells) expect(contrast(cell, title)).toBeGreaterThan(AA)
    })
  }
})
