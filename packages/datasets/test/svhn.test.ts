import { describe, expect, test } from "bun:test"
import { readSvhn } from "../src/index.ts"
import { type MatVariable, makeMat } from "./archives.ts"
import { refusal } from "./refusal.ts"

const N = 3
const pixel = (row: number, column: number, channel: number, example: number) =>
  (row + 7 * column + 50 * channel + 100 * example) % 256

/** X(row, column, channel, example), the first index fastest. */
const X = { name: "X", shape: [32, 32, 3, N], data: new Uint8Array(32 * 32 * 3 * N) }
for (let n = 0; n < N; n++) {
  for (let c = 0; c < 3; c++) {
    for (let w = 0; w < 32; w++) {
      for (let h = 0; h < 32; h++) X.data[h + 32 * (w + 32 * (c + 3 * n))] = pixel(h, w, c, n)
    }
  }
}
const y = { name: "y", shape: [N, 1], data: Uint8Array.of(1, 10, 9), kind: 6 }
const file = (...arrays: readonly MatVariable[]) => makeMat(arrays)
const options = { name: "x.mat", total: N }

describe("SVHN's MAT-file", () => {
  test("gives rows, columns and channels in their places, and 10 as the digit 0", async () => {
    const data = await readSvhn(file(X, y), options)
    expect([data.name, data.examples, ...data.shape]).toEqual(["SVHN (train)", 3, 3, 32, 32])
    expect([...data.labels]).toEqual([1, 0, 9])
    for (let n = 0; n < N; n++) {
      for (let c = 0; c < 3; c++) {
        for (let h = 0; h < 32; h++) {
          for (let w = 0; w < 32; w++) {
            if (data.images[((n * 3 + c) * 32 + h) * 32 + w] !== pixel(h, w, c, n)) throw new Error(`${[n, c, h, w]}`)
          }
        }
      }
    }
  })

  test("may hold labels as doubles, and gives ranges", async () => {
    const whole = await readSvhn(file(X, { ...y, data: Float64Array.of(1, 10, 9) }), options)
    const some = await readSvhn(file(X, y), { ...options, split: "test", from: 1, examples: 1 })
    expect([some.name, ...some.labels]).toEqual(["SVHN (test)", 0])
    expect(some.images).toEqual(whole.images.slice(3072, 6144))
  })

  const labels = (data: MatVariable["data"]) => file(X, { ...y, data })
  const hostile: readonly (readonly [string, Uint8Array, string])[] = [
    ["without labels", file(X), "the array y of x.mat is missing; the file has X"],
    ["without images", file(y), "the array X of x.mat is missing"],
    [
      "with too few images",
      file({ ...X, shape: [32, 32, 3, 2], data: X.data.subarray(0, 6144) }, y),
      "the shape of the array X of x.mat is [32, 32, 3, 2]; it must be 32 x 32 x 3 x 3"
    ],
    [
      "with images of another size",
      file({ ...X, shape: [16, 64, 3, N] }, y),
      "the shape of the array X of x.mat is [16, 64, 3, 3]"
    ],
    [
      "with images as doubles",
      file({ ...X, shape: [32, 32, 3, N], data: new Float64Array(3072 * N) }, y),
      "the inflated length of a compressed element of x.mat"
    ],
    [
      "with labels in a row",
      file(X, { ...y, shape: [1, N] }),
      "the shape of the array y of x.mat is [1, 3]; it must be 3 x 1"
    ],
    ["with a label 0", labels(Uint8Array.of(1, 0, 9)), "label 1 of x.mat is 0; labels must be 1 to 10"],
    ["with a label 11", labels(Uint8Array.of(1, 2, 11)), "label 2 of x.mat is 11"],
    ["with a broken label", labels(Float64Array.of(1, 2.5, 3)), "label 1 of x.mat is 2.5"],
    ["with a label that is no number", labels(Float64Array.of(1, Number.NaN, 3)), "label 1 of x.mat is NaN"]
  ]
  for (const [what, bytes, told] of hostile) {
    test(`${what} is refused`, async () => {
      expect((await refusal(() => readSvhn(bytes, options))).message).toStartWith(told)
    })
  }
})
