/**
 * Files of data sets in folders: which bytes are the official ones.
 */

import { InputError } from "@dualcone/wasm"
import { checkSha256 } from "../checksum.ts"
import { readSource } from "../source.ts"
import type { DatasetFile, SourceRecord, Split } from "./record.ts"

/** Bytes of a file, and what errors call it. */
export interface FoundFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** A file within a folder. */
export function within(folder: string | URL, file: string): string | URL {
  if (folder instanceof URL) return new URL(file, folder.href.endsWith("/") ? folder : `${folder.href}/`)
  return `${folder.replace(/[\\/]+$/, "")}/${file}`
}

/** The names under which a file may lie in its folder, the preferred one first. */
export function namesOf({ name, contentSha256 }: DatasetFile): readonly string[] {
  return contentSha256 === undefined ? [name] : [name, name.replace(/\.gz$/, "")]
}

/**
 * A file of a set, not checked yet but for its length.
 *
 * @throws InputError when it is missing, unreadable or too long.
 */
export async function readFileOf(record: SourceRecord, file: DatasetFile, folder: string | URL): Promise<FoundFile> {
  for (const name of namesOf(file)) {
    const place = within(folder, name)
    const bytes = await readSource(place)
    if (bytes === undefined) continue
    if (bytes.length > file.largest) {
      const rule = `${file.name} of ${record.title} has at most ${file.largest}`
      throw new InputError({ place: `the length of ${place}`, value: bytes.length, rule })
    }
    return { name: String(place), bytes }
  }
  const [preferred = file.name, ...others] = namesOf(file)
  const or = others.length === 0 ? "" : ` (or ${others.join(", ")})`
  const packaged =
    record.packaged === undefined
      ? ""
      : `; Debian's package ${record.packaged.name} puts them in ${record.packaged.folder}`
  const rule = `the folder must hold the official files of ${record.title}: "dualcone data ${record.name}" says which, and fetches them${packaged}`
  throw new InputError({ place: `${within(folder, preferred)}${or}`, value: undefined, rule })
}

/**
 * A file of a set whose bytes must be the official ones.
 *
 * @throws InputError when it is missing, unreadable, or another file by its length or SHA-256.
 */
export async function readOfficial(record: SourceRecord, file: DatasetFile, folder: string | URL): Promise<FoundFile> {
  const found = await readFileOf(record, file, folder)
  if (file.bytes !== undefined && found.bytes.length !== file.bytes) {
    const rule = `the official ${record.title} has ${file.bytes} bytes there`
    throw new InputError({ place: `the length of ${found.name}`, value: found.bytes.length, rule })
  }
  await checkSha256(found.bytes, file.sha256, found.name, `the official ${record.title}`)
  return found
}

/** The file of that name among those of a record. */
export function fileNamed(record: SourceRecord, name: string): DatasetFile {
  const file = record.files.find((candidate) => candidate.name === name)
  if (file !== undefined) return file
  throw new InputError({ place: `the file ${name} of ${record.title}`, value: undefined, rule: "its record has none" })
}

/**
 * The split itself.
 *
 * @throws InputError when it is neither of the two.
 */
export function checkSplit(record: { readonly title: string }, split: Split): Split {
  if (split === "train" || split === "test") return split
  const place = `the split of ${record.title}`
  throw new InputError({ place, value: split, rule: 'it must be "train" or "test"' })
}
