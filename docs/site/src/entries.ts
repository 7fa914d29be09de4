/**
 * What can be imported: every entry of every public package.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** The root of the repository. */
export const root = join(import.meta.dirname, "..", "..", "..")

/** A module that users import. */
export interface Entry {
  /** `dualcone/effect`. */
  readonly name: string
  /** Its source. */
  readonly file: string
}

/** The order in which packages are read: what several export is documented where it comes first, its home. */
const homes = ["wasm", "aggregation", "datasets", "network", "webgpu", "descent", "experiments", "dualcone"]

/** All entries that are published. */
export function publicEntries(): readonly Entry[] {
  const folders = readdirSync(join(root, "packages")).sort()
  const ordered = [...homes, ...folders.filter((folder) => !homes.includes(folder))]
  return ordered.flatMap((folder) => {
    const manifest: Manifest = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"))
    if (manifest.private === true) return []
    const published = Object.keys(manifest.publishConfig?.exports ?? {})
    return published.map((key) => ({
      name: join(manifest.name, key),
      file: join(root, "packages", folder, manifest.exports[key] ?? "")
    }))
  })
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports: Readonly<Record<string, string>>
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, unknown>> }
}
