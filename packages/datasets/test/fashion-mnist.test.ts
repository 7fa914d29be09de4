import { afterEach, beforeEach, describe, expect, test } from "bun:test"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { gzipSync } from "node:zlib"
import { fashionMnist, writeIdx } from "../src/index.ts"
import { refusal } from "./refusal.ts"

/** Another folder of the official files can be named by the variable FASHION_MNIST. */
const official = process.env.FASHION_MNIST ?? "/usr/share/datasets/fashion-mnist"

const labels = writeIdx({ shape: [10_000], data: new Uint8Array(10_000) })
let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dualcone-fashion-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe("a folder that is not Fashion-MNIST is refused", () => {
  test("when it does not exist: the error says which file is expected where, and where it can be had", async () => {
    const error = await refusal(() => fashionMnist({ folder: join(folder, "none"), split: "train" }))
    expect(error.place).toBe(`${join(folder, "none")}/train-labels-idx1-ubyte.gz (or train-labels-idx1-ubyte)`)
    expect(error.message).toContain("is missing")
    expect(error.rule).toContain("dataset-fashion-mnist")
    expect(error.rule).toContain("/usr/share/datasets/fashion-mnist")
  })

  test("when it holds nothing, named by a path or a URL", async () => {
    const file = "t10k-labels-idx1-ubyte.gz"
    expect((await refusal(() => fashionMnist({ folder: `${folder}/`, split: "test" }))).place).toContain(
      `${folder}/${file}`
    )
    const url = pathToFileURL(folder)
    expect((await refusal(() => fashionMnist({ folder: url, split: "test" }))).place).toContain(`${url.href}/${file}`)
  })

  for (const [name, content] of [
    ["t10k-labels-idx1-ubyte", labels],
    ["t10k-labels-idx1-ubyte.gz", gzipSync(labels)],
    ["t10k-labels-idx1-ubyte.gz", labels]
  ] as const) {
    test(`when ${name} has the right form and other labels`, async () => {
      writeFileSync(join(folder, name), content)
      const error = await refusal(() => fashionMnist({ folder, split: "test" }))
      expect(error.place).toBe(`the SHA-256 of the uncompressed ${join(folder, name)}`)
      expect(error.rule).toContain("0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")
    })
  }

  test("when a file is truncated, empty, or another format", async () => {
    const file = join(folder, "t10k-labels-idx1-ubyte.gz")
    for (const content of [gzipSync(labels).subarray(0, 20), new Uint8Array(), new TextEncoder().encode("<html>")]) {
      writeFileSync(file, content)
      expect((await refusal(() => fashionMnist({ folder, split: "test" }))).message).toContain(file)
    }
  })

  test("when the split is unknown", async () => {
    for (const split of ["validation", "__proto__", "toString"]) {
      // As from a configuration file, which the compiler has not seen.
      const options = JSON.parse(JSON.stringify({ folder, split }))
      expect((await refusal(() => fashionMnist(options))).message).toBe(
        `the split of Fashion-MNIST is "${split}"; it must be "train" or "test"`
      )
    }
  })
})

describe("the official files", () => {
  if (!existsSync(official)) {
    console.warn(`SKIPPED: no Fashion-MNIST in ${official} (Debian: apt-get install dataset-fashion-mnist)`)
  }

  // The class counts are the paper's: balanced. The means are those all experiments normalise by.
  test.skipIf(!existsSync(official))("are 60,000 and 10,000 balanced examples", async () => {
    for (const [split, examples] of [
      ["train", 60_000],
      ["test", 10_000]
    ] as const) {
      const dataset = await fashionMnist({ folder: official, split })
      expect(dataset.examples).toBe(examples)
      expect(dataset.shape).toEqual([1, 28, 28])
      expect([...dataset.mean, ...dataset.deviation]).toEqual([0.286, 0.353])
      const counts = new Array<number>(10).fill(0)
      for (const label of dataset.labels) counts[label] = (counts[label] ?? 0) + 1
      expect(counts).toEqual(new Array(10).fill(examples / 10))
      const mean = dataset.images.reduce((sum, level) => sum + level, 0) / dataset.images.length / 255
      expect(Math.abs(mean - 0.286)).toBeLessThan(0.002)
    }
  })
})
