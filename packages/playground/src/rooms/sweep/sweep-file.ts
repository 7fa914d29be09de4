/**
 * A sweep in a file, whichever of the two kinds it is.
 *
 * @module
 */
import { type Curves, ResultRow } from "@dualcone/experiments/charts"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** Rows of a sweep, and the curves of those that are asked for. */
export interface SweepFile extends Disposable {
  readonly rows: readonly ResultRow[]
  curves(run: string): Curves
}

/** A file is not a sweep, or not a whole one. */
export class NotASweep extends Error {
  constructor(file: string, reason: string) {
    super(
      `${file} cannot be shown: ${reason}. Expected is sweep.sqlite from the folder of a sweep, or what dualcone sweep FOLDER --export prints.`
    )
    this.name = "NotASweep"
  }
}

const decodeRows = Schema.decodeUnknownResult(Schema.Array(ResultRow))

/** @throws {NotASweep} for rows of another shape */
export function checkedRows(rows: unknown, file: string): readonly ResultRow[] {
  const decoded = decodeRows(rows)
  if (Result.isSuccess(decoded)) return decoded.success
  throw new NotASweep(file, `a run is not as sweeps have it: ${oneLine(decoded.failure.message)}`)
}

/** The first words of a message, on one line. */
export function oneLine(message: string): string {
  const line = message.replace(/\s+/g, " ").trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
