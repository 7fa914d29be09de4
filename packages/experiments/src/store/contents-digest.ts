/**
 * One line that says whether two databases hold the same results.
 *
 * @module
 */
import { createHash } from "node:crypto"
import type { DatabaseSync } from "node:sqlite"

const ROWS = `
select run, status, diverged_at, area, final_loss, similarity, certified, test_loss, test_accuracy, digest, losses,
  similarities
from results join curves using (run) order by run`

/**
 * SHA-256 in hexadecimal over all results and their curves, sorted by the id of the run, without times. A sweep that
 * was interrupted and one that was not have the same; failures and the order of runs do not count.
 */
export function contentsDigest(database: DatabaseSync): string {
  return rowsDigest(database, ROWS)
}

/** SHA-256 in hexadecimal over the rows of a query: names, and values to their last bit. */
export function rowsDigest(database: DatabaseSync, query: string): string {
  const hash = createHash("sha256")
  const number = new DataView(new ArrayBuffer(8))
  for (const row of database.prepare(query).iterate()) {
    for (const [name, value] of Object.entries(row)) {
      hash.update(`${name}:`)
      if (typeof value === "number") {
        number.setFloat64(0, value, true)
        hash.update(new Uint8Array(number.buffer))
      } else if (value instanceof Uint8Array) hash.update(`${value.byteLength}:`).update(value)
      else hash.update(`${value};`)
    }
  }
  return hash.digest("hex")
}
