import { afterAll, describe, expect, test } from "bun:test"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"
import { idxDataset, writeIdx } from "../src/index.ts"
import { refusal } from "./refusal.ts"

const folder = mkdtempSync(join(tmpdir(), "dualcone-idx-"))
afterAll(() => rmSync(folder, { recursive: true }))

const images = writeIdx({ shape: [2, 1, 2], data: Uint8Array.from([0, 255, 0, 255]) })
const labels = writeIdx({ shape: [2], data: Uint8Array.from([2, 0]) })

describe("a pair of IDX files", () => {
  test("is a dataset, from paths, URLs and bytes alike", async () => {
    const imagesFile = join(folder, "images.idx.gz")
    const labelsFile = join(folder, "labels.idx")
    writeFileSync(imagesFile, gzipSync(images))
    writeFileSync(labelsFile, labels)
    const options = { name: "pair", origin: "test", licence: "MIT" }
    const fromPaths = await idxDataset({ images: imagesFile, labels: labelsFile, ...options })
    const fromUrls = await idxDataset({
      images: pathToFileURL(imagesFile),
      labels: new URL(`data:application/octet-stream;base64,${Buffer.from(labels).toString("base64")}`),
      ...options
    })
    const fromBytes = await idxDataset({ images, labels, ...options })
    expect(fromPaths).toEqual(fromBytes)
    expect(fromUrls).toEqual(fromBytes)
    expect(fromBytes.shape).toEqual([1, 1, 2])
    expect(fromBytes.classes).toBe(3)
    expect([...fromBytes.labels]).toEqual([2, 0])
  })

  test("is measured where mean and deviation are not given: half black, half white is .5 and .5", async () => {
    const { mean, deviation } = await idxDataset({ images, labels })
    expect([...mean, ...deviation]).toEqual([0.5, 0.5])
  })

  test("with four dimensions has channels, measured each for itself", async () => {
    const colour = writeIdx({ shape: [2, 2, 1, 2], data: Uint8Array.from([0, 255, 0, 0, 0, 255, 255, 255]) })
    const { shape, mean } = await idxDataset({ images: colour, labels })
    expect(shape).toEqual([2, 1, 2])
    expect(mean).toEqual([0.5, 0.5])
    const first = writeIdx({ shape: [2, 2, 1, 1], data: Uint8Array.from([0, 51, 255, 102]) })
    const measured = await idxDataset({ images: first, labels })
    expect(measured.mean[0]).toBeCloseTo(0.5, 15)
    expect(measured.mean[1]).toBeCloseTo(0.3, 15)
    expect(measured.deviation[1]).toBeCloseTo(0.1, 15)
  })

  test("keeps the mean and deviation given", async () => {
    const { mean, deviation } = await idxDataset({ images, labels, mean: [0.1307], deviation: [0.3081] })
    expect([...mean, ...deviation]).toEqual([0.1307, 0.3081])
  })

  const pixel = (...shape: number[]) => writeIdx({ shape, data: new Uint8Array(shape.reduce((a, b) => a * b, 1)) })
  const wrong: readonly (readonly [string, Parameters<typeof idxDataset>[0], string])[] = [
    [
      "more labels than images",
      { images, labels: pixel(3) },
      "the number of labels of the IDX file of labels is 3; the IDX file of images holds 2 images"
    ],
    ["images as labels", { images, labels: images }, "the shape of the IDX file of labels is [2, 1, 2]"],
    ["labels as images", { images: labels, labels }, "the shape of the IDX file of images is [2]"],
    ["a label out of range", { images, labels, classes: 2 }, "label 0 of the IDX file of images is 2"],
    ["a channel that never varies", { images: pixel(2, 1, 2), labels }, "the deviation of channel 0"],
    ["a mean for each of two channels", { images, labels, mean: [0, 0] }, "the number of channel means"],
    ["a missing file", { images: join(folder, "none.idx"), labels }, `${join(folder, "none.idx")} is missing`],
    ["a path through a file", { images: join(import.meta.path, "none.idx"), labels }, import.meta.path],
    ["a folder", { images: folder, labels }, `${folder} is "a folder or device"; it must be a file`],
    ["a path with a zero", { images: "a\0b", labels }, "a\0b is "]
  ]
  for (const [what, options, message] of wrong) {
    test(`with ${what} is refused`, async () => {
      expect((await refusal(() => idxDataset(options))).message).toStartWith(message)
    })
  }

  test("behind an address that fails is refused, naming it", async () => {
    using server = Bun.serve({
      port: 0,
      fetch: (request) => new Response("no", { status: request.url.endsWith("gone") ? 404 : 500 })
    })
    const at = (name: string) => new URL(name, server.url)
    expect((await refusal(() => idxDataset({ images: at("gone"), labels }))).message).toContain("gone is missing")
    expect((await refusal(() => idxDataset({ images: at("broken"), labels }))).value).toContain("500")
    const nobody = new URL("http://127.0.0.1:1/images")
    expect((await refusal(() => idxDataset({ images: nobody, labels }))).place).toBe(nobody.href)
  })

  test("whose folder may not be read is refused", async () => {
    const closed = join(folder, "closed")
    mkdirSync(closed)
    writeFileSync(join(closed, "images.idx"), images, { mode: 0 })
    // The superuser may read all the same: then the pair is valid.
    if (process.getuid?.() === 0) await idxDataset({ images: join(closed, "images.idx"), labels })
    else await refusal(() => idxDataset({ images: join(closed, "images.idx"), labels }))
  })
})
