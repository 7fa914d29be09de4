import { afterEach, beforeEach, describe, expect, test } from "bun:test"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import {
  constructedRecords,
  type DatasetFile,
  datasetNames,
  differenceOf,
  fileState,
  isDatasetName,
  loadDataset,
  sourceRecords,
  sourcesOf
} from "../src/index.ts"
import { refusal } from "./refusal.ts"

const official = process.env.FASHION_MNIST ?? "/usr/share/datasets/fashion-mnist"
let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dualcone-sets-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe("the records", () => {
  test("are of nine sets, each named once, each with its sources", () => {
    expect(datasetNames).toEqual([
      "mnist",
      "fashion-mnist",
      "kmnist",
      "cifar10",
      "svhn",
      "eurosat",
      "multi-mnist",
      "multi-fashion",
      "cifar10-mnist"
    ])
    expect(sourcesOf("svhn")).toEqual(["svhn"])
    expect(sourcesOf("multi-fashion")).toEqual(["fashion-mnist"])
    expect(sourcesOf("cifar10-mnist")).toEqual(["cifar10", "mnist"])
    expect(isDatasetName("cifar10") && !isDatasetName("cifar100")).toBe(true)
  })

  test("have checksums of the right form, all different, and addresses that end in the name", () => {
    const files = sourceRecords.flatMap((record) => record.files)
    for (const { name, md5, sha256, contentSha256, addresses, bytes, largest } of files) {
      expect(md5).toMatch(/^[0-9a-f]{32}$/)
      for (const sum of [sha256, contentSha256]) if (sum !== undefined) expect(sum).toMatch(/^[0-9a-f]{64}$/)
      expect(addresses.length).toBeGreaterThan(0)
      for (const address of addresses) expect(address).toEndWith(`/${name}`)
      expect(largest).toBeGreaterThanOrEqual(bytes ?? 0)
    }
    const sums = files.flatMap(({ md5, sha256, contentSha256 = `none of ${sha256}` }) => [md5, sha256, contentSha256])
    expect(new Set(sums).size).toBe(sums.length)
  })

  test("normalise every channel", () => {
    for (const { shape, mean, deviation } of [...sourceRecords, ...constructedRecords]) {
      expect([mean.length, deviation.length]).toEqual([shape[0], shape[0]])
    }
  })
})

describe("a set by its name", () => {
  for (const name of datasetNames) {
    test(`${name} in an empty folder is refused, naming a file that is expected and how to get it`, async () => {
      const error = await refusal(() => loadDataset(name, () => folder, {}))
      expect(error.place).toStartWith(`${folder}/`)
      expect(error.rule).toContain(`"dualcone data ${sourcesOf(name).at(-1)}" says which`)
    })
  }

  const wrong = [
    ["cifar10", "cifar-10-binary.tar.gz", "is 5; the official CIFAR-10 has 170052171 bytes there"],
    ["svhn", "train_32x32.mat", "is 5; the official SVHN has 182040794 bytes there"],
    ["eurosat", "EuroSAT.zip", "that of the official EuroSAT is 8ebea626"],
    ["kmnist", "train-labels-idx1-ubyte.gz", "IDX begins with two zero bytes"]
  ] as const
  for (const [name, file, told] of wrong) {
    test(`${name} of another file is refused before it is read`, async () => {
      writeFileSync(join(folder, file), "other")
      const { message } = await refusal(() => loadDataset(name, () => folder, {}))
      expect(message).toContain(join(folder, file))
      expect(message).toContain(told)
    })
  }
})

describe("the state of a file", () => {
  const content = new TextEncoder().encode("what is in the file")
  const hash = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex")
  const published = new Uint8Array(gzipSync(content, { level: 9 }))
  const again = new Uint8Array(gzipSync(content, { level: 0 }))
  const file: DatasetFile = {
    ...{ name: "file.gz", bytes: published.length, largest: 100, md5: "", sha256: hash(published), addresses: [] },
    contentSha256: hash(content)
  }
  const { contentSha256: _, ...strict } = file

  test("is missing, official, recompressed or wrong", async () => {
    const path = join(folder, "file.gz")
    const state = async (bytes: Uint8Array, of = file) => {
      writeFileSync(path, bytes)
      return fileState(of, folder)
    }
    expect(await fileState(file, folder)).toEqual({ state: "missing" })
    expect(await state(published)).toEqual({ state: "official", path, bytes: published.length })
    expect(await state(published, strict)).toEqual({ state: "official", path, bytes: published.length })
    expect(await state(again)).toEqual({ state: "recompressed", path, bytes: again.length })
    expect(await state(again, strict)).toMatchObject({
      state: "wrong",
      reason: `it has ${again.length} bytes; ${published.length} are expected`
    })
  })

  test("is recompressed where the content lies there uncompressed", async () => {
    writeFileSync(join(folder, "file"), content)
    expect(await fileState(file, folder)).toMatchObject({ state: "recompressed", path: join(folder, "file") })
    expect(await fileState(strict, folder)).toEqual({ state: "missing" })
  })

  test("tells truncated, damaged, other and too long files", async () => {
    expect(await differenceOf(file, published.subarray(0, 20))).toBe("it is no whole gzip file of the expected size")
    expect(await differenceOf(file, gzipSync("other"))).toStartWith("the SHA-256 of its content is")
    expect(
      await differenceOf(
        strict,
        published.map((byte, i) => (i === 30 ? byte ^ 1 : byte))
      )
    ).toStartWith("its SHA-256 is")
    expect(await differenceOf(file, new Uint8Array(101))).toBe("it has 101 bytes; at most 100 are expected")
  })

  test.skipIf(!existsSync(official))("of Debian's Fashion-MNIST is recompressed", async () => {
    const fashion = sourceRecords.find(({ name }) => name === "fashion-mnist")
    for (const one of fashion?.files ?? [])
      expect(await fileState(one, official)).toMatchObject({ state: "recompressed" })
  })

  test.skipIf(!existsSync(official))("of uncompressed files is as good, and they load", async () => {
    for (const name of ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]) {
      const packed = await Bun.file(join(official, `${name}.gz`)).bytes()
      writeFileSync(join(folder, name), gunzipSync(packed))
    }
    const data = await loadDataset("fashion-mnist", () => folder, { split: "test", seed: 2, examples: 100 })
    const same = await loadDataset("fashion-mnist", () => official, { split: "test", from: 200, examples: 100 })
    expect(data).toEqual(same)
  })
})
