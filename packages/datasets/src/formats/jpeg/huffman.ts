/**
 * Huffman codes of JPEG (ITU-T T.81, annexes C and F.2.2): up to 16 bits, shorter ones first, in order.
 */

import { InputError } from "@dualcone/wasm"

const LONGEST = 16
/** Codes of up to so many bits are looked up at once. */
const AT_ONCE = 9

/** A code, ready for decoding. */
export interface HuffmanTable {
  /** For the next bits: 16 times the symbol and the number of bits of its code; 0 where the code is longer. */
  readonly lookup: Uint16Array
  /** For each length one more than its largest code, filled up to 17 bits; 0 where there is none. */
  readonly limits: Int32Array
  /** For each length the place of its first symbol less its first code. */
  readonly offsets: Int32Array
  readonly symbols: Uint8Array
}

/**
 * The table of a code.
 *
 * @param counts codes of 1 to 16 bits
 * @returns undefined when there are more codes than bits allow
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable | undefined {
  const lookup = new Uint16Array(1 << AT_ONCE)
  const limits = new Int32Array(LONGEST + 1)
  const offsets = new Int32Array(LONGEST + 1)
  let code = 0
  let place = 0
  for (let length = 1; length <= LONGEST; length++) {
    const count = counts[length - 1] ?? 0
    offsets[length] = place - code
    for (let i = 0; i < count && length <= AT_ONCE; i++) {
      const first = (code + i) << (AT_ONCE - length)
      lookup.fill(16 * (symbols[place + i] ?? 0) + length, first, first + (1 << (AT_ONCE - length)))
    }
    code += count
    place += count
    if (code > 1 << length) return undefined
    limits[length] = count === 0 ? 0 : code << (LONGEST - length)
    code <<= 1
  }
  return { lookup, limits, offsets, symbols }
}

/** Reads the bits of a scan, in which FF stands as FF 00. */
export class ScanBits {
  readonly #bytes: Uint8Array
  readonly #name: string
  #position: number
  /** The next bits, the last of them lowest. */
  #held = 0
  #count = 0

  constructor(bytes: Uint8Array, start: number, name: string) {
    this.#bytes = bytes
    this.#position = start
    this.#name = name
  }

  /**
   * The next symbol.
   *
   * @throws InputError when the bits are no code or the scan ends.
   */
  symbol(table: HuffmanTable): number {
    // What is looked at beyond the end of the scan is zeros; taking them is refused.
    const next = this.#peek(LONGEST)
    const found = table.lookup[next >>> (LONGEST - AT_ONCE)] ?? 0
    if (found !== 0) {
      this.#take(found & 15)
      return found >>> 4
    }
    for (let length = AT_ONCE + 1; length <= LONGEST; length++) {
      if (next >= (table.limits[length] ?? 0)) continue
      this.#take(length)
      return table.symbols[(next >>> (LONGEST - length)) + (table.offsets[length] ?? 0)] ?? 0
    }
    throw new InputError({
      place: `the scan of ${this.#name}`,
      value: "unknown bits",
      rule: "codes of its tables are expected"
    })
  }

  /** A number of `size` bits, up to 15: of those that begin with 0, 2^size - 1 is taken away. */
  signed(size: number): number {
    if (size === 0) return 0
    const value = this.#peek(LONGEST) >>> (LONGEST - size)
    this.#take(size)
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value
  }

  /**
   * Goes behind the next restart marker.
   *
   * @throws InputError when it is not there, or has another number than `number`, 0 to 7.
   */
  restart(number: number): void {
    this.#held = 0
    this.#count = 0
    const [first, second] = this.#bytes.subarray(this.#position, this.#position + 2)
    if (first !== 0xff || second !== 0xd0 + number) {
      const rule = `the restart marker ${number} is expected`
      throw new InputError({ place: `byte ${this.#position} of ${this.#name}`, value: first, rule })
    }
    this.#position += 2
  }

  #peek(bits: number): number {
    while (this.#count < bits) {
      const byte = this.#bytes[this.#position] ?? 0xff
      if (byte !== 0xff) this.#position++
      else if (this.#bytes[this.#position + 1] === 0) this.#position += 2
      else return (this.#held << (bits - this.#count)) & ((1 << bits) - 1)
      this.#held = ((this.#held << 8) | byte) & 0xffffff
      this.#count += 8
    }
    return (this.#held >>> (this.#count - bits)) & ((1 << bits) - 1)
  }

  #take(bits: number): void {
    if (bits <= this.#count) {
      this.#count -= bits
      this.#held &= (1 << this.#count) - 1
      return
    }
    throw new InputError({ place: `the scan of ${this.#name}`, value: "too short", rule: "it must hold every block" })
  }
}
