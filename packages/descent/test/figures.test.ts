/** Figures of a run: digest, area under the loss, smoothing, picture. */
import { describe, expect, test } from "bun:test"
import { createHash } from "node:crypto"
import { areaUnderLoss, epochMeans, lossPicture, median, runDigest, smoothed, stepLine } from "../src/index.ts"

test("the digest is SHA-256 over float64 losses, then float32 parameters, little-endian, in the order given", async () => {
  const losses = Float64Array.of(2.3, 1.9)
  const parameters = new Map([
    ["0.weight", Float32Array.of(0.1, -2)],
    ["0.bias", Float32Array.of(3)]
  ])
  const expected = createHash("sha256")
    .update(new Uint8Array(losses.buffer))
    .update(new Uint8Array(Float32Array.of(0.1, -2, 3).buffer))
    .digest("hex")
  expect(await runDigest(losses, parameters)).toBe(expected)
})

test("the area under the loss is the sum over epochs of the epoch's mean", () => {
  const losses = Float64Array.of(4, 2, 3, 1, 1, 2, 0.5)
  expect(epochMeans(losses, 3)).toEqual([3, 4 / 3, 0.5])
  expect(areaUnderLoss(losses, 3)).toBeCloseTo(3 + 4 / 3 + 0.5, 15)
})

test("smoothing is the adjusted exponential mean: (x_t + (1-α) x_{t-1} + …) / (1 + (1-α) + …)", () => {
  expect([...smoothed([1, 2, 4], 0.5)]).toEqual([1, (2 + 0.5) / 1.5, (4 + 1 + 0.25) / 1.75])
})

test("median", () => {
  expect([median([]), median([3]), median([4, 1]), median([9, 1, 5])]).toEqual([null, 3, 2.5, 5])
})

test("a line of steps.jsonl reads back to the same bits, NaN as null", () => {
  const step = { iteration: 3, epoch: 1, meanLoss: 0.1 + 0.2, similarity: Number.NaN }
  expect(JSON.parse(stepLine(step, "certified"))).toEqual({ ...step, similarity: null, certificate: "certified" })
})

describe("the picture", () => {
  const curves = [
    { method: "upgrad", label: "UPGrad <best>", losses: Array.from({ length: 64 }, (_, i) => 2.3 * 0.95 ** i) },
    { method: "mean", label: "mean", losses: Array.from({ length: 64 }, (_, i) => 2.3 * 0.97 ** i) }
  ]
  const svg = lossPicture({ title: "A & B", subtitle: "two runs", curves })

  test("has one thick line a curve, the mean dashed, and labels at the ends", () => {
    expect(svg.match(/class="mean c\d/g)).toHaveLength(2)
    expect(svg).toContain('class="mean c1 dashed"')
    expect(svg).toContain("UPGrad &lt;best&gt;")
    expect(svg).toContain("A &amp; B")
  })

  test("has no number that is not one", () => {
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    expect(lossPicture({ title: "", subtitle: "", curves: [{ method: "x", label: "x", losses: [1] }] })).not.toMatch(
      /NaN/
    )
    expect(lossPicture({ title: "", subtitle: "", curves: [] })).not.toMatch(/NaN|Infinity/)
  })
})
