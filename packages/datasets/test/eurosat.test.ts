import { describe, expect, test } from "bun:test"
import { readEurosat } from "../src/index.ts"
import { makeJpeg, makeZip, type ZipFile } from "./archives.ts"
import { refusal } from "./refusal.ts"

/** In the order of torchvision's ImageFolder: classes by name, files by name as strings. */
const ordered = [
  ["AnnualCrop", 1],
  ["AnnualCrop", 10],
  ["AnnualCrop", 2],
  ["Forest", 7],
  ["Highway", 100],
  ["Highway", 11],
  ["Highway", 9],
  ["River", 3],
  ["SeaLake", 2],
  ["SeaLake", 20]
] as const
const classOf = { AnnualCrop: 0, Forest: 1, Highway: 3, River: 8, SeaLake: 9 }
/** Image k of that order is of one colour, but for a black upper left quarter. */
const colour = (k: number) => [20 * k + 40, 250 - 20 * k, 100] as const
const jpeg = (k: number, height = 64) => {
  return makeJpeg(height, 64, (row, column) => (row < 32 && column < 32 ? [0, 0, 0] : colour(k)))
}
const images = ordered.map(([name, number], k): ZipFile => {
  return { path: `2750/${name}/${name}_${number}.jpg`, content: jpeg(k), stored: k % 2 === 0 }
})
const folders: ZipFile[] = [{ path: "2750/", content: new Uint8Array(), stored: true }]
/** Written backwards, so that the order of the archive is not that of the names. */
const archive = (files = images) => makeZip([...folders, ...[...files].reverse()])
const options = { name: "x.zip", total: 10 }

describe("EuroSAT's archive", () => {
  test("gives PyTorch's halves of the images in the order of their names", async () => {
    // torch.randperm(10) with the seed 0.
    const halves = { train: [4, 1, 7, 5, 3], test: [9, 0, 8, 6, 2] } as const
    for (const split of ["train", "test"] as const) {
      const data = await readEurosat(archive(), { ...options, split })
      expect([data.name, data.examples, ...data.shape]).toEqual([`EuroSAT (${split})`, 5, 3, 64, 64])
      expect([...data.labels]).toEqual(halves[split].map((k) => classOf[ordered[k][0]]))
      for (const [i, k] of halves[split].entries()) {
        for (const [channel, level] of colour(k).entries()) {
          const plane = data.images.subarray((3 * i + channel) * 4096, (3 * i + channel + 1) * 4096)
          for (const [row, column] of [
            [0, 0],
            [31, 31],
            [32, 31],
            [31, 32],
            [63, 63],
            [0, 63]
          ] as const) {
            const expected = row < 32 && column < 32 ? 0 : level
            expect(Math.abs((plane[64 * row + column] ?? 0) - expected)).toBeLessThanOrEqual(3)
          }
        }
      }
    }
  })

  test("gives ranges of a half, and decodes nothing else", async () => {
    const whole = await readEurosat(archive(), options)
    const broken = images.map((image, k) => (k === 7 || k === 5 ? image : { ...image, content: new Uint8Array(9) }))
    const some = await readEurosat(archive(broken), { ...options, from: 2, examples: 2 })
    expect(some.images).toEqual(whole.images.slice(2 * 12288, 4 * 12288))
    expect(await readEurosat(archive(), { ...options, seed: 1, examples: 2 })).toEqual(some)
  })

  const changed = (k: number, change: Partial<ZipFile>) => {
    return archive(images.map((image, i) => (i === k ? { ...image, ...change } : image)))
  }
  const hostile: readonly (readonly [string, Uint8Array, string])[] = [
    ["with an image too few", archive(images.slice(1)), "the number of images of x.zip is 9; it must be 10"],
    [
      "with an image of no class",
      changed(4, { path: "2750/Motorway/Motorway_1.jpg" }),
      'the path of an image in x.zip is "2750/Motorway/Motorway_1.jpg"'
    ],
    [
      "with an image in another folder",
      changed(4, { path: "2750/River/Highway_1.jpg" }),
      "the path of an image in x.zip is"
    ],
    ["that climbs out", changed(4, { path: "2750/../../River_1.jpg" }), "the path of an entry of x.zip is"],
    [
      "with an image of another size",
      changed(4, { content: jpeg(4, 32) }),
      "the size (height, width) of 2750/Highway/Highway_100.jpg in x.zip is [32, 64]"
    ],
    [
      "with a truncated image",
      changed(4, { content: jpeg(4).subarray(0, 500) }),
      "2750/Highway/Highway_100.jpg in x.zip is"
    ],
    ["with a damaged image", changed(4, { checksum: 5 }), "the CRC-32 of 2750/Highway/Highway_100.jpg in x.zip is"],
    [
      "with an enormous image",
      changed(4, { size: 2 ** 30, stored: false }),
      "is 1073741824; at most 65536 bytes are expected"
    ],
    ["that is no archive", jpeg(4), "x.zip is"]
  ]
  for (const [what, bytes, told] of hostile) {
    test(`${what} is refused`, async () => {
      expect((await refusal(() => readEurosat(bytes, options))).message).toContain(told)
    })
  }
})
