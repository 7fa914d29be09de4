/** Tables of a sweep: their numbers by hand, and Markdown and CSV that others can read. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import * as Effect from "effect/Effect"
import {
  csvTable,
  markdownTable,
  resultTable,
  runTable,
  SweepStore,
  settingsOf,
  type Table,
  timeTable
} from "../src/index.ts"
import { divergedResult, doneResult, type Plant, plantSweep } from "./planted-sweep.ts"
import { temporaryFolder } from "./temporary-folder.ts"

// Every result that is planted waits for the disk.
setDefaultTimeout(60_000)

const sweep = {
  data: [{ name: "digits", examples: 128, epochs: 2 }],
  seeds: [0, 1],
  aggregators: ["mean", "upgrad", "mgda"],
  learningRates: [0.1, 1]
}

async function settingsWith(plant: Plant) {
  using folder = temporaryFolder()
  await plantSweep(folder.path, sweep, plant)
  const rows = SweepStore.use((store) => store.rows)
  return settingsOf(await Effect.runPromise(rows.pipe(Effect.provide(SweepStore.layer(folder.path)))))
}

/** Loss 4 for the mean, 2 or 4 by seed for UPGrad, both better at 0.1; UPGrad takes twice the time; MGDA diverges. */
const plant: Plant = ({ group: { label, seed }, learningRate }) => {
  if (label === "mgda") return divergedResult
  const loss = (label === "mean" ? 4 : 2 + 2 * seed) * (learningRate === 1 ? 2 : 1)
  const result = doneResult(new Float64Array(8).fill(loss), new Float64Array(8).fill(0.5), 2)
  return { ...result, milliseconds: label === "mean" ? 3000 : 6000, testAccuracy: 0.75 }
}

/** The cells of a row by their columns. */
const rowOf = ({ columns, rows }: Table, method: string) => {
  const row = rows.find((cells) => cells.includes(method))
  return Object.fromEntries(columns.map((name, i) => [name, row?.[i]]))
}

describe("tables", () => {
  test("results: best rates, means and errors, best area first, what is not there empty", async () => {
    const table = resultTable(await settingsWith(plant))
    expect(table.rows.map((row) => row[3])).toEqual(["UPGrad", "Mean", "MGDA"])
    // Areas 4 and 8 over two epochs: mean 6, error sqrt((4 + 4) / 1 / 2) = 2; the mean's is 8.
    expect(rowOf(table, "UPGrad")).toMatchObject({
      ...{ Seeds: 2, "Least best rate": 0.1, "Largest best rate": 0.1 },
      ...{ Area: 6, "Area ±": 2, "Area / mean's": 0.75, "Final loss": 3, "Final loss ±": 1 },
      ...{ Similarity: 0.5, "Similarity ±": 0, "Test accuracy": 0.75, "Test loss": null }
    })
    expect(rowOf(table, "MGDA")).toMatchObject({ Seeds: 0, "Least best rate": null, Area: null, "Area / mean's": null })
  })

  test("runs: counts, iterations and hours", async () => {
    const table = runTable(await settingsWith(plant))
    expect(rowOf(table, "MNIST digits")).toEqual({
      ...{ "Data set": "MNIST digits", Optimizer: "SGD", "Batch size": 32, Methods: 3, Seeds: 2 },
      ...{ Runs: 12, Done: 8, Diverged: 4, Epochs: 2, "Iterations a run": 8 },
      // Four runs of 3 s, four of 6 s, four diverged of 1 s.
      ...{ Hours: 40 / 3600, "Hours a seed": 20 / 3600 }
    })
  })

  test("times: medians of runs that are done, and their ratio to the mean's", async () => {
    const table = timeTable(await settingsWith(plant))
    expect(rowOf(table, "Mean")).toMatchObject({ Runs: 4, "Seconds an epoch": 1.5, "Ratio to the mean": 1 })
    expect(rowOf(table, "UPGrad")).toMatchObject({ "Seconds an epoch": 3, "Ratio to the mean": 2 })
    expect(table.rows).toHaveLength(2)
    const without = timeTable(await settingsWith((run) => (run.group.label === "mean" ? null : plant(run))))
    expect(rowOf(without, "UPGrad")["Ratio to the mean"]).toBeNull()
  })

  const table: Table = {
    name: "t",
    title: "T",
    columns: ["a", "b"],
    rows: [
      ['x|y, "z"', 0.000123456],
      ["w", null],
      ["v", 12_345]
    ],
    note: "N."
  }

  test("Markdown has aligned columns, short numbers and escaped bars", () => {
    expect(markdownTable(table).split("\n")).toEqual([
      ...["### T", ""],
      "| a         |        b |",
      "| --------- | -------: |",
      '| x\\|y, "z" | 0.000123 |',
      "| w         |        - |",
      "| v         |   12,345 |",
      ...["", "N.", ""]
    ])
  })

  test("Markdown joins errors to their means, and leaves out columns without a value", () => {
    const columns = ["m", "a", "a ±", "b", "b ±"]
    const joined = markdownTable({
      ...table,
      columns,
      rows: [
        ["x", 1.5, 0.25, null, null],
        ["y", 2.5, null, null, null]
      ]
    })
    expect(joined.split("\n").slice(2, 6)).toEqual([
      "| m   |            a |",
      "| --- | -----------: |",
      "| x   | 1.50 ± 0.250 |",
      "| y   |         2.50 |"
    ])
  })

  test("CSV has full precision and quoted fields", () => {
    expect(csvTable(table)).toBe('a,b\r\n"x|y, ""z""",0.000123456\r\nw,\r\nv,12345\r\n')
  })
})
