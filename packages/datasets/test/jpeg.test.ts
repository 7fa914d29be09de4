import { describe, expect, test } from "bun:test"
import { jpegDecoder } from "../src/index.ts"
import { joined, makeJpeg } from "./archives.ts"
import { refusal } from "./refusal.ts"
import { acceptedTruncations } from "./truncations.ts"

const decode = async (bytes: Uint8Array) => {
  const planes = new Uint8Array(3 * 64)
  const decoder = await jpegDecoder(8, 8)
  decoder.decode(bytes, planes, "x.jpg")
  return planes
}
const ramp = makeJpeg(8, 8, (row, column) => [20 * row, 20 * column, 100])
/** Where the frame begins: its marker. */
const frame = ramp.findIndex((byte, i) => byte === 0xff && ramp[i + 1] === 0xc0)
/** Where the Huffman tables begin: their marker. */
const tables = ramp.findIndex((byte, i) => byte === 0xff && ramp[i + 1] === 0xc4)
const changed = (at: number, value: number) => ramp.map((byte, i) => (i === at ? value : byte))

describe("a JPEG image", () => {
  test("gives planes of red, green and blue, within a few levels", async () => {
    const planes = await decode(ramp)
    for (let pixel = 0; pixel < 64; pixel++) {
      const expected = [20 * Math.floor(pixel / 8), 20 * (pixel % 8), 100]
      for (const [channel, level] of expected.entries()) {
        expect(Math.abs((planes[64 * channel + pixel] ?? 0) - level)).toBeLessThanOrEqual(3)
      }
    }
  })

  test("is refused at every length", async () => {
    expect(await acceptedTruncations(ramp, decode)).toEqual([])
  })

  test("cut at any length and ended by its marker is refused before its scan, and nothing else is ever thrown", async () => {
    for (let length = 2; length < ramp.length - 2; length++) {
      const cut = joined(ramp.subarray(0, length), Uint8Array.of(0xff, 0xd9))
      if (length < frame) expect((await refusal(() => decode(cut))).message).toStartWith("the frame of x.jpg is")
      else
        await decode(cut).catch(async (error) =>
          expect((await refusal(() => Promise.reject(error))).place).toContain("x.jpg")
        )
    }
  })

  const hostile: readonly (readonly [string, Uint8Array, string])[] = [
    [
      "of another size",
      makeJpeg(8, 16, () => [0, 0, 0]),
      "the size (height, width) of x.jpg is [8, 16]; it must be 8 x 8"
    ],
    [
      "that promises 65,535 x 65,535 pixels",
      ramp.map((byte, i) => (i >= frame + 5 && i < frame + 9 ? 0xff : byte)),
      "the size (height, width) of x.jpg is [65535, 65535]"
    ],
    ["of one component", changed(frame + 9, 1), 'the frame of x.jpg is "1 components of 8 bits"; 3 components'],
    ["of twelve bits", changed(frame + 4, 12), "the frame of x.jpg is"],
    ["that is progressive", changed(frame + 1, 0xc2), 'the frame of x.jpg is "the marker c2'],
    ["with a segment of no length", changed(5, 0), "the frame of x.jpg is"],
    ["with a damaged Huffman table", changed(tables + 6, 0xff), "x.jpg is"],
    [
      "that is a PNG",
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      'x.jpg is "8 bytes"; a JPEG image begins'
    ],
    ["that is empty", new Uint8Array(), 'x.jpg is "0 bytes"']
  ]
  for (const [what, bytes, told] of hostile) {
    test(`${what} is refused`, async () => {
      expect((await refusal(() => decode(bytes))).message).toStartWith(told)
    })
  }
})
