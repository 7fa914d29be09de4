/**
 * Safetensors, the file format in which weights move between PyTorch and here.
 *
 * | bytes | content |
 * |---|---|
 * | 0 to 7 | N, a little-endian unsigned 64-bit number, at most 100,000,000 |
 * | 8 to N + 7 | a JSON object in UTF-8, padded with spaces: for each tensor `{"dtype", "shape", "data_offsets"}`, and `"__metadata__"`, strings by name |
 * | the rest | the tensors, little-endian, rows first; together they fill it without holes or overlap |
 *
 * Source: https://github.com/huggingface/safetensors, section "Format". Typed arrays have the machine's byte order:
 * this module is for little-endian machines, as are all that run WebAssembly engines today.
 */

import { InputError } from "@dualcone/wasm"

/** The array that holds each type of entry. */
const ARRAYS = {
  F64: Float64Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array
} as const

/** The types of entries read and written here. */
export type Dtype = keyof typeof ARRAYS

interface DataOf {
  F64: Float64Array
  I64: BigInt64Array
  U64: BigUint64Array
  F32: Float32Array
  I32: Int32Array
  U32: Uint32Array
  /** The raw bits of IEEE binary16. */
  F16: Uint16Array
  /** The raw bits: the upper half of a binary32. */
  BF16: Uint16Array
  I16: Int16Array
  U16: Uint16Array
  I8: Int8Array
  U8: Uint8Array
  /** 0 is false. */
  BOOL: Uint8Array
}

/** A named array with its shape, rows first. F16 and BF16 are raw bits: see {@link toFloat32}. */
export type Tensor = {
  readonly [D in Dtype]: {
    readonly name: string
    readonly dtype: D
    /** Empty for a scalar. */
    readonly shape: readonly number[]
    /** As many entries as the product of the shape. */
    readonly data: DataOf[D]
  }
}[Dtype]

/** What a file holds. */
export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>
  /** By name, in the order of their data. */
  readonly tensors: ReadonlyMap<string, Tensor>
}

const LONGEST_HEADER = 100_000_000
/** Of objects and arrays in the header; the format itself needs three. */
const DEEPEST = 16
const METADATA = "__metadata__"

/**
 * The tensors of a safetensors file. Their data are views of `bytes` where the memory is aligned, copies elsewhere.
 *
 * @param name how errors call the file
 * @throws InputError naming the tensor and the value when the file breaks any rule of the format, has a type not listed
 * here, or the name `__proto__`.
 */
export function readSafetensors(bytes: Uint8Array, name = "the safetensors file"): SafetensorsFile {
  const { header, start } = readHeader(bytes, name)
  const dataBytes = bytes.length - start
  const entries: Entry[] = []
  let metadata: Readonly<Record<string, string>> = {}
  for (const [key, value] of Object.entries(header)) {
    if (key === METADATA) metadata = checkMetadata(value, name)
    else entries.push(checkEntry(key, value, dataBytes, name))
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end || (a.name < b.name ? -1 : 1))
  const tensors = new Map<string, Tensor>()
  let position = 0
  for (const entry of entries) {
    if (entry.begin !== position) {
      throw new InputError({
        place: `the begin of the data of ${entry.place}`,
        value: entry.begin,
        rule: `the data before end at ${position}: tensors must follow one another without holes or overlap`
      })
    }
    position = entry.end
    tensors.set(entry.name, view(entry, bytes, start + entry.begin))
  }
  if (position !== dataBytes) {
    throw new InputError({
      place: `the number of data bytes of ${name}`,
      value: dataBytes,
      rule: `its tensors end at ${position} and must fill it`
    })
  }
  return { metadata, tensors }
}

/**
 * The bytes of a safetensors file. Tensors stand by descending size of an entry, then by name, and the header is padded
 * with spaces to a multiple of 8 bytes, so that a reader can view all of them in place. The same tensors in any order
 * give the same bytes.
 *
 * @throws InputError when two tensors share a name, a name or a metadata value is not well-formed Unicode, a name is
 * `__metadata__` or `__proto__`, or the data do not have the type and number of entries that dtype and shape ask for.
 */
