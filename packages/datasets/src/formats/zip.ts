/**
 * ZIP archives (PKWARE's APPNOTE 6.3): stored and deflated entries, read through the directory at the end. No
 * encryption, no parts, no ZIP64.
 */

import { InputError } from "@dualcone/wasm"
import { crc32 } from "./crc32.ts"
import { checkEntryPath } from "./entry-path.ts"
import { inflate } from "./inflate.ts"

/** A file of an archive. Nothing of it has been inflated yet. */
export interface ZipEntry {
  readonly path: string
  /** Bytes when inflated, as the directory says. */
  readonly size: number
  readonly checksum: number
  readonly deflated: boolean
  /** Where its local header begins. */
  readonly offset: number
  /** As it lies in the archive. */
  readonly packed: Uint8Array
}

const END_SIGNATURE = 0x06054b50
const END_BYTES = 22
const DIRECTORY_SIGNATURE = 0x02014b50
const DIRECTORY_BYTES = 46
const LOCAL_SIGNATURE = 0x04034b50
const LOCAL_BYTES = 30
const LONGEST_COMMENT = 0xffff
const ENCRYPTED = 0x0001
const UTF8 = 0x0800

/**
 * The files of an archive in the order of its directory, without the folders. Nothing is inflated.
 *
 * @param largest the most bytes that an entry may have when inflated
 * @param name names the archive in errors
 * @throws InputError when the archive is truncated or damaged, needs what is not read here, a path leaves the archive or
 * occurs twice, an entry is larger than `largest`, or entries overlap (as in archives that inflate to a multiple of
 * themselves).
 */
export function readZip(bytes: Uint8Array, largest: number, name = "the ZIP archive"): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const { count, start, end } = findDirectory(view, name)
  const decode = { utf8: new TextDecoder(), plain: new TextDecoder("latin1") }
  const entries: ZipEntry[] = []
  const paths = new Set<string>()
  let position = start
  for (let i = 0; i < count; i++) {
    const place = (what: string) => `the ${what} of entry ${i} of ${name}`
    if (position + DIRECTORY_BYTES > end || view.getUint32(position, true) !== DIRECTORY_SIGNATURE) {
      const rule = `the directory holds ${count} entries`
      throw new InputError({ place: `the number of entries of ${name}`, value: i, rule })
    }
    const flags = view.getUint16(position + 8, true)
    const method = view.getUint16(position + 10, true)
    const packedSize = view.getUint32(position + 20, true)
    const size = view.getUint32(position + 24, true)
    const pathBytes = view.getUint16(position + 28, true)
    const next =
      position + DIRECTORY_BYTES + pathBytes + view.getUint16(position + 30, true) + view.getUint16(position + 32, true)
    if (next > end) {
      throw new InputError({ place: place("end"), value: next, rule: `the directory ends at byte ${end}` })
    }
    const rawPath = bytes.subarray(position + DIRECTORY_BYTES, position + DIRECTORY_BYTES + pathBytes)
    const path = checkEntryPath(flags & UTF8 ? decode.utf8.decode(rawPath) : decode.plain.decode(rawPath), name)
    if (paths.has(path)) throw new InputError({ place: place("path"), value: path, rule: "it must occur once" })
    paths.add(path)
    if (flags & ENCRYPTED)
      throw new InputError({ place: place("flags"), value: flags, rule: "it must not be encrypted" })
    if (method !== 0 && method !== 8) {
      throw new InputError({ place: place("method"), value: method, rule: "it must be 0 (stored) or 8 (deflated)" })
    }
    if (size > largest) {
      throw new InputError({ place: place("size"), value: size, rule: `at most ${largest} bytes are expected` })
    }
    if (method === 0 && size !== packedSize) {
      throw new InputError({ place: place("size"), value: size, rule: `${packedSize} bytes are stored` })
    }
    const offset = view.getUint32(position + 42, true)
    const from = contentStart(view, offset, start, place("local header"))
    if (from + packedSize > start) {
      throw new InputError({
        place: place("end"),
        value: from + packedSize,
        rule: `the directory begins at byte ${start}`
      })
    }
    const packed = bytes.subarray(from, from + packedSize)
    if (!path.endsWith("/")) {
      entries.push({
        path,
        size,
        checksum: view.getUint32(position + 16, true),
        deflated: method === 8,
        offset,
        packed
      })
    }
    position = next
  }
  if (position !== end) {
    const rule = `its ${count} entries end at byte ${position}`
    throw new InputError({ place: `the end of the directory of ${name}`, value: end, rule })
  }
  checkApart(entries, bytes.byteOffset, name)
  return entries
}

/**
 * The content of an entry.
 *
 * @throws InputError when it is damaged, or is not of the size and checksum of the directory.
 */
export async function readZipEntry(entry: ZipEntry, archive = "the ZIP archive"): Promise<Uint8Array> {
  const name = `${entry.path} in ${archive}`
  const content = entry.deflated ? await inflate(entry.packed, "deflate-raw", name, entry.size) : entry.packed
  if (content.length !== entry.size) {
    throw new InputError({ place: `the length of ${name}`, value: content.length, rule: `it must be ${entry.size}` })
  }
  const checksum = crc32(content)
  if (checksum !== entry.checksum) {
    throw new InputError({ place: `the CRC-32 of ${name}`, value: checksum, rule: `it must be ${entry.checksum}` })
  }
  return content
}

function findDirectory(view: DataView, name: string) {
  const last = view.byteLength - END_BYTES
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE || view.getUint16(at + 20, true) !== last - at) continue
    const count = view.getUint16(at + 10, true)
    const size = view.getUint32(at + 12, true)
    const start = view.getUint32(at + 16, true)
    const parts = view.getUint16(at + 4, true) + view.getUint16(at + 6, true)
    if (parts !== 0 || view.getUint16(at + 8, true) !== count || count === 0xffff || start === 0xffffffff) {
      throw new InputError({ place: name, value: "in parts or ZIP64", rule: "it must be one plain ZIP archive" })
    }
    if (start + size !== at) {
      const rule = `its ${size} bytes must end at byte ${at}`
      throw new InputError({ place: `the start of the directory of ${name}`, value: start, rule })
    }
    return { count, start, end: at }
  }
  const value = `${view.byteLength} bytes without the end of a directory`
  throw new InputError({ place: name, value, rule: "it must be a whole ZIP archive" })
}

/** Where the content behind a local header begins. */
function contentStart(view: DataView, offset: number, end: number, place: string): number {
  if (offset + LOCAL_BYTES > end || view.getUint32(offset, true) !== LOCAL_SIGNATURE) {
    throw new InputError({ place, value: `byte ${offset}`, rule: "a local header must begin there" })
  }
  return offset + LOCAL_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
}

function checkApart(entries: readonly ZipEntry[], origin: number, name: string): void {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset)
  for (const [i, { offset, path }] of sorted.entries()) {
    const before = sorted[i - 1]
    if (before === undefined) continue
    const end = before.packed.byteOffset - origin + before.packed.length
    if (offset >= end) continue
    const rule = `${before.path} ends at byte ${end}, and entries must not overlap`
    throw new InputError({ place: `the offset of ${path} in ${name}`, value: offset, rule })
  }
}
