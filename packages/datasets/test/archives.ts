/** Writes small files in the true formats, each part of which a test may spoil. */
import { deflateRawSync, deflateSync } from "node:zlib"
import { encode } from "jpeg-js"
import { crc32 } from "../src/formats/crc32.ts"

const ascii = (text: string) => new TextEncoder().encode(text)

/** The bytes one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts))
}

/** An entry of a tar archive; what is not given is as GNU tar writes it. */
export interface TarEntry {
  readonly path: string
  readonly content?: Uint8Array
  readonly type?: string
  readonly prefix?: string
  /** In place of the true one. */
  readonly size?: string
  readonly magic?: string
}

/** A tar archive, ended by two blocks of zeros. */
export function makeTar(entries: readonly TarEntry[], end = 1024): Uint8Array<ArrayBuffer> {
  const blocks = entries.flatMap(({ path, content = new Uint8Array(), type = "0", prefix = "", size, magic }) => {
    const header = new Uint8Array(512)
    header.set(ascii(path).subarray(0, 100))
    header.set(ascii("0000644\0"), 100)
    header.set(ascii(size ?? `${content.length.toString(8).padStart(11, "0")}\0`), 124)
    header.set(ascii("        "), 148)
    header.set(ascii(type), 156)
    header.set(ascii(magic ?? "ustar\u000000"), 257)
    header.set(ascii(prefix), 345)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.set(ascii(`${sum.toString(8).padStart(6, "0")}\0 `), 148)
    return [header, content, new Uint8Array((512 - (content.length % 512)) % 512)]
  })
  return joined(...blocks, new Uint8Array(end))
}

/** A file of a ZIP archive; what is not given is true. */
export interface ZipFile {
  readonly path: string
  readonly content: Uint8Array
  readonly stored?: boolean
  readonly size?: number
  readonly checksum?: number
  readonly method?: number
  readonly flags?: number
  /** The path whose local header the directory points to. */
  readonly sameAs?: string
}

/** A ZIP archive with a directory at its end. */
export function makeZip(files: readonly ZipFile[], comment = ""): Uint8Array<ArrayBuffer> {
  const offsets = new Map<string, number>()
  const locals: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let position = 0
  for (const file of files) {
    const { path, content, stored = false, flags = 0, sameAs } = file
    const packed = stored ? content : new Uint8Array(deflateRawSync(content))
    const { method = stored ? 0 : 8, size = content.length, checksum = crc32(content) } = file
    const name = ascii(path)
    const fields = (view: DataView, at: number) => {
      view.setUint16(at, 20, true)
      view.setUint16(at + 2, flags, true)
      view.setUint16(at + 4, method, true)
      view.setUint32(at + 10, checksum, true)
      view.setUint32(at + 14, packed.length, true)
      view.setUint32(at + 18, size, true)
      view.setUint16(at + 22, name.length, true)
    }
    const offset = offsets.get(sameAs ?? "") ?? position
    if (sameAs === undefined) {
      const local = new DataView(new ArrayBuffer(30))
      local.setUint32(0, 0x04034b50, true)
      fields(local, 4)
      const bytes = joined(new Uint8Array(local.buffer), name, packed)
      locals.push(bytes)
      offsets.set(path, position)
      position += bytes.length
    }
    const entry = new DataView(new ArrayBuffer(46))
    entry.setUint32(0, 0x02014b50, true)
    fields(entry, 6)
    entry.setUint32(42, offset, true)
    directory.push(joined(new Uint8Array(entry.buffer), name))
  }
  const listed = joined(...directory)
  const end = new DataView(new ArrayBuffer(22))
  end.setUint32(0, 0x06054b50, true)
  end.setUint16(8, files.length, true)
  end.setUint16(10, files.length, true)
  end.setUint32(12, listed.length, true)
  end.setUint32(16, position, true)
  end.setUint16(20, comment.length, true)
  return joined(...locals, listed, new Uint8Array(end.buffer), ascii(comment))
}

/** An array of a MAT-file; what is not given is as MATLAB writes it. */
export interface MatVariable {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Uint8Array | Float64Array
  /** Class of the array. */
  readonly kind?: number
  /** Type of the entries. */
  readonly type?: number
  readonly flags?: number
  readonly plain?: boolean
}

/** The header of a MAT-file of version 5. */
export function matHeader(version = Uint8Array.of(0, 1, 0x49, 0x4d)): Uint8Array<ArrayBuffer> {
  return joined(ascii("MATLAB 5.0 MAT-file, made by a test".padEnd(124)), version)
}

/** A MAT-file of version 5, its arrays compressed unless they are `plain`. */
export function makeMat(variables: readonly MatVariable[], header = matHeader()): Uint8Array<ArrayBuffer> {
  const elements = variables.map(({ name, shape, data, kind, type, flags = 0, plain = false }) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const isBytes = data instanceof Uint8Array
    const content = joined(
      matElement(6, Uint8Array.of(kind ?? (isBytes ? 9 : 6), flags, 0, 0, 0, 0, 0, 0)),
      matElement(5, new Uint8Array(Int32Array.from(shape).buffer)),
      matElement(1, ascii(name)),
      matElement(type ?? (isBytes ? 2 : 9), bytes)
    )
    const array = matElement(14, content)
    return plain ? array : matElement(15, new Uint8Array(deflateSync(array)), false)
  })
  return joined(header, ...elements)
}

/** One element, in the short form where its content has one to four bytes. */
export function matElement(type: number, content: Uint8Array, filled = true): Uint8Array<ArrayBuffer> {
  if (filled && content.length > 0 && content.length <= 4) {
    return joined(
      new Uint8Array(Uint16Array.of(type, content.length).buffer),
      content,
      new Uint8Array(4 - content.length)
    )
  }
  const filling = filled ? (8 - (content.length % 8)) % 8 : 0
  return joined(new Uint8Array(Uint32Array.of(type, content.length).buffer), content, new Uint8Array(filling))
}

/** A baseline JPEG image whose pixels are those of `colour`, by jpeg-js's encoder in its best quality. */
export function makeJpeg(
  height: number,
  width: number,
  colour: (row: number, column: number) => readonly [red: number, green: number, blue: number]
): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(4 * height * width)
  for (let pixel = 0; pixel < height * width; pixel++) {
    data.set([...colour(Math.floor(pixel / width), pixel % width), 255], 4 * pixel)
  }
  return new Uint8Array(encode({ width, height, data }, 100).data)
}
