/**
 * The room of trajectories: its paths end where those of the library and the command line end, and it says so in words.
 */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { fileURLToPath } from "node:url"
import { problemByName, problemNames, runTrajectory, trajectoryAggregator } from "@dualcone/descent"
import { loadWasm } from "@dualcone/wasm"
import type { Page } from "playwright-core"
import { violations } from "./accessibility.ts"
import { hasChromium, openPlayground } from "./playground.ts"

setDefaultTimeout(60_000)

const wasm = await loadWasm()

/** Where a path of the library ends. */
function expectedEnd(name: string, method: string, start: ArrayLike<number>) {
  const problem = problemByName(name, wasm.functions)
  const lambda = "lambda" in problem ? { lambda: problem.lambda } : {}
  const aggregator = trajectoryAggregator(method, { ...lambda, seed: 0 })
  const { end, distance } = runTrajectory(wasm, { problem, aggregator, start, seed: 0 })
  return { end: [...end], distance: distance ?? Number.NaN }
}

const startsOf = (name: string) => problemByName(name, wasm.functions).starts

/** What the room says of a method's paths, once so many are there. */
async function endsOf(page: Page, method: string, count: number) {
  const items = page.locator(`tr[data-method="${method}"] li`)
  await items.nth(count - 1).waitFor()
  return Promise.all(
    (await items.all()).map(async (item) => ({
      end: ((await item.getAttribute("data-end")) ?? "").split(",").map(Number),
      distance: Number(await item.getAttribute("data-distance")),
      text: (await item.textContent()) ?? ""
    }))
  )
}

