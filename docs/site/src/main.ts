/**
 * Builds the site into `docs/site/dist`, static, to be served from any folder or opened as files.
 *
 *   bun run docs
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { join, relative } from "node:path"
import { buildSite, siteFolder } from "./build.ts"
import { root } from "./entries.ts"

/** What an example prints, run now. */
function outputOf(example: string): string {
  console.error(`running ${example}`)
  const { status, error, stdout, stderr } = spawnSync(process.execPath, [example], {
    cwd: join(root, "examples"),
    encoding: "utf8"
  })
  if (status !== 0) throw new Error(`${example}: ${error?.message ?? `${stdout}${stderr}`}`)
  return stdout
}

await buildSite(siteFolder, outputOf)
console.log(`${relative(process.cwd(), join(siteFolder, "index.html"))}`)
