/**
 * From the bytes of a file to figures and tables.
 *
 * @module
 */
import {
  bestRuns,
  csvTable,
  drawChart,
  nothingToDraw,
  settingsOf,
  shownColumns,
  sweepCharts
} from "@dualcone/experiments/charts"
import { InputError, loadWasm } from "@dualcone/wasm"
import type { Request, Shown } from "./protocol.ts"
import { isDatabase, readDatabase } from "./read-database.ts"
import { readExport } from "./read-export.ts"
import { NotASweep, oneLine, type SweepFile } from "./sweep-file.ts"

/**
 * Figures and tables of a sweep.
 *
 * @param sqlite address of SQLite's WebAssembly module
 * @throws {NotASweep} for any other file, and for a sweep of which no run is done
 */
export async function showSweep({ name, bytes }: Request, sqlite: string): Promise<Shown> {
  const { functions } = await loadWasm()
  using file = await readSweep(name, bytes, sqlite)
  const { rows } = file
  const nothing = nothingToDraw(rows)
  if (nothing !== null) throw new NotASweep(name, nothing.message)
  return checked(name, () => {
    const settings = settingsOf(rows)
    const curves = new Map(bestRuns(settings).map((run) => [run, file.curves(run)]))
    const { charts, tables } = sweepCharts(settings, curves)
    const count = (status: "done" | "diverged") => rows.filter((row) => row.status === status).length
    return {
      file: name,
      runs: { planned: rows.length, done: count("done"), diverged: count("diverged") },
      figures: charts.map((chart) => {
        const { id, title, remarks } = chart
        return { id, title, remarks, svg: drawChart(chart, functions.log) }
      }),
      tables: tables.map((table) => {
        const { name: id, title, note } = table
        return { name: id, title, note, columns: shownColumns(table), csv: csvTable(table) }
      })
    }
  })
}

function readSweep(name: string, bytes: Uint8Array, sqlite: string): SweepFile | Promise<SweepFile> {
  if (bytes.length === 0) throw new NotASweep(name, "it is empty")
  return isDatabase(bytes) ? readDatabase(bytes, name, sqlite) : readExport(new TextDecoder().decode(bytes), name)
}

/** Rows that no sweep would write can still break a rule of a figure. */
function checked<A>(name: string, draw: () => A): A {
  try {
    return draw()
  } catch (error) {
    if (error instanceof NotASweep) throw error
    const reason = error instanceof InputError ? error.message : `its rows cannot be drawn (${String(error)})`
    throw new NotASweep(name, oneLine(reason))
  }
}
