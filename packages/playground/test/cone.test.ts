/**
 * The cone explorer: what it draws is what the library and the command line answer, whatever moves the gradients; links
 * lead back to what was seen.
 */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { fileURLToPath } from "node:url"
import { aggregate, linearizeJacobian } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import type { Page } from "playwright-core"
import { aggregatorOf, methodNames } from "../src/rooms/cone/aggregate-rows.ts"
import { presets } from "../src/rooms/cone/presets.ts"
import { violations } from "./accessibility.ts"
import { hasChromium, openPlayground } from "./playground.ts"

setDefaultTimeout(60_000)

const wasm = await loadWasm()
const expected = (method: string, rows: readonly (readonly number[])[]) => [
  ...aggregate(wasm, aggregatorOf(method, "strict"), linearizeJacobian(rows)).direction
]

/** What `dualcone aggregate` prints, with the ridge of the room. */
async function commandLine(method: string, rows: readonly (readonly number[])[]): Promise<readonly number[]> {
  const main = fileURLToPath(new URL("../../dualcone/src/main.ts", import.meta.url))
  const child = Bun.spawn([process.execPath, main, "aggregate", method, "--ridge", "diagonal:1e-8"], {
    stdin: new Blob([JSON.stringify(rows)]),
    stdout: "pipe"
  })
  const { direction }: { readonly direction: readonly number[] } = JSON.parse(await new Response(child.stdout).text())
  return direction
}

const numbers = (text: string | null) => (text ?? "").split(",").map(Number)
const directionOf = async (page: Page, method: string) =>
  numbers(await page.locator(`g[data-method="${method}"]`).getAttribute("data-direction"))
/** The gradients as the address has them. */
const rowsOf = (page: Page) =>
  (new URLSearchParams(new URL(page.url()).hash.split("?")[1]).get("g") ?? "").split(":").map(numbers)
const handle = (page: Page, name: string) => page.getByRole("slider", { name: `Gradient ${name}` })

async function drag(page: Page, name: string, right: number, down: number): Promise<void> {
  const box = await handle(page, name).boundingBox()
  if (box === null) throw new Error(`${name} is not to be seen`)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + right / 2, y + down / 2)
  await page.mouse.move(x + right, y + down)
  await page.mouse.up()
}

const allShown = `show=${methodNames.join(",")}`
const FIGURE_1 = presets[0].rows

