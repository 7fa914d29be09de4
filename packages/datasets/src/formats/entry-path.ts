/**
 * Paths inside archives. Nothing here is ever written to a disk under such a path, but an archive that tries to leave
 * its folder is not what it claims to be.
 */

import { InputError } from "@dualcone/wasm"

/**
 * The path itself, when it stays inside: relative, with `/` between its parts, none of them `..` or `.`. A folder may
 * end with `/`.
 *
 * @param archive names the archive in the error
 * @throws InputError for anything else.
 */
export function checkEntryPath(path: string, archive: string): string {
  const parts = path.replace(/\/$/, "").split("/")
  const inside = parts.every((part) => part !== "" && part !== "." && part !== "..")
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  if (inside && !/[\\:\u0000-\u001f]/.test(path)) return path
  throw new InputError({
    place: `the path of an entry of ${archive}`,
    value: path,
    rule: "it must be relative and stay inside the archive"
  })
}
