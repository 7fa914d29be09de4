/**
 * The segments of a JPEG file (ITU-T T.81, annex B) up to the scan: tables, frame, and where the scan begins.
 */

import { InputError } from "@dualcone/wasm"
import { type HuffmanTable, huffmanTable } from "./huffman.ts"

/** One of the three planes: luminance, then the two of colour. */
export interface JpegComponent {
  readonly identifier: number
  /** Samples of this plane for each of the coarsest plane: 1 or 2, across and down. */
  readonly across: number
  readonly down: number
  /** 64 divisors of the coefficients, in zigzag order. */
  readonly quantization: Uint16Array
  readonly dc: HuffmanTable
  readonly ac: HuffmanTable
}

/** Everything that stands before the scan. */
export interface JpegFrame {
  readonly components: readonly JpegComponent[]
  /** Groups of blocks between two restart markers; 0: there are none. */
  readonly restartInterval: number
  /** The first byte of the scan. */
  readonly scan: number
}

interface Start {
  readonly identifier: number
  readonly across: number
  readonly down: number
  readonly table: number
}

const START_OF_IMAGE = 0xd8
const END_OF_IMAGE = 0xd9
const START_OF_SCAN = 0xda
const QUANTIZATION = 0xdb
const HUFFMAN = 0xc4
const RESTART_INTERVAL = 0xdd
const ADOBE = 0xee
/** Frames whose coefficients come once, by Huffman codes, with 8 bits a sample. */
const SEQUENTIAL: readonly number[] = [0xc0, 0xc1]
const OTHER_FRAMES: readonly number[] = [0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]

/**
 * Reads the segments of an image that must be `height` x `width`, sequential, in one scan, with luminance and two planes
 * of colour.
 *
 * @param name names the image in errors
 * @throws InputError when it is not.
 */
export function readFrame(bytes: Uint8Array, height: number, width: number, name: string): JpegFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const last = bytes.length - 2
  const marker = (at: number) => (at >= 0 && at <= last && bytes[at] === 0xff ? (bytes[at + 1] ?? 0) : undefined)
  if (marker(0) !== START_OF_IMAGE || marker(last) !== END_OF_IMAGE) {
    const value = `${bytes.length} bytes`
    throw new InputError({ place: name, value, rule: "a JPEG image begins with FF D8 and ends with FF D9" })
  }
  const quantizations = new Map<number, Uint16Array>()
  const tables = new Map<number, HuffmanTable>()
  let starts: readonly Start[] | undefined
  let restartInterval = 0
  for (let at = 2; ; ) {
    const kind = marker(at)
    // The length of a segment counts the two bytes that hold it.
    const length = kind === undefined || at + 4 > bytes.length ? 0 : view.getUint16(at + 2)
    if (kind === undefined || length < 2 || at + 2 + length > bytes.length || OTHER_FRAMES.includes(kind)) {
      const value = kind === undefined ? undefined : `the marker ${kind.toString(16)} at byte ${at}`
      const rule = "whole segments of a sequential JPEG image are expected up to its scan"
      throw new InputError({ place: `the next segment of ${name}`, value, rule })
    }
    const segment = bytes.subarray(at + 4, at + 2 + length)
    at += 2 + length
    if (kind === QUANTIZATION) readQuantizations(segment, quantizations, name)
    else if (kind === HUFFMAN) readHuffmanTables(segment, tables, name)
    else if (kind === RESTART_INTERVAL) restartInterval = 256 * (segment[0] ?? 0) + (segment[1] ?? 0)
    else if (kind === ADOBE) checkTransform(segment, name)
    else if (SEQUENTIAL.includes(kind)) {
      if (starts !== undefined) throw wrongFrame(name, "a second one", "an image has one")
      starts = readStart(segment, height, width, name)
    } else if (kind === START_OF_SCAN) {
      if (starts === undefined) throw wrongFrame(name, undefined, "it must stand before the scan")
      return { components: readScan(segment, starts, quantizations, tables, name), restartInterval, scan: at }
    }
  }
}

function wrongFrame(name: string, value: unknown, rule: string): InputError {
  return new InputError({ place: `the frame of ${name}`, value, rule })
}

