/** The parts of a chart: round axes, labels that do not stand on one another, and where lines are drawn. */
import { describe, expect, test } from "bun:test"
import { loadWasm } from "@dualcone/wasm"
import { brokenLines, type Chart, drawChart, line, roundDomain, spreadLabels, ticksOf } from "../src/index.ts"

const { log } = (await loadWasm()).functions

describe("axes", () => {
  test("end at round numbers", () => {
    expect(roundDomain([0, 800], "linear")).toEqual([0, 800])
    expect(roundDomain([0.03, 2.31], "linear")).toEqual([0, 3])
    expect(roundDomain([-0.4, 0.9], "linear")).toEqual([-0.5, 1])
    expect(roundDomain([0.0023, 2.31], "log")).toEqual([0.002, 5])
    expect(roundDomain([0.001, 1], "log")).toEqual([0.001, 1])
  })

  test("hold what there is: one value, none, and values that are not finite", () => {
    expect(roundDomain([4], "linear")).toEqual([2, 6])
    expect(roundDomain([], "linear")).toEqual([0, 1])
    expect(roundDomain([Number.NaN, Number.POSITIVE_INFINITY, 2, 4], "linear")).toEqual([2, 4])
    expect(roundDomain([0, -1, 2, 50], "log")).toEqual([2, 50])
    expect(roundDomain([1], "log")).toEqual([0.5, 2])
  })

  const texts = (scale: "linear" | "log", domain: readonly [number, number], most: number) =>
    ticksOf({ label: "", scale, domain }, most).map(({ text }) => text)

  test("have few round ticks, with a proper minus sign", () => {
    expect(texts("linear", [0, 800], 5)).toEqual(["0", "200", "400", "600", "800"])
    expect(texts("linear", [-0.5, 1], 4)).toEqual(["−0.5", "0", "0.5", "1"])
    expect(texts("log", [5, 100], 6)).toEqual(["5", "10", "20", "50", "100"])
    expect(texts("log", [0.001, 1], 5)).toEqual(["0.001", "0.01", "0.1", "1"])
    expect(texts("log", [1e-5, 1e2], 8)).toEqual(["10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²"])
    expect(texts("log", [1e-5, 1e2], 4)).toEqual(["10⁻⁴", "10⁻²", "10⁰", "10²"])
  })
})

describe("labels", () => {
  test("stay where they are while there is room", () => {
    expect(spreadLabels([10, 50, 90], 20, [0, 100])).toEqual([10, 50, 90])
  })

  test("move apart by as little as squares allow, in their order", () => {
    expect(spreadLabels([50, 50], 20, [0, 100])).toEqual([40, 60])
    expect(spreadLabels([60, 50], 20, [0, 100])).toEqual([65, 45])
    expect(spreadLabels([50, 50, 50], 20, [0, 100])).toEqual([30, 50, 70])
  })

  test("stay inside, all of them", () => {
    expect(spreadLabels([0, 0, 0], 20, [0, 100])).toEqual([0, 20, 40])
    expect(spreadLabels([100, 99, 98], 20, [0, 100])).toEqual([100, 80, 60])
    const crowded = spreadLabels([1, 2, 3, 70, 71, 99], 19, [4, 100])
    const sorted = [...crowded].sort((a, b) => a - b)
    expect(sorted).toEqual([...crowded])
    sorted.slice(1).forEach((at, i) => {
      expect(at - (sorted[i] ?? 0)).toBeGreaterThanOrEqual(19 - 1e-9)
    })
    expect(sorted[0]).toBeGreaterThanOrEqual(4)
    expect(sorted.at(-1)).toBeLessThanOrEqual(100)
  })

  test("break at spaces and lose no word", () => {
    const text = "Means of 8 seeds, bands of the standard error."
    const lines = brokenLines(text, 120)
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.join(" ")).toBe(text)
    expect(brokenLines("one", 1)).toEqual(["one"])
  })
})

describe("drawing", () => {
  test("cuts off labels that have no room", () => {
    const [panel] = chart().panels
    if (panel == null) throw new Error("there is a panel")
    const series = panel.series.map((one) => ({ ...one, label: "a label of more than twenty letters" }))
    const svg = drawChart(chart({ panels: [{ ...panel, series }] }), log)
    expect(svg).toMatch(/>a label of [a-z ]+…<\/text>/)
    expect(Number(/ width="(\d+)"/.exec(svg)?.[1])).toBeLessThan(116 + 560 + 240)
  })

  const chart = (change: Partial<Chart> = {}): Chart => ({
    id: "chart",
    title: "A chart",
    remarks: [],
    source: "nowhere",
    columns: 1,
    panels: [
      {
        heading: "",
        height: 100,
        x: { label: "x", scale: "linear", domain: [0, 4] },
        y: { label: "y", scale: "log", domain: [0.01, 1] },
        series: [line({ method: "upgrad", label: "UPGrad", x: [0, 1, 2, 3, 4], y: [1, 0.1, Number.NaN, 0.1, 0.01] })]
      }
    ],
    ...change
  })

  test("puts values where the scales say, and interrupts a line at what is not finite", () => {
    // 560 pixels for 4, 100 for two decades.
    expect(drawChart(chart(), log)).toContain('d="M0 0L140 50M420 50L560 100"')
  })

  test("keeps the first and the last of very many values", () => {
    const y = Float64Array.from({ length: 10_000 }, () => 0.1)
    const x = y.map((_, i) => i / 2500)
    const [panel] = chart().panels
    if (panel == null) throw new Error("there is a panel")
    const series = [line({ method: "mean", label: "Mean", x, y })]
    const svg = drawChart(chart({ panels: [{ ...panel, series }] }), log)
    const [, path = ""] = /class="run c0 dashed" d="([^"]+)"/.exec(svg) ?? []
    expect(path.startsWith("M0 50L")).toBe(true)
    expect(path).toEndWith("L559.9 50")
    expect(path.split("L").length).toBeLessThan(300)
  })

  test("gives lines of one look dashes of their own, the last one those of its method", () => {
    const [panel] = chart().panels
    if (panel == null) throw new Error("there is a panel")
    const series = ["upgrad", "upgrad", "mean", "upgrad"].map((method) =>
      line({ method, label: method, x: [0, 4], y: [1, 0.1] })
    )
    const svg = drawChart(chart({ panels: [{ ...panel, series }] }), log)
    const classes = [...svg.matchAll(/<path class="(run[^"]*)"/g)].map(([, name]) => name)
    expect(classes).toEqual(["run c0 kind1 thick", "run c0 kind2 thick", "run c1 dashed", "run c0 thick"])
  })

  test("refuses ids that are no plain word, and more columns than there is room for", () => {
    expect(() => drawChart(chart({ id: "a b" }), log)).toThrow('id is "a b"; it must be letters')
    expect(() => drawChart(chart({ columns: 5 }), log)).toThrow("columns is 5; it must be 1 to 4")
  })
})