describe.skipIf(!hasChromium)("the room of trajectories", async () => {
  if (!hasChromium) return
  const playground = await openPlayground()
  afterAll(() => playground[Symbol.asyncDispose]())

  test("paths end where `dualcone trajectories` says that they end", async () => {
    const main = fileURLToPath(new URL("../../dualcone/src/main.ts", import.meta.url))
    const methods = ["upgrad", "mean", "mgda", "cagrad"]
    const command = Bun.spawn([process.execPath, main, "trajectories", "cqf", "--aggregator", methods.join(",")], {
      stdout: "pipe"
    })
    const {
      trajectories
    }: { readonly trajectories: readonly { aggregator: string; end: number[]; distance: number }[] } = JSON.parse(
      await new Response(command.stdout).text()
    )
    await playground.visit("#trajectories", {}, async (page) => {
      for (const method of methods) {
        const found = (await endsOf(page, method, 4)).map(({ end, distance }) => ({ end, distance }))
        const printed = trajectories.filter(({ aggregator }) => aggregator === method)
        expect(found).toEqual(printed.map(({ end, distance }) => ({ end, distance })))
      }
    })
  })

  for (const [problem, methods] of [
    ["ewq", ["upgrad", "imtl-g", "nash-mtl", "graddrop", "rgw"]],
    ["zdt1", ["upgrad", "mgda"]],
    ["vlmop2", ["upgrad", "aligned-mtl"]],
    ["bloop-conditioning", ["bloop", "dynamic-barrier"]]
  ] as const) {
    test(`paths on ${problem} end where the library's end`, async () => {
      await playground.visit(`#trajectories?problem=${problem}&methods=${methods.join(",")}`, {}, async (page) => {
        for (const method of methods) {
          const starts = startsOf(problem)
          const found = await endsOf(page, method, starts.length)
          expect(found.map(({ end, distance }) => ({ end, distance }))).toEqual(
            starts.map((start) => expectedEnd(problem, method, start))
          )
        }
      })
    })
  }

  test("a start of one's own is a click on the parameters, and moves by keys", async () => {
    await playground.visit("#trajectories?problem=cqf&methods=upgrad&starts=1", {}, async (page) => {
      await endsOf(page, "upgrad", 1)
      const square = await page.locator(".space .frame").first().boundingBox()
      if (square === null) throw new Error("there is no square")
      await page.mouse.click(square.x + square.width * 0.75, square.y + square.height * 0.4)
      await page.waitForURL(/from=/)
      const from = async () =>
        (new URLSearchParams(new URL(page.url()).hash.split("?")[1]).get("from") ?? "").split(",")
      const start = (await from()).map(Number)
      expect(start[0]).toBeCloseTo(-1.1 + 0.75 * 2.2, 1)
      expect(start[1]).toBeCloseTo(-0.35 + 0.6 * 7.7, 1)
      const own = page.locator('li[data-start="own"]')
      await own.waitFor()
      expect((await endsOf(page, "upgrad", 1))[0]?.end).toEqual(expectedEnd("cqf", "upgrad", start).end)
      const before = await from()
      await page.getByRole("slider", { name: "Start" }).press("Shift+ArrowLeft")
      await page.waitForURL((url) => !url.hash.includes(`from=${before.join(",")}`))
      const moved = (await from()).map(Number)
      expect(moved[0]).toBeCloseTo((start[0] ?? 0) - 0.22, 2)
      await page.locator(`li[data-end="${expectedEnd("cqf", "upgrad", moved).end.join(",")}"]`).waitFor()
    })
  })

  test("says who is stuck, who arrives and who trades an objective away", async () => {
    await playground.visit("#trajectories?problem=ewq&methods=upgrad,mgda&starts=1", {}, async (page) => {
      const [mgda] = await endsOf(page, "mgda", 1)
      expect(mgda?.text).toMatch(/^1: stuck 2\.(?:19|20) from the Pareto set: weakly stationary$/)
    })
    await playground.visit("#trajectories?problem=cqf&methods=upgrad,mean&starts=1", {}, async (page) => {
      const [upgrad] = await endsOf(page, "upgrad", 1)
      const [mean] = await endsOf(page, "mean", 1)
      expect(upgrad?.text).toBe("1: on the Pareto set, to 2e−5")
      // cqf.ts: the mean lets f₁ grow by 1.23 on one path.
      expect(mean?.text).toContain("f₁ rose by 1.23")
    })
  })

  test("plays from the start to the end, stops at the slider, and shows the end at once to whoever wants no motion", async () => {
    const shown = (page: Page) => page.getByRole("slider", { name: "Update" }).inputValue().then(Number)
    await playground.visit(
      "#trajectories?problem=ewq&methods=upgrad&starts=1",
      { reducedMotion: false },
      async (page) => {
        await endsOf(page, "upgrad", 1)
        await page.getByRole("button", { name: "Play again" }).waitFor()
        expect(await shown(page)).toBe(49)
        const length = () =>
          page
            .locator(".run .line")
            .first()
            .evaluate((path: SVGPathElement) => path.getTotalLength())
        const whole = await length()
        await page.getByRole("slider", { name: "Update" }).fill("10")
        expect(await shown(page)).toBe(10)
        // ewq: the path is straight, and each update leaves 0.925 of the way.
        expect((await length()) / whole).toBeCloseTo((1 - 0.925 ** 10) / (1 - 0.925 ** 49), 3)
      }
    )
    await playground.visit("#trajectories?problem=ewq&methods=upgrad&starts=1", {}, async (page) => {
      await endsOf(page, "upgrad", 1)
      expect(await shown(page)).toBe(49)
    })
  })

  test("a path that is pointed at dims the others and says how it ends", async () => {
    await playground.visit("#trajectories?problem=ewq&methods=upgrad,mgda&starts=1", {}, async (page) => {
      await endsOf(page, "mgda", 1)
      await page.locator('tr[data-method="mgda"] li').hover()
      expect(await page.locator(".runs.dimmed .run.focused").count()).toBe(2)
      expect(await page.locator(".said").textContent()).toMatch(/^MGDA: stuck/)
      expect(
        await page
          .locator('.run[data-method="upgrad"]')
          .first()
          .evaluate((run) => getComputedStyle(run).opacity)
      ).toBe("0.15")
    })
  })

  test("a link restores problem, methods and starts", async () => {
    const link = "#trajectories?problem=ewq&methods=mean,mgda&starts=2,4"
    await playground.visit(link, {}, async (page) => {
      await endsOf(page, "mgda", 2)
      expect(await page.locator("li[data-end]").count()).toBe(4)
      await page.getByRole("checkbox", { name: "CAGrad" }).check()
      await page.waitForURL(/cagrad/)
      expect(new URL(page.url()).hash).toBe("#trajectories?problem=ewq&methods=mean,mgda,cagrad&starts=2,4")
    })
    await playground.visit("#trajectories?problem=nonsense&methods=no&starts=99", {}, async (page) => {
      await page.locator("select").waitFor()
      expect(await page.locator("select").inputValue()).toBe("cqf")
    })
  })

  test("every problem opens, and nothing is wrong with it for axe", async () => {
    await playground.visit("#trajectories", { limit: 50 }, async (page) => {
      await page.locator("select").waitFor()
      const options = await page.locator("select option").all()
      const names = await Promise.all(options.map((option) => option.getAttribute("value")))
      // bloop-bias has no Pareto set.
      expect(names).toEqual(problemNames.filter((name) => name !== "bloop-bias"))
      for (const name of names) {
        await page.locator("select").selectOption(name)
        await page.locator(".spaces .set").first().waitFor({ state: "attached" })
      }
      expect(await violations(page)).toEqual([])
    })
  })
})
