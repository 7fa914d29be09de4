/** Figures as PNG: size, letters and colours of the picture, and what is said where it cannot be drawn. */
import { describe, expect, test } from "bun:test"
import { inflateSync } from "node:zlib"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import manifest from "../package.json" with { type: "json" }
import { type Chart, figureFiles, line, PngUnavailable, pngRenderer } from "../src/index.ts"

const chart: Chart = {
  id: "two-lines",
  title: "Two lines",
  remarks: ["One falls, 10⁻³ at last."],
  source: "none",
  columns: 1,
  panels: [
    {
      heading: "",
      height: 200,
      x: { label: "Iteration", scale: "linear", domain: [0, 2] },
      y: { label: "Loss", scale: "log", domain: [1e-4, 1] },
      series: [line({ method: "upgrad", label: "UPGrad", x: [0, 1, 2], y: [1, 1e-2, 1e-3] })]
    }
  ]
}

const drawn = (of: Chart) =>
  Effect.gen(function* () {
    const files = yield* figureFiles({ charts: [of], tables: [] })
    const draw = yield* pngRenderer
    return { svg: files[0]?.content ?? "", pngs: yield* draw(files) }
  }).pipe(Effect.provide(NodeServices.layer), Effect.runPromise)

/** Width, height and RGBA of a PNG of 8 bits a channel, by the rules of its specification. */
function decoded(png: Uint8Array) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const parts: Uint8Array[] = []
  let [width, height, channels] = [0, 0, 0]
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at)
    const kind = String.fromCharCode(...png.subarray(at + 4, at + 8))
    const body = png.subarray(at + 8, at + 8 + length)
    if (kind === "IHDR") {
      width = view.getUint32(at + 8)
      height = view.getUint32(at + 12)
      channels = png[at + 17] === 6 ? 4 : 3
    }
    if (kind === "IDAT") parts.push(body)
    at += 12 + length
  }
  const filtered = inflateSync(Buffer.concat(parts))
  const stride = width * channels
  const pixels = new Uint8Array(stride * height)
  const paeth = (a: number, b: number, c: number) => {
    const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
    return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
  }
  for (let row = 0; row < height; row++) {
    const filter = filtered[row * (stride + 1)]
    for (let k = 0; k < stride; k++) {
      const left = k < channels ? 0 : (pixels[row * stride + k - channels] ?? 0)
      const up = row === 0 ? 0 : (pixels[(row - 1) * stride + k] ?? 0)
      const corner = row === 0 || k < channels ? 0 : (pixels[(row - 1) * stride + k - channels] ?? 0)
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0
      pixels[row * stride + k] = (filtered[row * (stride + 1) + 1 + k] ?? 0) + predicted
    }
  }
  const count = (colour: readonly number[]) => {
    let found = 0
    for (let at = 0; at < pixels.length; at += channels) {
      if (colour.every((level, k) => pixels[at + k] === level)) found++
    }
    return found
  }
  return { width, height, count }
}

describe("a figure as PNG", () => {
  test("has two pixels for each unit of the drawing, a light ground, and the method's colour", async () => {
    const { svg, pngs } = await drawn(chart)
    expect(pngs.map(({ name, kind }) => [name, kind])).toEqual([["two-lines.png", "figure"]])
    const png = pngs[0]?.content ?? new Uint8Array()
    expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10])
    const { width, height, count } = decoded(png)
    const [, wide, high] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []
    expect([width, height]).toEqual([2 * Number(wide), 2 * Number(high)])
    expect(count([255, 255, 255])).toBeGreaterThan((width * height) / 2)
    // UPGrad's green, #14853f: a line of three units and its label.
    expect(count([0x14, 0x85, 0x3f])).toBeGreaterThan(2000)
  })

  test("has its letters, powers of ten among them", async () => {
    const ink = async (change: Partial<Chart>) => {
      const { pngs } = await drawn({ ...chart, ...change })
      return decoded(pngs[0]?.content ?? new Uint8Array()).count([0x44, 0x44, 0x44])
    }
    const [without, power, words] = [await ink({ remarks: [" "] }), await ink({ remarks: ["⁻³"] }), await ink({})]
    expect(power).toBeGreaterThan(without + 20)
    // A letter that the font lacks would be a black box of some thousand pixels.
    expect(power).toBeLessThan(without + 500)
    expect(words).toBeGreaterThan(power)
  })

  test("gives the same bytes again", async () => {
    const [one, two] = [await drawn(chart), await drawn(chart)]
    expect([...(one.pngs[0]?.content ?? [])]).toEqual([...(two.pngs[0]?.content ?? [])])
  })

  test("says which packages draw it, in the versions of the manifest", () => {
    const { message } = new PngUnavailable({ missing: "@resvg/resvg-wasm" })
    expect(message).toStartWith("PNG needs @resvg/resvg-wasm, which cannot be loaded here")
    for (const [name, version] of Object.entries(manifest.peerDependencies)) {
      expect(message).toContain(`${name}@${version}`)
      expect(new Map(Object.entries(manifest.devDependencies)).get(name)).toBe(version)
    }
  })
})