export function writeSafetensors(
  tensors: Iterable<Tensor>,
  metadata: Readonly<Record<string, string>> = {}
): Uint8Array<ArrayBuffer> {
  const order = [...tensors]
  const seen = new Set<string>()
  for (const tensor of order) checkTensor(tensor, seen)
  order.sort(
    (a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  )
  const checked = Object.entries(checkMetadata(metadata, "the file to write"))
  const members = checked.length === 0 ? [] : [`"${METADATA}":${JSON.stringify(metadata)}`]
  let length = 0
  for (const { name, dtype, shape, data } of order) {
    const begin = length
    length += data.byteLength
    // Member by member: an object would put names like "0" first.
    const information = { dtype, shape, data_offsets: [begin, length] }
    members.push(`${JSON.stringify(name)}:${JSON.stringify(information)}`)
  }
  const json = new TextEncoder().encode(`{${members.join(",")}}`)
  const headerLength = 8 * Math.ceil(json.length / 8)
  if (headerLength > LONGEST_HEADER) {
    throw new InputError({
      place: "the length of the header to write",
      value: headerLength,
      rule: `it must be at most ${LONGEST_HEADER} bytes`
    })
  }
  const file = new Uint8Array(8 + headerLength + length).fill(0x20, 8 + json.length, 8 + headerLength)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true)
  file.set(json, 8)
  let offset = 8 + headerLength
  for (const { data } of order) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset)
    offset += data.byteLength
  }
  return file
}

/** The entries as float64; the tensor's own data when they are. Integers beyond 2^53 are rounded to nearest. */
export function toFloat64(tensor: Tensor): Float64Array {
  switch (tensor.dtype) {
    case "F64":
      return tensor.data
    case "F16":
    case "BF16":
      return Float64Array.from(toFloat32(tensor))
    case "I64":
    case "U64":
      return Float64Array.from(tensor.data, Number)
    case "BOOL":
      return Float64Array.from(tensor.data, (byte) => (byte === 0 ? 0 : 1))
    default:
      return Float64Array.from(tensor.data)
  }
}

/** The entries as float32, rounded to nearest (64-bit integers by way of float64); the tensor's own data when they are. */
export function toFloat32(tensor: Tensor): Float32Array {
  switch (tensor.dtype) {
    case "F32":
      return tensor.data
    case "F16":
      return Float32Array.from(tensor.data, float16)
    case "BF16":
      return new Float32Array(Uint32Array.from(tensor.data, (bits) => bits << 16).buffer)
    case "I64":
    case "U64":
      return Float32Array.from(toFloat64(tensor))
    case "BOOL":
      return Float32Array.from(tensor.data, (byte) => (byte === 0 ? 0 : 1))
    default:
      return Float32Array.from(tensor.data)
  }
}

/** The value of IEEE binary16 bits: (-1)^s 2^(e - 15) (1 + f / 1024), and (-1)^s 2^-14 f / 1024 for e = 0. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * 2 ** -24 * fraction
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * 2 ** (exponent - 25) * (1024 + fraction)
}

interface Entry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** In bytes from the start of the data. */
  readonly begin: number
  readonly end: number
  /** How errors call it. */
  readonly place: string
}

function readHeader(bytes: Uint8Array, name: string): { readonly header: object; readonly start: number } {
  if (bytes.length < 8) {
    throw new InputError({ place: `the length of ${name}`, value: bytes.length, rule: "it must be at least 8 bytes" })
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  const room = Math.min(bytes.length - 8, LONGEST_HEADER)
  if (length < 2 || length > room) {
    const limit = room < LONGEST_HEADER ? "the bytes that follow it" : "the format's limit"
    const rule = `it must be at least 2 and at most ${room}, ${limit}`
    throw new InputError({ place: `the header length of ${name}`, value: length, rule })
  }
  const start = 8 + Number(length)
  const place = `the header of ${name}`
  if (bytes[8] !== 0x7b) {
    throw new InputError({ place: `the first byte of ${place}`, value: bytes[8], rule: "it must be 123, a brace" })
  }
  refuseDepth(bytes.subarray(8, start), place)
  let text: string
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.slice(8, start))
  } catch (cause) {
    throw new InputError({ place, value: cause, rule: "it must be UTF-8" })
  }
  let header: unknown
  try {
    header = JSON.parse(text)
  } catch (cause) {
    throw new InputError({ place, value: cause, rule: "it must be JSON" })
  }
  if (!isObject(header)) throw new InputError({ place, value: header, rule: "it must be a JSON object" })
  refuseDuplicates(text, place)
  return { header, start }
}

