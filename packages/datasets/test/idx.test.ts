import { describe, expect, test } from "bun:test"
import { gzipSync } from "node:zlib"
import { InputError } from "@dualcone/wasm"
import { type IdxArray, inflateIdx, readIdx, writeIdx } from "../src/index.ts"
import { refusal } from "./refusal.ts"

/** Two 2 x 3 pictures, written by hand from the format's description. */
const byHand = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255])

const open = async (bytes: Uint8Array): Promise<IdxArray> => readIdx(await inflateIdx(bytes))

/** Either a valid array or an InputError; all else, also an array that is not one, fails. */
async function arrayOrRefusal(bytes: Uint8Array): Promise<"array" | "refused"> {
  try {
    const { shape, data } = await open(bytes)
    expect(shape.reduce((product, size) => product * size, 1)).toBe(data.length)
    expect(data.length).toBeLessThan(1000)
    return "array"
  } catch (error) {
    if (error instanceof InputError) return "refused"
    throw error
  }
}

describe("an IDX file", () => {
  test("written by hand is read", () => {
    const { shape, data } = readIdx(byHand)
    expect(shape).toEqual([2, 2, 3])
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255])
  })

  test("is read in the middle of a buffer, without a copy", () => {
    const buffer = new Uint8Array(100)
    buffer.set(byHand, 13)
    const { data } = readIdx(buffer.subarray(13, 13 + byHand.length))
    expect(data.buffer).toBe(buffer.buffer)
    expect(data[11]).toBe(255)
  })

  test("is written as by hand", () => {
    expect(writeIdx(readIdx(byHand))).toEqual(byHand)
  })

  test("gzipped is the same array", async () => {
    expect(await open(gzipSync(byHand, { level: 9 }))).toEqual(readIdx(byHand))
  })

  const wrong: readonly (readonly [string, readonly number[], string])[] = [
    ["nothing", [], "the length of a.idx is 0"],
    ["another magic number", [0x89, 0x50, 0x4e, 0x47], 'the magic number of a.idx is "0x89504e47"'],
    ["float entries", [0, 0, 0x0d, 1, 0, 0, 0, 0], "the type byte (byte 2) of a.idx is 13"],
    ["no dimensions", [0, 0, 8, 0], "the number of dimensions (byte 3) of a.idx is 0"],
    ["a cut header", [0, 0, 8, 2, 0, 0, 0, 1], "the length of a.idx is 8; the header of an IDX file takes 12 bytes"],
    ["an empty dimension", [0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 0], "dimension 1 of a.idx is 0"],
    ["an absurd dimension", [0, 0, 8, 1, 255, 255, 255, 255], "the shape of a.idx is [4294967295]"],
    [
      "dimensions that overflow 2^64 to 0",
      [0, 0, 8, 3, 128, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 4],
      "the shape of a.idx is [2147483648, 2147483648, 4]"
    ],
    ["a missing entry", [0, 0, 8, 1, 0, 0, 0, 2, 9], "the length of a.idx is 9; its header (2) asks for exactly 10"],
    ["a trailing byte", [0, 0, 8, 1, 0, 0, 0, 1, 9, 9], "the length of a.idx is 10; its header (1) asks for exactly 9"]
  ]
  for (const [what, bytes, message] of wrong) {
    test(`with ${what} is refused, gzipped too`, async () => {
      expect((await refusal(() => readIdx(Uint8Array.from(bytes), "a.idx"))).message).toStartWith(message)
      await refusal(() => open(gzipSync(Uint8Array.from(bytes))))
    })
  }

  test("that inflates to more than its header asks for is refused early", async () => {
    // 200 MB of zeros behind a header that asks for 12 entries: 200 KB as gzip.
    const bomb = new Uint8Array(200e6)
    bomb.set(byHand)
    const error = await refusal(() => inflateIdx(gzipSync(bomb), "bomb.gz"))
    expect(error.place).toBe("the inflated length of bomb.gz, read so far,")
    expect(error.rule).toBe("at most 28 bytes are expected")
    expect(Number(error.value)).toBeLessThan(40e6)
  })

  test("of a damaged gzip stream is refused", async () => {
    const zipped = gzipSync(byHand)
    zipped[zipped.length - 6] = (zipped[zipped.length - 6] ?? 0) ^ 1
    expect((await refusal(() => inflateIdx(zipped, "a.gz"))).message).toStartWith("a.gz is ")
  })
})

describe("no IDX file crashes the reader", () => {
  test("cut anywhere: refused", async () => {
    for (let length = 0; length < byHand.length; length++) {
      expect(await arrayOrRefusal(byHand.slice(0, length))).toBe("refused")
    }
    const zipped = gzipSync(byHand)
    for (let length = 0; length < zipped.length; length++) {
      expect(await arrayOrRefusal(zipped.slice(0, length))).toBe("refused")
    }
  })

  test("with any byte of the header changed to any value: refused, as each change breaks a rule", async () => {
    for (let at = 0; at < 16; at++) {
      for (let value = 0; value < 256; value++) {
        if (value === byHand[at]) continue
        const changed = byHand.slice()
        changed[at] = value
        expect(await arrayOrRefusal(changed)).toBe("refused")
      }
    }
  })

  test("with any bit of the gzip stream flipped: an array or refused", async () => {
    const zipped = gzipSync(byHand)
    for (let bit = 0; bit < 8 * zipped.length; bit++) {
      const flipped = zipped.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await arrayOrRefusal(flipped)
    }
  })
})

describe("writing IDX", () => {
  for (const array of [
    { shape: [], data: new Uint8Array(1) },
    { shape: [0], data: new Uint8Array(0) },
    { shape: [1.5], data: new Uint8Array(1) },
    { shape: [2 ** 32], data: new Uint8Array(1) },
    { shape: [2, 2], data: new Uint8Array(3) }
  ]) {
    test(`refuses the shape [${array.shape}] for ${array.data.length} entries`, () => refusal(() => writeIdx(array)))
  }
})
