import { describe, expect, test } from "bun:test"
import { readFileSync } from "node:fs"
import { decodeJpeg } from "../src/index.ts"
import { joined, makeJpeg } from "./archives.ts"
import { refusal } from "./refusal.ts"
import { acceptedTruncations } from "./truncations.ts"

/** What `golden/jpeg.json` holds; its `source` says what decoded the planes. */
interface GoldenImages {
  readonly source: string
  /** Images and their planes of red, green and blue, in Base64. */
  readonly images: readonly {
    readonly name: string
    readonly height: number
    readonly width: number
    readonly jpeg: string
    readonly planes: string
  }[]
}
const golden: GoldenImages = JSON.parse(readFileSync(new URL("../../../golden/jpeg.json", import.meta.url), "utf8"))

const decode = async (bytes: Uint8Array) => {
  const planes = new Uint8Array(3 * 64)
  decodeJpeg(bytes, [8, 8], planes, "x.jpg")
  return planes
}
const ramp = makeJpeg(8, 8, (row, column) => [20 * row, 20 * column, 100])
/** Where the segment with this marker begins. */
const segment = (marker: number) => ramp.findIndex((byte, i) => byte === 0xff && ramp[i + 1] === marker)
const [frame, tables, quantization, scan] = [segment(0xc0), segment(0xc4), segment(0xdb), segment(0xda)]
const changed = (at: number, ...values: readonly number[]) => {
  return ramp.map((byte, i) => values[i - at] ?? byte)
}

describe("a JPEG image has the levels of libjpeg, each of them", () => {
  for (const { name, height, width, jpeg, planes } of golden.images) {
    test(name, () => {
      const decoded = new Uint8Array(3 * height * width)
      decodeJpeg(new Uint8Array(Buffer.from(jpeg, "base64")), [height, width], decoded)
      expect(decoded).toEqual(new Uint8Array(Buffer.from(planes, "base64")))
    })
  }
})

describe("a JPEG image", () => {
  test("of another encoder has the colours that were put in, within its losses", async () => {
    const planes = await decode(ramp)
    for (let pixel = 0; pixel < 64; pixel++) {
      const expected = [20 * Math.floor(pixel / 8), 20 * (pixel % 8), 100]
      for (const [channel, level] of expected.entries()) {
        expect(Math.abs((planes[64 * channel + pixel] ?? 0) - level)).toBeLessThanOrEqual(3)
      }
    }
  })

  test("is refused at every length, also when its last marker is put behind the cut", async () => {
    expect(await acceptedTruncations(ramp, decode)).toEqual([])
    const ended = (cut: Uint8Array) => decode(joined(cut, Uint8Array.of(0xff, 0xd9)))
    expect(await acceptedTruncations(ramp.subarray(0, ramp.length - 2), ended)).toEqual([])
  })

  test("is refused at every length with restart markers too", async () => {
    const image = golden.images.find(({ name }) => name.includes("restart"))
    if (image === undefined) throw new Error("there is none")
    const bytes = new Uint8Array(Buffer.from(image.jpeg, "base64"))
    const { height, width } = image
    const ended = (cut: Uint8Array) => {
      decodeJpeg(joined(cut, Uint8Array.of(0xff, 0xd9)), [height, width], new Uint8Array(3 * height * width))
    }
    expect(await acceptedTruncations(bytes.subarray(0, bytes.length - 2), ended)).toEqual([])
  })

  const hostile: readonly (readonly [string, Uint8Array, string])[] = [
    [
      "of another size",
      makeJpeg(8, 16, () => [0, 0, 0]),
      "the size (height, width) of x.jpg is [8, 16]; it must be 8 x 8"
    ],
    [
      "that promises 65,535 x 65,535 pixels",
      changed(frame + 5, 255, 255, 255, 255),
      "the size (height, width) of x.jpg is [65535, 65535]"
    ],
    ["of one component", changed(frame + 9, 1), 'the frame of x.jpg is "1 components of 8 bits"; 3 components'],
    ["of twelve bits", changed(frame + 4, 12), 'the frame of x.jpg is "3 components of 12 bits"'],
    ["that is progressive", changed(frame + 1, 0xc2), 'the next segment of x.jpg is "the marker c2'],
    [
      "with two frames",
      joined(ramp.subarray(0, tables), ramp.subarray(frame, tables), ramp.subarray(tables)),
      "the frame of x.jpg is"
    ],
    [
      "without a frame",
      joined(ramp.subarray(0, frame), ramp.subarray(tables)),
      "the frame of x.jpg is missing; it must stand"
    ],
    ["with four times the colour", changed(frame + 11, 0x41), 'the sampling of x.jpg is "4x1, 1x1, 1x1"'],
    ["with no samples", changed(frame + 11, 0), "the sampling of x.jpg is"],
    ["without the divisors that it names", changed(frame + 12, 9), "the scan of x.jpg is"],
    ["without the code that it names", changed(scan + 6, 0x33), "the scan of x.jpg is"],
    ["in several scans", changed(scan + 4, 1), 'the scan of x.jpg is "1 components"'],
    ["with a segment of no length", changed(4, 0, 0), "the next segment of x.jpg is"],
    ["with a segment beyond its end", changed(4, 255, 255), "the next segment of x.jpg is"],
    ["with divisors cut off", changed(quantization + 4, 0x21), "a quantization table of x.jpg is 33"],
    ["with more codes than bits allow", changed(tables + 5, 3), "a Huffman table of x.jpg is"],
    ["with a code cut off", changed(tables + 20, 255), "a Huffman table of x.jpg is"],
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