/** Refuses deep nesting, over which JSON.parse and whoever walks its result could spend long or exhaust the stack. */
function refuseDepth(json: Uint8Array, place: string): void {
  let depth = 0
  let quoted = false
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (byte === 0x22) quoted = !quoted
    else if (quoted) i += byte === 0x5c ? 1 : 0
    else if (byte === 0x7b || byte === 0x5b) depth++
    else if (byte === 0x7d || byte === 0x5d) depth--
    if (depth > DEEPEST) {
      throw new InputError({ place: `the depth of ${place}`, value: depth, rule: `it must be at most ${DEEPEST}` })
    }
  }
}

/**
 * Refuses a name given twice in one object, of which JSON.parse keeps the last only: two readers could then see two
 * different tensors in one file. The text is known to be JSON.
 */
function refuseDuplicates(text: string, place: string): void {
  const open: (Set<string> | undefined)[] = []
  let previous = ""
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? ""
    if (character === " " || character === "\n" || character === "\r" || character === "\t") continue
    const names = open.at(-1)
    if (character === "{") open.push(new Set())
    else if (character === "[") open.push(undefined)
    else if (character === "}" || character === "]") open.pop()
    else if (character === '"') {
      const begin = i
      for (i++; text[i] !== '"'; i++) if (text[i] === "\\") i++
      if (names !== undefined && (previous === "{" || previous === ",")) {
        const name: string = JSON.parse(text.slice(begin, i + 1))
        if (names.has(name))
          throw new InputError({ place: `a name in ${place}`, value: name, rule: "it is there twice" })
        names.add(name)
      }
    }
    previous = character
  }
}

function checkEntry(name: string, value: unknown, dataBytes: number, file: string): Entry {
  const place = `tensor ${JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}...` : name)} of ${file}`
  checkName(name, `the name of ${place}`)
  if (!isObject(value))
    throw new InputError({ place, value, rule: "it must be an object of dtype, shape, data_offsets" })
  const { dtype, shape, data_offsets: offsets }: { dtype?: unknown; shape?: unknown; data_offsets?: unknown } = value
  if (!isDtype(dtype)) throw unknownDtype(dtype, place)
  const entries = checkShape(shape, place)
  if (!isCounts(offsets) || offsets.length !== 2) {
    const rule = "they must be two non-negative integers, begin and end"
    throw new InputError({ place: `the data_offsets of ${place}`, value: offsets, rule })
  }
  const [begin = 0, end = 0] = offsets
  if (begin > end || end > dataBytes) {
    const rule = `begin must not be behind end, nor end behind the file's ${dataBytes} data bytes`
    throw new InputError({ place: `the data_offsets of ${place}`, value: offsets, rule })
  }
  if (end - begin !== entries.count * ARRAYS[dtype].BYTES_PER_ELEMENT) {
    throw new InputError({
      place: `the number of bytes of ${place}`,
      value: end - begin,
      rule: `${dtype} of shape [${entries.shape.join(", ")}] takes ${entries.count * ARRAYS[dtype].BYTES_PER_ELEMENT}`
    })
  }
  return { name, dtype, shape: entries.shape, begin, end, place }
}

