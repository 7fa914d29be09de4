/** The picture of the steps: what is drawn, and that lengths say what the figures do. */
import { describe, expect, test } from "bun:test"
import { axisFor } from "../axis.ts"
import { type BarChart, barChart } from "../bar-chart.ts"
import { type Report, reportText } from "../report.ts"
import type { ComparedSteps, ContenderSteps } from "../steps.ts"
import { barsOf, stepsPicture } from "../steps-picture.ts"

describe("the axis", () => {
  test("is linear from zero while the largest value is at most twenty times the least", () => {
    const axis = axisFor([5, 40, 100])
    expect(axis.scale).toBe("linear")
    expect(axis.at(0)).toBe(0)
    expect(axis.at(40) / axis.at(5)).toBeCloseTo(8, 12)
    expect(axis.at(100)).toBeLessThanOrEqual(1)
    expect(axis.ticks).toEqual([0, 20, 40, 60, 80, 100])
  })

  test("is logarithmic beyond, from a decade below the least to the largest", () => {
    const axis = axisFor([3, 3000])
    expect(axis.scale).toBe("logarithmic")
    expect(axis.ticks).toEqual([1, 10, 100, 1000])
    expect(axis.at(1)).toBe(0)
    expect(axis.at(3000)).toBe(1)
    expect(axis.at(100) - axis.at(10)).toBeCloseTo(axis.at(1000) - axis.at(100), 12)
  })

  test("never begins at a value, whose bar would not be seen", () => {
    expect(axisFor([1, 1000]).at(1)).toBeGreaterThan(0.1)
  })
})

const chart: BarChart = {
  title: "A < B & C",
  remarks: ["One remark"],
  unit: "ms",
  groups: [
    { title: "first", bars: [{ name: "ours", value: 10, least: 8, colour: 0, strong: true }] },
    { title: "second", bars: [{ name: "theirs", value: 40, least: 40, colour: 1, strong: false }] }
  ],
  colours: [
    { light: "#111111", dark: "#eeeeee" },
    { light: "#222222", dark: "#dddddd" }
  ]
}
const widths = (svg: string) => [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width))

describe("the chart", () => {
  test("draws all groups on one axis", () => {
    const [ours = 0, theirs = 0] = widths(barChart(chart))
    expect(theirs / ours).toBeCloseTo(4, 2)
  })

  test("has both grounds, escapes what it is told, and says how to read it", () => {
    const svg = barChart(chart)
    expect(svg).toContain("A &lt; B &amp; C")
    expect(svg).toMatch(/\.c0\{fill:#111111\}.*\n@media\(prefers-color-scheme:dark\).*\.c0\{fill:#eeeeee\}/)
    expect(svg).toContain("A bar ends at the median, in ms; the line across it is the least of all samples.")
    expect(svg).not.toContain("logarithmic")
  })

  test("says so where its axis is logarithmic", () => {
    const groups = [{ title: "first", bars: [10, 1000].map((value) => ({ ...bar, value, least: value })) }]
    expect(barChart({ ...chart, groups })).toContain("The axis is logarithmic")
  })
})

const bar = { name: "ours", colour: 0, strong: false }
const contender = (figures: Pick<ContenderSteps, "library" | "step" | "threads" | "method" | "ms">): ContenderSteps => {
  const ratio = { ms: figures.ms / 5, minMs: figures.ms / 4 }
  return { ...figures, minMs: figures.ms, samples: 80, ratio, agreement: { losses: 0, gradientNorm: 0, weights: null } }
}
const row: ComparedSteps = {
  ...({ network: "svhn", engine: "cpu", threads: 2, batchSize: 32, certified: true } as const),
  ...{ upgradMs: 5, upgradMinMs: 4, sgdMs: 4.8, sgdMinMs: 3.9 },
  contenders: [
    contender({ library: "PyTorch", step: "SGD", threads: 2, method: "sgd", ms: 20 }),
    contender({ library: "PyTorch", step: "SGD", threads: 1, method: "sgd", ms: 15 }),
    contender({ library: "jax-js", step: "grad", threads: 2, method: "grad", ms: 300 }),
    contender({ library: "Dualcone", step: "UPGrad in Deno", threads: 2, method: "upgrad", ms: 6 })
  ]
}
const report: Report = {
  machine: { cpu: "A processor", cores: 2, platform: "linux x64", runtime: "Bun 1.4.5", load: 0.1 },
  ...{ loadAfter: 0.2, threads: 2, batchSize: 32, weights: [], steps: [row] },
  peers: [{ library: "PyTorch 2", threads: 2, cuda: null }]
}

describe("the steps of a run", () => {
  test("are drawn with our UPGrad first, and others on the number of threads on which they were fastest", () => {
    const drawn = barsOf(row).map(({ name, value, strong }) => ({ name, value, strong }))
    expect(drawn).toEqual([
      { name: "Dualcone UPGrad", value: 5, strong: true },
      { name: "Dualcone SGD", value: 4.8, strong: false },
      { name: "PyTorch SGD", value: 15, strong: false },
      { name: "jax-js grad", value: 300, strong: false },
      { name: "UPGrad in Deno", value: 6, strong: false }
    ])
  })

  test("name machine, runtime, threads and what jax-js leaves out", () => {
    const svg = stepsPicture(report)
    expect(svg).toContain("A processor, 2 cores; Dualcone in Bun 1.4.5 on 2 threads.")
    expect(svg).toContain("jax-js computes gradients alone")
    expect(svg).not.toContain("TensorFlow")
  })

  test("say on how many threads ours were where a network takes fewer", () => {
    const svg = stepsPicture({ ...report, steps: [row, { ...row, network: "resnet", threads: 1 }] })
    expect(svg).toContain(">resnet, Dualcone on 1 thread<")
    expect(svg).toContain(">svhn<")
  })

  test("are a table with medians, least and ratios, every number of threads in its line", () => {
    const text = reportText(report)
    expect(text).toContain("A processor, 2 cores, linux x64, Bun 1.4.5, 2 threads.\nPyTorch 2.\n")
    expect(text).toMatch(/\nUPGrad +5\.00 \(4\.00\)\n/)
    expect(text).toMatch(/\nPyTorch SGD, 1 thread +15\.0 \(15\.0\)\n/)
    expect(text).toMatch(/\nPyTorch SGD, 2 threads \/ our UPGrad +4\.00 \(5\.00\)\n/)
    expect(text).toContain("jax-js computes gradients alone")
  })

  test("of a run without peers say how to have some", () => {
    const alone = reportText({ ...report, peers: [], steps: [{ ...row, contenders: [] }] })
    expect(alone).toContain("No peer: --python PATH adds PyTorch and TorchJD, --javascript jax-js and tfjs.")
    expect(alone).not.toContain("our UPGrad")
  })
})
