/**
 * What `dualcone sweep FOLDER --export` prints: `{"sweep", "digest", "runs": […]}`, a run with the columns of its row, its
 * aggregator and optimizer as objects, and its curves.
 *
 * @module
 */
import type { Curves } from "@dualcone/experiments/charts"
import * as Predicate from "effect/Predicate"
import { checkedRows, NotASweep, type SweepFile } from "./sweep-file.ts"

/** @throws {NotASweep} for any other text */
export function readExport(text: string, file: string): SweepFile {
  const runs = runsOf(text, file)
  const curves = new Map<string, Curves>()
  const rows = runs.map(({ losses, similarities, ...row }) => {
    const values = (name: string, entries: unknown) => {
      if (!Array.isArray(entries)) throw new NotASweep(file, `the ${name} of the run ${row.run} are no list`)
      // JSON has no NaN and no infinity: it has null there.
      return Float64Array.from(entries, (entry: unknown) => (typeof entry === "number" ? entry : Number.NaN))
    }
    curves.set(String(row.run), {
      losses: values("losses", losses),
      similarities: values("similarities", similarities)
    })
    return { ...row, aggregator: JSON.stringify(row.aggregator), optimizer: JSON.stringify(row.optimizer) }
  })
  const nothing: Curves = { losses: new Float64Array(0), similarities: new Float64Array(0) }
  return { rows: checkedRows(rows, file), curves: (run) => curves.get(run) ?? nothing, [Symbol.dispose]() {} }
}

function runsOf(text: string, file: string): readonly Readonly<Record<string, unknown>>[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new NotASweep(file, "it is neither a database nor JSON")
  }
  if (!Predicate.hasProperty(value, "runs") || !Array.isArray(value.runs)) {
    throw new NotASweep(file, "its JSON has no list of runs")
  }
  return value.runs.map((run: unknown, i) => {
    if (isRecord(run)) return run
    throw new NotASweep(file, `run ${i + 1} of its list is no object`)
  })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
