/**
 * IDX, the file format of MNIST and its relatives (LeCun, Cortes, Burges, "The MNIST database of handwritten digits"):
 *
 * | bytes | content |
 * |---|---|
 * | 0, 1 | zero |
 * | 2 | type of the entries; 0x08, unsigned bytes, is the one read here |
 * | 3 | d, the number of dimensions |
 * | 4 to 3 + 4 d | the dimensions, each a big-endian unsigned 32-bit number |
 * | the rest | the entries, last dimension fastest |
 */

import { InputError } from "@dualcone/wasm"
import { gunzip, gunzipStart, isGzip } from "./gzip.ts"

/** An array of bytes with its dimensions, the first of which counts the examples. */
export interface IdxArray {
  readonly shape: readonly number[]
  /** As many entries as the product of the dimensions, last dimension fastest. */
  readonly data: Uint8Array
}

const UNSIGNED_BYTES = 0x08
const LONGEST_HEADER = 4 + 4 * 255
const LARGEST_ARRAY = 2 ** 30

/**
 * The array of an uncompressed IDX file, in the memory of `bytes`.
 *
 * @throws InputError when the magic number, the type, a dimension or the length is not as the format asks; an array
 * holds 1 to 2^30 entries.
 */
export function readIdx(bytes: Uint8Array, name = "the IDX file"): IdxArray {
  const { shape, start, length } = readHeader(bytes, name)
  if (bytes.length !== length) {
    throw new InputError({
      place: `the length of ${name}`,
      value: bytes.length,
      rule: `its header (${shape.join(" x ")}) asks for exactly ${length} bytes`
    })
  }
  return { shape, data: bytes.subarray(start, length) }
}

/**
 * The uncompressed content of an IDX file that may be gzipped, which its first bytes tell. Inflates no more than the
 * header inside asks for.
 *
 * @throws InputError when the gzip stream is damaged, its header is not IDX or it holds more than the header says.
 */
export async function inflateIdx(bytes: Uint8Array, name = "the IDX file"): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes
  const { length } = readHeader(await gunzipStart(bytes, name, LONGEST_HEADER), name)
  return gunzip(bytes, name, length)
}

/**
 * The bytes of an uncompressed IDX file.
 *
 * @throws InputError when the dimensions are not 1 to 255 integers from 1 to 2^32 - 1 whose product is the number of
 * entries.
 */
export function writeIdx({ shape, data }: IdxArray): Uint8Array<ArrayBuffer> {
  if (shape.length < 1 || shape.length > 255) {
    throw new InputError({ place: "the shape", value: shape, rule: "an IDX file has 1 to 255 dimensions" })
  }
  for (const [d, size] of shape.entries()) {
    if (!Number.isSafeInteger(size) || size < 1 || size >= 2 ** 32) {
      throw new InputError({ place: `dimension ${d}`, value: size, rule: "it must be an integer from 1 to 2^32 - 1" })
    }
  }
  const entries = shape.reduce((product, size) => product * size, 1)
  if (data.length !== entries) {
    throw new InputError({ place: "the number of entries", value: data.length, rule: `${shape.join(" x ")} is asked` })
  }
  const start = 4 + 4 * shape.length
  const bytes = new Uint8Array(start + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(2, UNSIGNED_BYTES)
  view.setUint8(3, shape.length)
  for (const [d, size] of shape.entries()) view.setUint32(4 + 4 * d, size)
  bytes.set(data, start)
  return bytes
}

interface Header {
  readonly shape: readonly number[]
  /** Where the entries begin. */
  readonly start: number
  /** Of the whole file. */
  readonly length: number
}

function readHeader(bytes: Uint8Array, name: string): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  checkLength(bytes, 4, name)
  if (view.getUint16(0) !== 0) {
    const magic = `0x${view.getUint32(0).toString(16).padStart(8, "0")}`
    throw new InputError({ place: `the magic number of ${name}`, value: magic, rule: "IDX begins with two zero bytes" })
  }
  if (view.getUint8(2) !== UNSIGNED_BYTES) {
    throw new InputError({
      place: `the type byte (byte 2) of ${name}`,
      value: view.getUint8(2),
      rule: "it must be 8, unsigned bytes"
    })
  }
  const dimensions = view.getUint8(3)
  if (dimensions === 0) {
    throw new InputError({
      place: `the number of dimensions (byte 3) of ${name}`,
      value: 0,
      rule: "it must be at least 1"
    })
  }
  const start = 4 + 4 * dimensions
  checkLength(bytes, start, name)
  const shape = Array.from({ length: dimensions }, (_, d) => view.getUint32(4 + 4 * d))
  let entries = 1
  for (const [d, size] of shape.entries()) {
    if (size === 0) {
      throw new InputError({ place: `dimension ${d} of ${name}`, value: 0, rule: "it must be at least 1" })
    }
    // Below 2^30 * 2^32, hence exact.
    entries *= size
    if (entries > LARGEST_ARRAY) {
      throw new InputError({
        place: `the shape of ${name}`,
        value: shape,
        rule: `the product of the dimensions must be at most 2^30`
      })
    }
  }
  return { shape, start, length: start + entries }
}

function checkLength(bytes: Uint8Array, needed: number, name: string): void {
  if (bytes.length < needed) {
    throw new InputError({
      place: `the length of ${name}`,
      value: bytes.length,
      rule: `the header of an IDX file takes ${needed} bytes`
    })
  }
}
