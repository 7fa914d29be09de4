/**
 * MAT-files of version 5 (MathWorks, "MAT-File Format"), little-endian, with real arrays of bytes or doubles:
 *
 * | bytes | content |
 * |---|---|
 * | 0 to 123 | a text and an offset that mean nothing here |
 * | 124 to 127 | version 0x0100, and `IM` for little-endian |
 * | the rest | elements: type and size, 4 bytes each, then the content |
 *
 * A compressed element (type 15) is a zlib stream of one element. An array (type 14) is a sequence of elements, each
 * filled up to 8 bytes: flags, dimensions, name, entries, first dimension fastest. Up to four bytes of content may stand
 * in the place of the size, which then shares its four bytes with the type.
 */

import { InputError } from "@dualcone/wasm"
import { inflate } from "./inflate.ts"

/** An array with its dimensions. */
export interface MatArray {
  readonly shape: readonly number[]
  /** As many entries as the product of the dimensions, first dimension fastest. */
  readonly data: Uint8Array | Float64Array
}

const HEADER_BYTES = 128
const COMPRESSED = 15
const MATRIX = 14
const INT8 = 1
const UINT8 = 2
const INT32 = 5
const UINT32 = 6
const DOUBLE = 9
/** Classes of arrays: entries that are doubles or bytes to MATLAB. Doubles that are bytes are stored as such. */
const CLASSES: readonly number[] = [6, 9]
const COMPLEX = 0x08

/**
 * The arrays of a file, by name.
 *
 * @param limit the most bytes that an element may have when inflated
 * @param name names the file in errors
 * @throws InputError when the file is truncated or damaged, or holds anything else than real arrays of bytes or doubles.
 */
export async function readMat(
  bytes: Uint8Array,
  limit: number,
  name = "the MAT-file"
): Promise<ReadonlyMap<string, MatArray>> {
  if (bytes.length < HEADER_BYTES) {
    const rule = `the header of a MAT-file takes ${HEADER_BYTES} bytes`
    throw new InputError({ place: `the length of ${name}`, value: bytes.length, rule })
  }
  const version = Array.from(bytes.subarray(124, 128), (byte) => byte.toString(16).padStart(2, "0")).join(" ")
  if (version !== "00 01 49 4d") {
    const rule = "bytes 124 to 127 of a little-endian MAT-file of version 5 are 00 01 49 4d"
    throw new InputError({ place: `the version of ${name}`, value: version, rule })
  }
  const arrays = new Map<string, MatArray>()
  const elements = new Elements(bytes.subarray(HEADER_BYTES), name)
  while (elements.left > 0) {
    const outer = elements.next(false)
    const array = outer.type === COMPRESSED ? await inflated(outer, limit, name) : outer
    if (array.type !== MATRIX) {
      throw new InputError({
        place: `the type of an element of ${name}`,
        value: array.type,
        rule: "it must be 14, an array"
      })
    }
    const { key, ...content } = readArray(array.content, name)
    if (arrays.has(key))
      throw new InputError({ place: `the array ${key} of ${name}`, value: key, rule: "it must occur once" })
    arrays.set(key, content)
  }
  return arrays
}

interface Element {
  readonly type: number
  readonly content: Uint8Array
}

/** A sequence of elements. */
class Elements {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #name: string
  #position = 0

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#name = name
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#bytes.length - this.#position
  }

  /** The next element; what is inside an array is filled up to 8 bytes, the elements of the file are not. */
  next(filled: boolean): Element {
    this.#check(8)
    const tag = this.#view.getUint32(this.#position, true)
    const short = tag >>> 16
    if (short > 4) {
      const rule = "at most 4 bytes stand in the place of the size"
      throw new InputError({ place: `the size of a small element of ${this.#name}`, value: short, rule })
    }
    if (short > 0) {
      const content = this.#bytes.subarray(this.#position + 4, this.#position + 4 + short)
      this.#position += 8
      return { type: tag & 0xffff, content }
    }
    const size = this.#view.getUint32(this.#position + 4, true)
    const room = filled ? Math.ceil(size / 8) * 8 : size
    this.#check(8 + room)
    const start = this.#position + 8
    this.#position = start + room
    return { type: tag, content: this.#bytes.subarray(start, start + size) }
  }

  #check(needed: number): void {
    if (this.left >= needed) return
    const rule = `its next element takes ${needed} bytes`
    throw new InputError({ place: `what is left of ${this.#name}`, value: this.left, rule })
  }
}

async function inflated({ content }: Element, limit: number, name: string): Promise<Element> {
  const elements = new Elements(await inflate(content, "deflate", `a compressed element of ${name}`, limit), name)
  const element = elements.next(false)
  if (elements.left === 0) return element
  const rule = "a compressed element holds one element"
  throw new InputError({ place: `the end of a compressed element of ${name}`, value: `${elements.left} bytes`, rule })
}

function readArray(content: Uint8Array, name: string): MatArray & { readonly key: string } {
  const elements = new Elements(content, name)
  const take = (type: number, what: string) => {
    const element = elements.next(true)
    if (element.type === type) return element.content
    const place = `the type of the ${what} of an array of ${name}`
    throw new InputError({ place, value: element.type, rule: `it must be ${type}` })
  }
  const flags = take(UINT32, "flags")
  const [kind = 0, attributes = 0] = flags
  if (flags.length !== 8 || !CLASSES.includes(kind) || attributes & COMPLEX) {
    const rule = "it must be 6 or 9, a real array of doubles or bytes"
    throw new InputError({ place: `the class of an array of ${name}`, value: kind, rule })
  }
  const dimensions = take(INT32, "dimensions")
  const view = new DataView(dimensions.buffer, dimensions.byteOffset, dimensions.length)
  const shape = Array.from({ length: dimensions.length >>> 2 }, (_, d) => view.getInt32(4 * d, true))
  const key = String.fromCharCode(...take(INT8, "name").subarray(0, 63))
  const place = (what: string) => `the ${what} of the array ${key} of ${name}`
  if (shape.length < 2 || dimensions.length % 4 !== 0 || shape.some((size) => size < 0)) {
    throw new InputError({
      place: place("shape"),
      value: shape,
      rule: "it must have at least two dimensions, none negative"
    })
  }
  const { type, content: entries } = elements.next(true)
  if (type !== UINT8 && type !== DOUBLE) {
    throw new InputError({ place: place("type"), value: type, rule: "it must be 2 (bytes) or 9 (doubles)" })
  }
  const data = type === UINT8 ? entries : doubles(entries)
  const count = shape.reduce((product, size) => product * size, 1)
  if (data.length !== count || (type === DOUBLE && entries.length % 8 !== 0)) {
    throw new InputError({
      place: place("length"),
      value: data.length,
      rule: `${shape.join(" x ")} entries are needed`
    })
  }
  if (elements.left > 0) {
    throw new InputError({
      place: place("end"),
      value: `${elements.left} bytes`,
      rule: "nothing must follow the entries"
    })
  }
  return { key, shape, data }
}

function doubles(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Float64Array.from({ length: bytes.length >>> 3 }, (_, i) => view.getFloat64(8 * i, true))
}