describe.skipIf(!hasChromium)("the cone explorer", async () => {
  if (!hasChromium) return
  const playground = await openPlayground()
  afterAll(() => playground[Symbol.asyncDispose]())

  test("opens on the paper's Figure 1, with its directions", async () => {
    await playground.visit("", {}, async (page) => {
      await page.locator('g[data-method="upgrad"]').waitFor()
      // methods.md, section 1.3: Figure 1 of arXiv 2406.16232.
      for (const [method, direction] of [
        ["mean", [0.9399, 0.6826]],
        ["upgrad", [0.4407, 1.2418]],
        ["dualproj", [0.5513, 0.9164]],
        ["mgda", [-0.0707, 0.5535]]
      ] as const) {
        const found = await directionOf(page, method)
        direction.forEach((entry, k) => {
          expect(found[k]).toBeCloseTo(entry, 3)
        })
      }
      await expectText(page, "The mean hurts g1. UPGrad hurts nobody.")
    })
  })

  test("a gradient that is dragged changes every direction to what the library answers", async () => {
    await playground.visit(`#cone?${allShown}`, {}, async (page) => {
      await page.locator('g[data-method="upgrad"]').waitFor()
      await drag(page, "g1", -40, 70)
      await page.waitForURL(/g=/)
      const rows = rowsOf(page)
      expect(rows[0]).not.toEqual([...(FIGURE_1[0] ?? [])])
      expect(rows[1]).toEqual([...(FIGURE_1[1] ?? [])])
      for (const method of methodNames) expect(await directionOf(page, method)).toEqual(expected(method, rows))
    })
  })

  test("… and to what `dualcone aggregate` prints", async () => {
    const { rows, direction } = await playground.visit("", {}, async (page) => {
      await page.locator('g[data-method="upgrad"]').waitFor()
      await drag(page, "g2", -60, 90)
      await page.waitForURL(/g=/)
      return { rows: rowsOf(page), direction: await directionOf(page, "upgrad") }
    })
    expect(direction).toEqual([...(await commandLine("upgrad", rows))])
  })

  test("a finger drags as the mouse does", async () => {
    await playground.visit("#cone", { touch: true, width: 390, height: 800 }, async (page) => {
      await page.locator('g[data-method="upgrad"]').waitFor()
      await handle(page, "g1").scrollIntoViewIfNeeded()
      const box = await handle(page, "g1").boundingBox()
      const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2]
      const session = await page.context().newCDPSession(page)
      const touch = (type: "touchStart" | "touchMove" | "touchEnd", points: { x: number; y: number }[]) =>
        session.send("Input.dispatchTouchEvent", { type, touchPoints: points })
      await touch("touchStart", [{ x, y }])
      await touch("touchMove", [{ x: x + 20, y: y + 30 }])
      await touch("touchEnd", [])
      await page.waitForURL(/g=/)
      const rows = rowsOf(page)
      expect(rows[0]).not.toEqual([...(FIGURE_1[0] ?? [])])
      expect(await directionOf(page, "upgrad")).toEqual(expected("upgrad", rows))
    })
  })

  test("arrow keys move the gradient that has the focus, and its coordinates are said", async () => {
    await playground.visit("#cone?g=1,0:-0.5,1", {}, async (page) => {
      await page.locator('g[data-method="upgrad"]').waitFor()
      await handle(page, "g1").focus()
      for (const key of ["ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowDown"]) await page.keyboard.press(key)
      const tip = [1.1, -0.45]
      expect(await handle(page, "g1").getAttribute("aria-valuetext")).toBe("x 1.10, y −0.45")
      expect(await directionOf(page, "upgrad")).toEqual(expected("upgrad", [tip, [-0.5, 1]]))
    })
  })

  test("in space Page Up lifts a gradient, and the picture turns without changing any", async () => {
    await playground.visit("#cone?g=1,0,0:-0.5,1,0.2", {}, async (page) => {
      await page.locator('g[data-method="upgrad"]').waitFor()
      await handle(page, "g1").focus()
      await page.keyboard.press("PageUp")
      const before = await directionOf(page, "upgrad")
      const lifted = [
        [1, 0, 0.05],
        [-0.5, 1, 0.2]
      ]
      expect(before).toEqual(expected("upgrad", lifted))
      const picture = await page.locator("svg.picture").boundingBox()
      await page.mouse.move((picture?.x ?? 0) + 30, (picture?.y ?? 0) + 30)
      await page.mouse.down()
      await page.mouse.move((picture?.x ?? 0) + 130, (picture?.y ?? 0) + 60)
      await page.mouse.up()
      expect(await page.getByRole("slider", { name: "Turn" }).inputValue()).toBe("-20")
      expect(await page.getByRole("slider", { name: "Tilt" }).inputValue()).toBe("35")
      expect(await directionOf(page, "upgrad")).toEqual(before)
    })
  })

  test("every preset is at its button, and nothing is wrong with it for axe", async () => {
    await playground.visit("#cone", {}, async (page) => {
      for (const preset of presets) {
        await page.getByRole("button", { name: preset.title }).click()
        await page.locator(`button[aria-pressed="true"]:text("${preset.title}")`).waitFor()
        for (const method of ["upgrad", "mean", "mgda", "dualproj"]) {
          expect(await directionOf(page, method)).toEqual(expected(method, preset.rows))
        }
        expect(await violations(page)).toEqual([])
      }
    })
  })

  test("a scaled row moves UPGrad along a straight line and MGDA along a bent one", async () => {
    await playground.visit("#cone?g=2,0:-0.5,1&scale=2:1&show=upgrad,mgda", {}, async (page) => {
      await page.locator('g[data-method="upgrad"]').waitFor()
      const slider = page.getByRole("slider", { name: /^Scale g2/ })
      const tips = async (factor: number) => {
        await slider.fill(String(factor))
        return { upgrad: await directionOf(page, "upgrad"), mgda: await directionOf(page, "mgda") }
      }
      const [a, b, c] = [await tips(0.5), await tips(1.5), await tips(2.5)]
      const bend = (p: number[], q: number[], r: number[]) =>
        Math.max(...q.map((entry, k) => Math.abs((p[k] ?? 0) + (r[k] ?? 0) - 2 * entry)))
      expect(bend(a.upgrad, b.upgrad, c.upgrad)).toBeLessThan(1e-6)
      expect(bend(a.mgda, b.mgda, c.mgda)).toBeGreaterThan(0.1)
    })
  })

  test("a link restores gradients, methods, ridge, scaling and the eye's place", async () => {
    const link = "#cone?g=1.5,0.25,-1:-1,1,0.5:0.2,-1.2,1&show=mean,cagrad,nash-mtl&ridge=paper&scale=3:0.5&view=-70,40"
    await playground.visit(link, {}, async (page) => {
      await page.locator('g[data-method="cagrad"]').waitFor()
      expect(await page.locator("g[data-method]").count()).toBe(3)
      const rows = [
        [1.5, 0.25, -1],
        [-1, 1, 0.5],
        [0.1, -0.6, 0.5]
      ]
      expect(await directionOf(page, "cagrad")).toEqual(expected("cagrad", rows))
      expect(await page.getByRole("checkbox", { name: "Ridge" }).isChecked()).toBe(true)
      expect(await page.getByRole("slider", { name: "Turn" }).inputValue()).toBe("-70")
      await page.getByRole("checkbox", { name: "UPGrad" }).check()
      await page.waitForURL(/show=upgrad/)
      const hash = new URL(page.url()).hash
      expect(hash).toBe(link.replace("show=", "show=upgrad,"))
      await page.goto("about:blank")
      await page.goto(playground.address + hash)
      await page.locator('g[data-method="upgrad"]').waitFor()
      expect(await page.locator("g[data-method]").count()).toBe(4)
    })
  })

  test("the link that is copied is of what is seen, at once", async () => {
    await playground.visit("#cone?g=1,0:-0.5,1", {}, async (page) => {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"])
      await handle(page, "g1").focus()
      await page.keyboard.press("ArrowUp")
      await page.getByRole("button", { name: "Copy link" }).click()
      await page.getByRole("button", { name: "Copied" }).waitFor()
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
        `${playground.address}#cone?g=1,0.05:-0.5,1&show=upgrad,mean,mgda,dualproj`
      )
    })
  })

  test("a link that says nonsense opens the first view", async () => {
    await playground.visit("#cone?g=1,x:2&show=none&scale=9:9&view=a", {}, async (page) => {
      await page.locator('g[data-row="g1"]').waitFor()
      expect(await handle(page, "g1").getAttribute("aria-valuetext")).toBe("x −0.77, y 0.46")
    })
  })

  test("gradients are added and removed, in the plane and in space", async () => {
    await playground.visit("", {}, async (page) => {
      await page.getByRole("button", { name: "Add a gradient" }).click()
      expect(await page.locator("g[data-row]").count()).toBe(3)
      await page.getByRole("button", { name: "Into space" }).click()
      expect(await handle(page, "g3").getAttribute("aria-valuetext")).toBe("x −0.40, y −1.60, z 1.20")
      await page.getByRole("button", { name: "Into the plane" }).click()
      await page.getByRole("button", { name: "Remove a gradient" }).click()
      expect(await page.locator("g[data-row]").count()).toBe(2)
    })
  })

  test("nothing is wider than a phone", async () => {
    const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    expect(
      await playground.visit(`#cone?${allShown}`, { width: 390 }, (page) => page.evaluate(overflow))
    ).toBeLessThanOrEqual(0)
  })
})

async function expectText(page: Page, text: string): Promise<void> {
  expect(await page.locator(".verdict").textContent()).toBe(text)
}
