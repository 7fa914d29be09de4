/**
 * What the paper's methods reach on digits in about a minute, beside what was last published in `published.json`. Prints
 * a table in Markdown, and into the summary of a GitHub job where it runs in one; exit code 1 when something got worse.
 *
 *   bun run quality [--update]
 *
 * `--update` publishes what was found instead of comparing it.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { losses, type Reached, tableOf } from "./compare.ts"

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const main = here("../../packages/dualcone/src/main.ts")

/** Runs the sweep in a folder of its own. */
function reached(): readonly Reached[] {
  const folder = mkdtempSync(join(tmpdir(), "dualcone-quality-"))
  try {
    const stdio = ["ignore", "pipe", "inherit"] as const
    const args = [main, "sweep", here("sweep.json"), "--out", join(folder, "sweep")]
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", stdio: [...stdio] })
    if (status !== 0) throw new Error(`the sweep ended with code ${status}`)
    const { results }: { readonly results: readonly Row[] } = JSON.parse(stdout)
    return results.map(({ aggregator, area, testAccuracy }) => {
      return { aggregator, area: area.mean, testAccuracy: testAccuracy.mean }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What of a sweep's summary is read. */
interface Row {
  readonly aggregator: string
  readonly area: { readonly mean: number }
  readonly testAccuracy: { readonly mean: number }
}

const found = reached()
if (process.argv.includes("--update")) {
  writeFileSync(here("published.json"), `${JSON.stringify(found, null, 2)}\n`)
  process.stdout.write(tableOf(found, []))
} else {
  const published: readonly Reached[] = JSON.parse(readFileSync(here("published.json"), "utf8"))
  const table = tableOf(found, published)
  process.stdout.write(table)
  const { GITHUB_STEP_SUMMARY } = process.env
  if (GITHUB_STEP_SUMMARY !== undefined) appendFileSync(GITHUB_STEP_SUMMARY, `${table}\n`)
  const worse = losses(found, published)
  for (const sentence of worse) process.stderr.write(`quality: ${sentence}\n`)
  if (worse.length > 0) process.exitCode = 1
}
