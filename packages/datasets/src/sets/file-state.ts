/**
 * Whether the files of a set are there, and are the official ones.
 */

import { InputError } from "@dualcone/wasm"
import { sha256 } from "../checksum.ts"
import { isGzip } from "../formats/gzip.ts"
import { inflate } from "../formats/inflate.ts"
import { readSource } from "../source.ts"
import { namesOf, within } from "./folder.ts"
import type { DatasetFile } from "./record.ts"

/** What was found of a file. */
export type FileState =
  | { readonly state: "missing" }
  | { readonly state: "official" | "recompressed"; readonly path: string; readonly bytes: number }
  | { readonly state: "wrong"; readonly path: string; readonly bytes: number; readonly reason: string }

/** The most bytes of content that are inflated to take their checksum. */
const LARGEST_CONTENT = 2 ** 26

/** Looks for a file in a folder, under each name that it may have there. */
export async function fileState(file: DatasetFile, folder: string | URL): Promise<FileState> {
  for (const name of namesOf(file)) {
    const place = within(folder, name)
    const path = String(place)
    const bytes = await readSource(place)
    if (bytes === undefined) continue
    const reason = await differenceOf(file, bytes)
    const found = { path, bytes: bytes.length }
    return typeof reason === "string" ? { state: "wrong", ...found, reason } : { ...reason, ...found }
  }
  return { state: "missing" }
}

/** In what bytes differ from the official file, as a clause; or that they are as good as it. */
export async function differenceOf(
  file: DatasetFile,
  bytes: Uint8Array
): Promise<string | { readonly state: "official" | "recompressed" }> {
  const { bytes: expected, largest, contentSha256 } = file
  if (bytes.length > largest) return `it has ${bytes.length} bytes; at most ${largest} are expected`
  const wrongLength = expected !== undefined && bytes.length !== expected
  if (wrongLength && contentSha256 === undefined) return `it has ${bytes.length} bytes; ${expected} are expected`
  const seen = await sha256(bytes)
  if (seen === file.sha256) return { state: "official" }
  if (contentSha256 === undefined) return `its SHA-256 is ${seen}; ${file.sha256} is expected`
  const content = await contentOf(bytes, file.name)
  if (typeof content === "string") return content
  const inside = await sha256(content)
  if (inside === contentSha256) return { state: "recompressed" }
  return `the SHA-256 of its content is ${inside}; ${contentSha256} is expected`
}

async function contentOf(bytes: Uint8Array, name: string): Promise<Uint8Array | string> {
  if (!isGzip(bytes)) return bytes
  try {
    return await inflate(bytes, "gzip", name, LARGEST_CONTENT)
  } catch (error) {
    if (error instanceof InputError) return "it is no whole gzip file of the expected size"
    throw error
  }
}
