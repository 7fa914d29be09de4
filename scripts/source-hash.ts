/**
 * What the committed WebAssembly module was built from, as the lines of a SHA256SUMS file: one source a line,
 * sorted by path, so that `sha256sum --check` reads it too and a stale module names the sources that changed.
 *
 * `bun scripts/source-hash.ts` prints the lines for this tree.
 *
 * @module
 */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"

/** The root of the repository. */
export const root: string = fileURLToPath(new URL("..", import.meta.url))

const BUILD = [
  "Cargo.lock",
  "Cargo.toml",
  "crates/interior-point/nonnegative-cone.patch",
  "scripts/build-wasm.sh"
] as const

/** Paths, from the root and sorted, of everything the module depends on: crates (without their tests) and build. */
export function moduleSources(): readonly string[] {
  const crates = readdirSync(join(root, "crates"), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const files = crates.flatMap(({ name }) => {
    const sources = readdirSync(join(root, "crates", name, "src"), { recursive: true, withFileTypes: true })
    const paths = sources
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    return [`crates/${name}/Cargo.toml`, ...paths]
  })
  return [...BUILD, ...files].sort()
}

/** One line a source: the SHA-256 of its bytes in hexadecimal, two spaces, its path. */
export function sourceHashes(): string {
  return moduleSources()
    .map(
      (path) =>
        `${createHash("sha256")
          .update(readFileSync(join(root, path)))
          .digest("hex")}  ${path}\n`
    )
    .join("")
}

if (import.meta.main) process.stdout.write(sourceHashes())
