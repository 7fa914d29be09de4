/** The room for sweeps: the figures of the command line, from a database and from an export, and what it refuses. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { type FigureFile, figureFiles, readSweep, SweepStore, sweepFigures } from "@dualcone/experiments"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import type { Page } from "playwright-core"
import { divergedResult, doneResult, plantSweep } from "../../experiments/test/planted-sweep.ts"
import { showSweep } from "../src/rooms/sweep/show-sweep.ts"
import { violations } from "./accessibility.ts"
import { hasChromium, openPlayground } from "./playground.ts"

setDefaultTimeout(60_000)

const sqlite = fileURLToPath(import.meta.resolve("sql.js/dist/sql-wasm.wasm"))
const folder = mkdtempSync(join(tmpdir(), "dualcone-sweep-room-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** "JDsw", in the header of the database of a sweep. */
const APPLICATION = 0x4a447377

const HOSTILE = `<script>alert("labels")</script>`

/** Eight iterations whose loss falls from the learning rate on; one run that diverged. */
const sweep = {
  data: [{ name: "digits", examples: 128, epochs: 2 }],
  seeds: [0, 1],
  aggregators: ["upgrad", "mean", "mgda", { aggregator: "cagrad", label: HOSTILE }],
  learningRates: [0.1, 1]
}
/** What the command line draws. */
let drawn: readonly FigureFile<string>[] = []
let database = new Uint8Array()
let exported = ""

beforeAll(async () => {
  await plantSweep(folder, sweep, ({ group, learningRate }) => {
    if (group.label === "mgda" && learningRate === 1) return divergedResult
    const losses = Float64Array.from({ length: 8 }, (_, i) => (learningRate + group.seed + 1) / (i + 1))
    return doneResult(losses, new Float64Array(8).fill(0.75), 2)
  })
  const store = SweepStore.layer(folder, { readOnly: true })
  drawn = await sweepFigures.pipe(Effect.flatMap(figureFiles), Effect.provide(store), Effect.runPromise)
  database = new Uint8Array(readFileSync(join(folder, "sweep.sqlite")))
  const command = fileURLToPath(new URL("../../dualcone/src/main.ts", import.meta.url))
  const child = Bun.spawn([process.execPath, command, "sweep", folder, "--export"], { stderr: "inherit" })
  exported = await new Response(child.stdout).text()
})

const content = (kind: FigureFile["kind"], ending: string) =>
  drawn.filter((file) => file.kind === kind && file.name.endsWith(ending)).map((file) => file.content)

describe("figures and tables are those of the command line, byte by byte,", () => {
  const from = {
    "a database": () => showSweep({ name: "sweep.sqlite", bytes: database }, sqlite),
    "an export": () => showSweep({ name: "sweep.json", bytes: new TextEncoder().encode(exported) }, sqlite)
  }
  for (const [name, show] of Object.entries(from)) {
    test(`from ${name}`, async () => {
      const { figures, tables, runs } = await show()
      expect(figures.map(({ svg }) => svg)).toEqual(content("figure", ".svg"))
      expect(figures.length).toBeGreaterThan(1)
      expect(tables.map(({ csv }) => csv)).toEqual(content("table", ".csv"))
      expect(runs).toEqual({ planned: 16, done: 14, diverged: 2 })
    })
  }
})

test("the example is the sweep of the repository that it says to be", async () => {
  const file = new URL("../src/rooms/sweep/example.export", import.meta.url)
  const config = fileURLToPath(new URL("../../../examples/sweeps/digits-methods.json", import.meta.url))
  const { json } = await Effect.runPromise(readSweep(config).pipe(Effect.provide(NodeServices.layer)))
  const example: unknown = JSON.parse(readFileSync(file, "utf8"))
  expect(example).toMatchObject({ sweep: JSON.parse(json) })
  const { runs, tables } = await showSweep({ name: "example", bytes: new Uint8Array(readFileSync(file)) }, sqlite)
  expect(runs).toEqual({ planned: 60, done: 55, diverged: 5 })
  const [results] = tables
  const column = (name: string) => results?.columns.find((one) => one.name === name)?.cells
  expect(column("Method")?.[0]).toBe("UPGrad")
  const areas = column("Area")?.map((text) => Number.parseFloat(text)) ?? []
  expect(areas).toEqual([...areas].sort((a, b) => a - b))
})

