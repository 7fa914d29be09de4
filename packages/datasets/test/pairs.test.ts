import { describe, expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { type Dataset, multiFashion, overlayDigits, overlayPairs, partners } from "../src/index.ts"
import { cifar10MnistRecord } from "../src/sets/cifar10-mnist.ts"
import { describe as described } from "../src/sets/record.ts"

const official = process.env.FASHION_MNIST ?? "/usr/share/datasets/fashion-mnist"

const grey: Dataset = {
  ...{ name: "grey", examples: 3, shape: [1, 28, 28], classes: 10, scale: 255, mean: [0.1], deviation: [0.3] },
  ...{ origin: "a test", licence: "MIT", labels: Uint8Array.of(4, 5, 6) },
  images: Uint8Array.from({ length: 3 * 784 }, (_, i) => (i * 37) % 251)
}
const level = (image: number, row: number, column: number) => {
  const inside = row >= 0 && row < 28 && column >= 0 && column < 28
  return inside ? (grey.images[image * 784 + row * 28 + column] ?? 0) : 0
}

describe("pairs on one canvas", () => {
  test("are the larger of both at (0, 0) and (6, 6) of 36 x 36, brought to 28 x 28, with both labels", () => {
    const data = overlayPairs(grey, Int32Array.of(2, 0, 1), { from: 1, examples: 2 })
    expect([...data.labels]).toEqual([5, 4, 6, 5])
    expect(data.tasks).toEqual(["left", "right"])
    for (const [i, left, right] of [
      [0, 1, 0],
      [1, 2, 1]
    ] as const) {
      // The whole canvas first, as the original code has it.
      const canvas = new Uint8Array(36 * 36)
      for (let row = 0; row < 28; row++)
        for (let column = 0; column < 28; column++) canvas[row * 36 + column] = level(left, row, column)
      for (let row = 0; row < 28; row++) {
        for (let column = 0; column < 28; column++) {
          const at = (row + 6) * 36 + column + 6
          canvas[at] = Math.max(canvas[at] ?? 0, level(right, row, column))
        }
      }
      for (let row = 0; row < 28; row++) {
        for (let column = 0; column < 28; column++) {
          const expected = canvas[Math.floor((36 * row) / 28) * 36 + Math.floor((36 * column) / 28)]
          expect(data.images[i * 784 + row * 28 + column]).toBe(expected ?? -1)
        }
      }
    }
  })

  test("are drawn by their seed, for every example alike", () => {
    expect(partners(1000, 60, 3)).toEqual(partners(1000, 60, 3))
    expect(partners(1000, 60, 3)).not.toEqual(partners(1000, 60, 4))
    expect(partners(10, 60, 3)).toEqual(partners(1000, 60, 3).slice(0, 10))
    const seen = new Set(partners(1000, 60, 3))
    expect(seen.size).toBe(60)
    expect(Math.max(...seen)).toBe(59)
  })

  test.skipIf(!existsSync(official))(
    "of Fashion-MNIST: the left label is that of the example, the right of its partner",
    async () => {
      const data = await multiFashion({ folder: official, split: "test", from: 5, examples: 3, pairing: 7 })
      const { fashionMnist } = await import("../src/index.ts")
      const half = await fashionMnist({ folder: official, split: "test" })
      const partner = partners(10_000, 10_000, 7)
      const expected = [5, 6, 7].flatMap((i) => [half.labels[i] ?? -1, half.labels[partner[i] ?? -1] ?? -1])
      expect([...data.labels]).toEqual(expected)
      expect([data.name, data.examples, ...data.mean]).toEqual(["MultiFashion (test)", 3, 0.286])
      // The upper left corner belongs to the left image alone.
      expect(data.images[0]).toBe(half.images[5 * 784] ?? -1)
    }
  )
})

describe("digits over pictures", () => {
  const pictures: Dataset = {
    ...{ name: "pictures", examples: 2, shape: [3, 32, 32], classes: 10, scale: 255 },
    ...{
      mean: [0.5, 0.5, 0.5],
      deviation: [0.2, 0.2, 0.2],
      origin: "a test",
      licence: "MIT",
      labels: Uint8Array.of(1, 2)
    },
    images: Uint8Array.from({ length: 2 * 3072 }, (_, i) => (i * 11) % 253)
  }

  test("count where they are lighter, in every channel, two pixels inside", () => {
    const data = overlayDigits(pictures, grey, 9, { from: 1 }, described(cifar10MnistRecord, "train"))
    const drawn = partners(2, 3, 9)[1] ?? -1
    expect([...data.labels]).toEqual([2, grey.labels[drawn] ?? -1])
    expect([data.name, ...(data.tasks ?? [])]).toEqual(["Cifar10Mnist (train)", "class", "digit"])
    for (let channel = 0; channel < 3; channel++) {
      for (let row = 0; row < 32; row++) {
        for (let column = 0; column < 32; column++) {
          const picture = pictures.images[3072 + channel * 1024 + row * 32 + column] ?? 0
          expect(data.images[channel * 1024 + row * 32 + column]).toBe(
            Math.max(picture, level(drawn, row - 2, column - 2))
          )
        }
      }
    }
    expect(pictures.images[3]).toBe(33)
  })
})
