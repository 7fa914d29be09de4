/**
 * tar archives of plain files (POSIX ustar, and what GNU tar writes for short names): blocks of 512 bytes, a header and
 * the content of each file, at the end at least two blocks of zeros.
 *
 * | bytes of a header | content |
 * |---|---|
 * | 0 to 99 | path, ended by a zero where it is shorter |
 * | 124 to 135 | size of the content, octal |
 * | 148 to 155 | sum of the header's bytes, octal, these eight counted as spaces |
 * | 156 | type: `0` or zero a file, `5` a folder |
 * | 257 to 261 | `ustar` |
 * | 345 to 499 | POSIX only: what stands before the path, and a `/` |
 */

import { InputError } from "@dualcone/wasm"
import { checkEntryPath } from "./entry-path.ts"

const BLOCK = 512

/**
 * The files of an uncompressed archive, by path, in the memory of `bytes`.
 *
 * @param name names the archive in errors
 * @throws InputError when the archive is truncated or damaged, an entry is neither file nor folder, a path leaves the
 * archive, or two files have the same path.
 */
export function readTar(bytes: Uint8Array, name = "the tar archive"): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  let position = 0
  for (;;) {
    const header = bytes.subarray(position, position + BLOCK)
    if (header.length < BLOCK) {
      const rule = "two blocks of zeros must end a tar archive, after the last entry"
      throw new InputError({ place: `the length of ${name}`, value: bytes.length, rule })
    }
    position += BLOCK
    if (header.every((byte) => byte === 0)) break
    const { path, size, isFile } = readHeader(header, position - BLOCK, name)
    const content = bytes.subarray(position, position + size)
    if (content.length < size) {
      const rule = `the content of ${path} ends at byte ${position + size}`
      throw new InputError({ place: `the length of ${name}`, value: bytes.length, rule })
    }
    position += Math.ceil(size / BLOCK) * BLOCK
    if (!isFile) continue
    if (files.has(path)) {
      throw new InputError({ place: `the path of an entry of ${name}`, value: path, rule: "it must occur once" })
    }
    files.set(path, content)
  }
  const rest = bytes.subarray(position)
  if (rest.length < BLOCK || rest.some((byte) => byte !== 0)) {
    const rule = "a second block of zeros, and zeros only, must follow the first"
    throw new InputError({ place: `the end of ${name}`, value: `${rest.length} bytes`, rule })
  }
  return files
}

interface Header {
  readonly path: string
  readonly size: number
  readonly isFile: boolean
}

function readHeader(header: Uint8Array, at: number, name: string): Header {
  const place = (what: string) => `the ${what} of the tar header at byte ${at} of ${name}`
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0)
  const stated = octal(header.subarray(148, 156), place("checksum"))
  if (sum !== stated) {
    throw new InputError({ place: place("checksum"), value: stated, rule: `its bytes add up to ${sum}` })
  }
  if (text(header.subarray(257, 262)) !== "ustar") {
    throw new InputError({ place: place("magic"), value: text(header.subarray(257, 262)), rule: 'it must be "ustar"' })
  }
  const type = text(header.subarray(156, 157))
  const size = octal(header.subarray(124, 136), place("size"))
  if (type !== "" && type !== "0" && type !== "5") {
    throw new InputError({ place: place("type"), value: type, rule: "entries must be plain files and folders" })
  }
  // GNU tar has other things in the place of the prefix.
  const prefix = header[262] === 0 ? text(header.subarray(345, 500)) : ""
  const path = text(header.subarray(0, 100))
  const isFile = type !== "5"
  return { path: checkEntryPath(prefix === "" ? path : `${prefix}/${path}`, name), size: isFile ? size : 0, isFile }
}

/** The characters before the first zero. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return String.fromCharCode(...bytes.subarray(0, end < 0 ? bytes.length : end))
}

function octal(bytes: Uint8Array, place: string): number {
  const digits = text(bytes).trim()
  if (/^[0-7]{1,12}$/.test(digits)) return Number.parseInt(digits, 8)
  throw new InputError({ place, value: digits, rule: "it must be an octal number" })
}
