import { describe, expect, test } from "bun:test"
import { gzipSync } from "node:zlib"
import { readCifar10 } from "../src/index.ts"
import { makeTar, type TarEntry } from "./archives.ts"
import { refusal } from "./refusal.ts"

/** A batch of two records: label, and planes of constant red, green and blue, but for the pixel in row 1, column 2. */
function batch(number: number, label = number): Uint8Array {
  const bytes = new Uint8Array(2 * 3073)
  for (let record = 0; record < 2; record++) {
    const at = record * 3073
    bytes[at] = label
    for (let channel = 0; channel < 3; channel++) {
      bytes.fill(level(number, record, channel), at + 1 + channel * 1024, at + 1 + (channel + 1) * 1024)
      bytes[at + 1 + channel * 1024 + 32 + 2] = 255
    }
  }
  return bytes
}
const level = (number: number, record: number, channel: number) => 40 * number + 10 * record + channel

const entries = (): TarEntry[] => [
  { path: "cifar-10-batches-bin/", type: "5" },
  { path: "cifar-10-batches-bin/batches.meta.txt", content: new TextEncoder().encode("airplane\n") },
  // As in the official archive, the batches are in no order.
  ...[3, 1, 5, 2, 4].map((number) => ({
    path: `cifar-10-batches-bin/data_batch_${number}.bin`,
    content: batch(number)
  })),
  { path: "cifar-10-batches-bin/test_batch.bin", content: batch(0) }
]
const archive = (changed: readonly TarEntry[] = entries()) => new Uint8Array(gzipSync(makeTar(changed)))
const options = { name: "x.tar.gz", batchExamples: 2 }

describe("CIFAR-10's archive", () => {
  test("gives the five batches in order, and the pixels plane by plane", async () => {
    const data = await readCifar10(archive(), options)
    expect(data.name).toBe("CIFAR-10 (train)")
    expect([...data.labels]).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    expect(data.shape).toEqual([3, 32, 32])
    for (let example = 0; example < 10; example++) {
      for (let channel = 0; channel < 3; channel++) {
        const plane = data.images.subarray((3 * example + channel) * 1024, (3 * example + channel + 1) * 1024)
        const expected = new Uint8Array(1024).fill(level(Math.floor(example / 2) + 1, example % 2, channel))
        expected[1 * 32 + 2] = 255
        expect(plane).toEqual(expected)
      }
    }
    expect([...data.mean, ...data.deviation, data.scale]).toEqual([0.4914, 0.4822, 0.4465, 0.247, 0.243, 0.261, 255])
  })

  test("gives the test half, and ranges across batches", async () => {
    const half = await readCifar10(archive(), { ...options, split: "test" })
    expect([half.name, half.examples, ...half.labels]).toEqual(["CIFAR-10 (test)", 2, 0, 0])
    const whole = await readCifar10(archive(), options)
    const some = await readCifar10(archive(), { ...options, from: 3, examples: 4 })
    expect([...some.labels]).toEqual([2, 3, 3, 4])
    expect(some.images).toEqual(whole.images.slice(3 * 3072, 7 * 3072))
    expect(await readCifar10(archive(), { ...options, seed: 1, examples: 4 })).toEqual(
      await readCifar10(archive(), { ...options, from: 4, examples: 4 })
    )
  })

  const without = (path: string) => entries().filter((entry) => !entry.path.includes(path))
  const replaced = (path: string, content: Uint8Array) => [
    ...without(path),
    { path: `cifar-10-batches-bin/${path}`, content }
  ]
  const hostile: readonly (readonly [string, Uint8Array, string])[] = [
    [
      "without a batch",
      archive(without("data_batch_4")),
      "cifar-10-batches-bin/data_batch_4.bin in x.tar.gz is missing; the archive"
    ],
    [
      "with a batch too short",
      archive(replaced("data_batch_4.bin", batch(4).subarray(1))),
      "the length of cifar-10-batches-bin/data_batch_4.bin in x.tar.gz is 6145; 2 records of 3073"
    ],
    [
      "with a label above 9",
      archive(replaced("data_batch_4.bin", batch(4, 10))),
      "label 6 of CIFAR-10 (train) is 10; labels must be 0 to 9"
    ],
    [
      "that inflates to more than it may",
      archive([...entries(), { path: "more", content: new Uint8Array(2 ** 20) }]),
      "the inflated length of x.tar.gz, read so far, is"
    ],
    [
      "that climbs out",
      archive([...entries(), { path: "../../.bashrc" }]),
      'the path of an entry of x.tar.gz is "../../.bashrc"'
    ],
    ["that is not compressed", makeTar(entries()), "x.tar.gz is"],
    ["that is truncated", archive().subarray(0, 200), "x.tar.gz is"]
  ]
  for (const [what, bytes, told] of hostile) {
    test(`${what} is refused`, async () => {
      expect((await refusal(() => readCifar10(bytes, options))).message).toStartWith(told)
    })
  }

  test("is refused beyond its examples", async () => {
    expect((await refusal(() => readCifar10(archive(), { ...options, from: 8, examples: 3 }))).place).toContain(
      "CIFAR-10"
    )
  })
})