describe("refuses, and says what was expected,", () => {
  const other = () => {
    const file = join(folder, "other.sqlite")
    rmSync(file, { force: true })
    return {
      file,
      make(statements: string) {
        const made = new DatabaseSync(file)
        made.exec(statements)
        made.close()
        return new Uint8Array(readFileSync(file))
      }
    }
  }
  const text = (words: string) => new TextEncoder().encode(words)
  const changed = (change: (run: Record<string, unknown>) => void) => {
    const value: { runs: Record<string, unknown>[] } = JSON.parse(exported)
    for (const run of value.runs) change(run)
    return text(JSON.stringify(value))
  }
  const pragmas = `pragma application_id = ${APPLICATION}; pragma user_version = 1;`
  const files: readonly (readonly [name: string, bytes: () => Uint8Array, reason: RegExp])[] = [
    ["an empty file", () => new Uint8Array(0), /it is empty/],
    ["noise", () => Uint8Array.from({ length: 4096 }, (_, i) => (i * 197) % 256), /neither a database nor JSON/],
    ["a text", () => text("losses: 1, 2, 3"), /neither a database nor JSON/],
    ["other JSON", () => text(`{"runs": 3}`), /no list of runs/],
    ["a list of other things", () => text(`{"runs": [7]}`), /run 1 of its list is no object/],
    ["runs of another shape", () => changed((run) => Object.assign(run, { batch_size: "many" })), /a run is not as/],
    ["runs without curves", () => changed((run) => delete run.losses), /the losses of the run \w+ are no list/],
    ["runs of a nameless method", () => changed((run) => Object.assign(run, { aggregator: 3 })), /cannot be drawn/],
    [
      "a sweep without a result",
      () => changed((run) => Object.assign(run, { status: null })),
      /none of the sweep's 16/
    ],
    ["another database", () => other().make("create table t (x)"), /not the database of a sweep/],
    [
      "a database of another version",
      () => other().make(`create table t (x); pragma application_id = ${APPLICATION}; pragma user_version = 9;`),
      /tables are of version 9, and this program reads 1/
    ],
    [
      "a database without its tables",
      () => other().make(`create table runs (id); ${pragmas}`),
      /lacks one of the tables/
    ],
    [
      "a view that never ends in place of a table",
      () =>
        other().make(
          `create view runs as with recursive n(i) as (select 1 union all select i + 1 from n) select i as id from n;
           create table results (run); create table curves (run); ${pragmas}`
        ),
      /lacks one of the tables/
    ],
    ["half a database", () => database.slice(0, database.length / 2), /SQLite says/],
    ["the first bytes of a database", () => database.slice(0, 16), /SQLite says|not the database/]
  ]
  for (const [name, bytes, reason] of files) {
    test(name, async () => {
      const refused: unknown = await showSweep({ name: "given", bytes: bytes() }, sqlite).catch(
        (error: unknown) => error
      )
      expect(String(refused)).toMatch(/given cannot be shown: .* Expected is sweep\.sqlite /)
      expect(String(refused)).toMatch(reason)
    })
  }
})

describe.skipIf(!hasChromium)("the room for sweeps", async () => {
  if (!hasChromium) return
  const playground = await openPlayground()
  afterAll(() => playground[Symbol.asyncDispose]())

  const input = (page: Page) => page.locator("input[type=file]")
  /** Drops a file on the page. */
  const drop = (page: Page, name: string, text: string) =>
    page.evaluate(
      ([fileName = "", content = ""]) => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([content], fileName))
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }))
      },
      [name, text]
    )
  const figure = (page: Page, title: string) => page.getByRole("img", { name: title })

  test("opens with an example, on the ground of the page", async () => {
    await playground.visit("#sweep", { theme: "light" }, async (page) => {
      const curves = figure(page, "MNIST digits: loss and similarity of updates")
      await curves.waitFor()
      const corner = () =>
        curves.evaluate((image: HTMLImageElement) =>
          image.decode().then(() => {
            const context = new OffscreenCanvas(1, 1).getContext("2d")
            context?.drawImage(image, 0, 0)
            return Array.from(context?.getImageData(0, 0, 1, 1).data ?? [])
          })
        )
      expect(await corner()).toEqual([255, 255, 255, 255])
      await page.locator("#theme").click()
      expect(await corner()).toEqual([15, 19, 24, 255])
      await page.getByRole("heading", { name: "Methods at their best learning rates" }).waitFor()
    })
  })

  for (const theme of ["light", "dark"] as const) {
    test(`shows a database that is chosen, and refuses what is none; axe finds nothing wrong (${theme})`, async () => {
      const seen = await playground.visit("#sweep", { theme }, async (page) => {
        await input(page).setInputFiles(join(folder, "sweep.sqlite"))
        await page.getByText("sweep.sqlite: 14 of 16 runs done, 2 diverged.").waitFor()
        const shown = await violations(page)
        const svgs = await page.evaluate<readonly string[]>(
          `Promise.all([...document.querySelectorAll("figure a")].map(async ({ href }) => (await fetch(href)).text()))`
        )
        await drop(page, "noise", "nothing of the kind")
        const alert = await page.getByRole("alert").textContent()
        const refused = await violations(page)
        await page.getByRole("button", { name: "Back to the example" }).click()
        await page.getByText(/^An example/).waitFor()
        return { shown, svgs, alert, refused }
      })
      expect(seen.svgs).toEqual(content("figure", ".svg"))
      expect(seen.shown).toEqual([])
      expect(seen.refused).toEqual([])
      expect(seen.alert).toMatch(/^noise cannot be shown: it is neither a database nor JSON\. Expected is/)
    })
  }
})