function checkShape(shape: unknown, place: string): { readonly shape: readonly number[]; readonly count: number } {
  if (!isCounts(shape)) {
    throw new InputError({ place: `the shape of ${place}`, value: shape, rule: "it must be non-negative integers" })
  }
  let count = 1
  for (const size of shape) count *= size
  // Eight times the count is the largest number of bytes, and must be exact too.
  if (!Number.isSafeInteger(8 * count)) {
    throw new InputError({ place: `the shape of ${place}`, value: shape, rule: "its product must be below 2^50" })
  }
  return { shape, count }
}

function checkName(name: string, place: string): void {
  if (name === "__proto__" || name === METADATA) {
    throw new InputError({ place, value: name, rule: "this name is reserved" })
  }
  if (!name.isWellFormed()) {
    throw new InputError({ place, value: name, rule: "it must be well-formed Unicode" })
  }
}

function checkMetadata(value: unknown, file: string): Readonly<Record<string, string>> {
  const place = `the metadata of ${file}`
  if (!isObject(value)) throw new InputError({ place, value, rule: "it must be an object of strings" })
  const metadata: Record<string, string> = {}
  for (const [key, text] of Object.entries(value)) {
    checkName(key, `a name in ${place}`)
    if (typeof text !== "string" || !text.isWellFormed()) {
      const rule = "it must be a string of well-formed Unicode"
      throw new InputError({ place: `${JSON.stringify(key)} in ${place}`, value: text, rule })
    }
    metadata[key] = text
  }
  return metadata
}

function checkTensor({ name, dtype, shape, data }: Tensor, seen: Set<string>): void {
  const place = `tensor ${JSON.stringify(name)}`
  checkName(name, `the name of ${place}`)
  if (seen.has(name)) throw new InputError({ place: "the name of a tensor", value: name, rule: "two tensors have it" })
  seen.add(name)
  if (!isDtype(dtype)) throw unknownDtype(dtype, place)
  const { count } = checkShape(shape, place)
  const array = ARRAYS[dtype].name
  if (data[Symbol.toStringTag] !== array || data.length !== count) {
    const rule = `${dtype} of shape [${shape.join(", ")}] is a ${array} of ${count}`
    throw new InputError({ place: `the data of ${place}`, value: data, rule })
  }
}

function view({ name, dtype, shape, begin, end }: Entry, bytes: Uint8Array, at: number): Tensor {
  const aligned = (bytes.byteOffset + at) % ARRAYS[dtype].BYTES_PER_ELEMENT === 0
  const view = bytes.subarray(at, at + end - begin)
  const part = aligned ? view : new Uint8Array(view) // a copy even of Node's Buffer, whose own slice is a view
  const { buffer, byteOffset: offset } = part
  const length = (end - begin) / ARRAYS[dtype].BYTES_PER_ELEMENT
  switch (dtype) {
    case "F64":
      return { name, dtype, shape, data: new Float64Array(buffer, offset, length) }
    case "I64":
      return { name, dtype, shape, data: new BigInt64Array(buffer, offset, length) }
    case "U64":
      return { name, dtype, shape, data: new BigUint64Array(buffer, offset, length) }
    case "F32":
      return { name, dtype, shape, data: new Float32Array(buffer, offset, length) }
    case "I32":
      return { name, dtype, shape, data: new Int32Array(buffer, offset, length) }
    case "U32":
      return { name, dtype, shape, data: new Uint32Array(buffer, offset, length) }
    case "F16":
    case "BF16":
    case "U16":
      return { name, dtype, shape, data: new Uint16Array(buffer, offset, length) }
    case "I16":
      return { name, dtype, shape, data: new Int16Array(buffer, offset, length) }
    case "I8":
      return { name, dtype, shape, data: new Int8Array(buffer, offset, length) }
    case "U8":
    case "BOOL":
      return { name, dtype, shape, data: new Uint8Array(buffer, offset, length) }
  }
}

function unknownDtype(value: unknown, place: string): InputError {
  const rule = `it must be one of ${Object.keys(ARRAYS).join(", ")}`
  return new InputError({ place: `the dtype of ${place}`, value, rule })
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === "string" && Object.hasOwn(ARRAYS, value)
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0))
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