function readStart(segment: Uint8Array, height: number, width: number, name: string): readonly Start[] {
  const [precision = 0, rowsHigh = 0, rowsLow = 0, columnsHigh = 0, columnsLow = 0, count = 0] = segment
  if (precision !== 8 || count !== 3 || segment.length !== 6 + 3 * count) {
    throw wrongFrame(name, `${count} components of ${precision} bits`, "3 components of 8 bits are expected")
  }
  const size = [256 * rowsHigh + rowsLow, 256 * columnsHigh + columnsLow]
  if (size[0] !== height || size[1] !== width) {
    const rule = `it must be ${height} x ${width}`
    throw new InputError({ place: `the size (height, width) of ${name}`, value: size, rule })
  }
  const starts = [0, 1, 2].map((i): Start => {
    const [identifier = 0, sampling = 0, table = 0] = segment.subarray(6 + 3 * i, 9 + 3 * i)
    return { identifier, across: sampling >>> 4, down: sampling & 15, table }
  })
  const [luminance, ...colours] = starts.map(({ across, down }) => `${across}x${down}`)
  if (/^[12]x[12]$/.test(luminance ?? "") && colours.every((sampling) => sampling === "1x1")) return starts
  const value = [luminance, ...colours].join(", ")
  const rule = "luminance has once or twice as many samples as colour, across and down"
  throw new InputError({ place: `the sampling of ${name}`, value, rule })
}

function readScan(
  segment: Uint8Array,
  starts: readonly Start[],
  quantizations: ReadonlyMap<number, Uint16Array>,
  tables: ReadonlyMap<number, HuffmanTable>,
  name: string
): readonly JpegComponent[] {
  const wrong = (value: unknown) => {
    const rule = "one scan of all three components, with the tables that it names, is expected"
    return new InputError({ place: `the scan of ${name}`, value, rule })
  }
  if (segment[0] !== 3 || segment.length !== 10) throw wrong(`${segment[0]} components`)
  return starts.map(({ identifier, across, down, table }, i) => {
    const [named, selected = 0] = segment.subarray(1 + 2 * i, 3 + 2 * i)
    const quantization = quantizations.get(table)
    const dc = tables.get(selected >>> 4)
    const ac = tables.get(16 + (selected & 15))
    if (named === identifier && quantization !== undefined && dc !== undefined && ac !== undefined) {
      return { identifier, across, down, quantization, dc, ac }
    }
    throw wrong(`component ${named}`)
  })
}

function readQuantizations(segment: Uint8Array, into: Map<number, Uint16Array>, name: string): void {
  for (let at = 0; at < segment.length; ) {
    const head = segment[at] ?? 0
    const wide = head >>> 4
    const size = 64 * (1 + wide)
    const entries = segment.subarray(at + 1, at + 1 + size)
    if (wide > 1 || entries.length < size) throw wrongTable(name, "quantization", head)
    into.set(
      head & 15,
      Uint16Array.from({ length: 64 }, (_, i) => {
        return wide === 0 ? (entries[i] ?? 0) : 256 * (entries[2 * i] ?? 0) + (entries[2 * i + 1] ?? 0)
      })
    )
    at += 1 + size
  }
}

function readHuffmanTables(segment: Uint8Array, into: Map<number, HuffmanTable>, name: string): void {
  for (let at = 0; at < segment.length; ) {
    const head = segment[at] ?? 0
    const counts = segment.subarray(at + 1, at + 17)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const symbols = segment.subarray(at + 17, at + 17 + total)
    const table = counts.length === 16 && symbols.length === total ? huffmanTable(counts, symbols) : undefined
    if (table === undefined || head > 0x1f) throw wrongTable(name, "Huffman", head)
    // Tables of coefficients beyond the first have 16 added to their number.
    into.set(head, table)
    at += 17 + total
  }
}

function wrongTable(name: string, kind: string, number: number): InputError {
  return new InputError({ place: `a ${kind} table of ${name}`, value: number, rule: "it must be whole and valid" })
}

/** Adobe's segment may say that the planes are red, green and blue, which is not read here. */
function checkTransform(segment: Uint8Array, name: string): void {
  const adobe = String.fromCharCode(...segment.subarray(0, 5)) === "Adobe"
  if (!adobe || segment[11] === 1) return
  const rule = "luminance and two planes of colour are expected"
  throw new InputError({ place: `the colour transform of ${name}`, value: segment[11], rule })
}
