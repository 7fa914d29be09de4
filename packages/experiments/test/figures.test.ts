/** Figures of a sweep: their numbers against ones computed by hand, what partial databases show, and the same bytes twice. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import * as Effect from "effect/Effect"
import {
  type Chart,
  curveBand,
  figureFiles,
  methodPanels,
  type Panel,
  type Run,
  type RunResult,
  type Series,
  SweepStore,
  settingsOf,
  sweepFigures
} from "../src/index.ts"
import { divergedResult, doneResult, type Plant, plantSweep } from "./planted-sweep.ts"
import { temporaryFolder } from "./temporary-folder.ts"

// Every result that is planted waits for the disk.
setDefaultTimeout(60_000)

/** Two epochs of four iterations. */
const EPOCHS = 2
const base = {
  data: [{ name: "digits", examples: 128, epochs: EPOCHS }],
  seeds: [0, 1],
  aggregators: ["upgrad", "mean"],
  learningRates: [0.1, 1]
}

const constant = (loss: number, similarity: number): RunResult =>
  doneResult(new Float64Array(8).fill(loss), new Float64Array(8).fill(similarity), EPOCHS)

const figuresIn = (folder: string) =>
  sweepFigures.pipe(Effect.provide(SweepStore.layer(folder, { readOnly: true })), Effect.runPromise)

async function figuresOf(sweep: object, plant: Plant) {
  using folder = temporaryFolder()
  await plantSweep(folder.path, { ...base, ...sweep }, plant)
  return figuresIn(folder.path)
}

const chartOf = (charts: readonly Chart[], id: string): Chart => {
  const chart = charts.find((one) => one.id === id)
  if (chart === undefined) throw new Error(`${id} is not among ${charts.map((one) => one.id)}`)
  return chart
}

const panelsOf = (chart: Chart): readonly Panel[] => chart.panels.filter((panel) => panel !== null)

const seriesOf = (panel: Panel | null | undefined, label: string): Series => {
  const series = panel?.series.find((one) => one.label === label)
  if (series === undefined) throw new Error(`${label} is not in the panel`)
  return series
}

describe("curves", () => {
  test("are the smoothed mean over seeds, in a band of the smoothed standard error", () => {
    const { mean, band } = curveBand([Float64Array.of(1, 5), Float64Array.of(3, 5)], 0.5)
    // Means 2 and 5; errors sqrt((1 + 1) / 1 / 2) = 1 and 0; weights 1 and ½ of the newer and the older one.
    expect([...mean]).toEqual([2, (5 + 2 / 2) / 1.5])
    expect([...(band?.low ?? [])]).toEqual([1, 4 - 0.5 / 1.5])
    expect([...(band?.high ?? [])]).toEqual([3, 4 + 0.5 / 1.5])
  })

  test("of one seed have no band, and those of unequal length end with the shortest", () => {
    expect(curveBand([Float64Array.of(1, 2)]).band).toBeNull()
    expect(curveBand([Float64Array.of(1, 2, 3), Float64Array.of(1, 2)]).mean).toHaveLength(2)
  })

  test("show each seed at its own best rate", async () => {
    // Seed 0 is best at 0.1 with loss 1, seed 1 at 1 with loss 3: mean 2, error 1, whatever the smoothing.
    const loss = ({ group: { seed }, learningRate }: Run) => (seed === 0 ? learningRate * 10 : 3 / learningRate)
    const { charts } = await figuresOf({}, (run) => constant(loss(run), 0.5))
    const chart = chartOf(charts, "curves-digits")
    const [lossPanel, similarityPanel] = panelsOf(chart)
    const upgrad = seriesOf(lossPanel, "UPGrad")
    expect(Array.from(upgrad.x)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    for (let i = 0; i < 8; i++) {
      expect(upgrad.y[i]).toBeCloseTo(2, 12)
      expect(upgrad.band?.low[i]).toBeCloseTo(1, 12)
      expect(upgrad.band?.high[i]).toBeCloseTo(3, 12)
      expect(seriesOf(similarityPanel, "Mean").y[i]).toBeCloseTo(0.5, 12)
    }
    expect(lossPanel?.y).toMatchObject({ scale: "linear", domain: [0, 2] })
    expect(lossPanel?.x.label).toBe("Iteration, batches of 32")
    expect(chart.remarks[0]).toContain("Means of 2 seeds, bands of the standard error.")
    expect(chart.remarks).toHaveLength(1)
  })

  test("have a logarithmic axis where losses differ by much", async () => {
    const falling = (factor: number) => Float64Array.from({ length: 8 }, (_, i) => factor * 10 ** -i)
    const { charts } = await figuresOf({}, () => doneResult(falling(1), new Float64Array(8), EPOCHS))
    expect(panelsOf(chartOf(charts, "curves-digits"))[0]?.y.scale).toBe("linear")
    // The smoothing remembers the first losses; only a fall by more shows itself.
    const steep = await figuresOf({}, ({ group }) => constant(group.label === "mean" ? 2 : 0.002, 1))
    const { y } = panelsOf(chartOf(steep.charts, "curves-digits"))[0] ?? {}
    expect(y?.scale).toBe("log")
    expect(y?.domain).toEqual([0.002, 2])
  })

  test("that climb far above the start are cut off, and the figure says so", async () => {
    const climbing = Float64Array.of(2, 1000, 1000, 1000, 1000, 1000, 1000, 1000)
    const { charts } = await figuresOf({}, ({ group }) =>
      group.label === "mean" ? doneResult(climbing, new Float64Array(8), EPOCHS) : constant(1.5, 1)
    )
    const { panels, remarks } = chartOf(charts, "curves-digits")
    expect(panels[0]?.y).toMatchObject({ scale: "linear", domain: [0, 2] })
    expect(remarks[0]).toEndWith("Losses above 2 are cut off.")
    expect(seriesOf(panels[0], "Mean").y[7]).toBeGreaterThan(100)
  })

  test("stand in the paper's three panels, each with the mean and UPGrad; other methods in a panel of their own", async () => {
    const aggregators = ["mgda", "nash-mtl", "upgrad", "rgw", "mean", "dualproj", "fairgrad"]
    const { charts } = await figuresOf({ aggregators }, () => constant(1, 1))
    const chart = chartOf(charts, "curves-digits")
    expect(chart.columns).toBe(3)
    const labels = chart.panels.map((panel) => panel?.series.map(({ label }) => label) ?? null)
    expect(chart.panels[0]?.series.map(({ dashes }) => dashes)).toEqual([0, 2, 0, 0])
    const references = ["Mean", "UPGrad"]
    const first = [
      ["MGDA", "DualProj", ...references],
      ["RGW", ...references],
      ["Nash-MTL", ...references]
    ]
    const others = [["FairGrad", ...references], null, null]
    expect(labels).toEqual([...first, ...first, ...others, ...others])
  })
})

describe("rates", () => {
  test("are means and errors where every seed has a run, dots where only some, crosses where one diverged", async () => {
    const { charts } = await figuresOf({ learningRates: [0.1, 1, 10] }, ({ group: { seed }, learningRate }) =>
      learningRate === 10 || (learningRate === 1 && seed === 1) ? divergedResult : constant(2 + seed, 1)
    )
    const upgrad = seriesOf(panelsOf(chartOf(charts, "rates-digits"))[0], "UPGrad")
    // Areas 2 · 2 and 2 · 3 over two epochs: mean 5, error sqrt((1 + 1) / 1 / 2) = 1.
    expect([Array.from(upgrad.x), Array.from(upgrad.y)]).toEqual([[0.1], [5]])
    expect([Array.from(upgrad.band?.low ?? []), Array.from(upgrad.band?.high ?? [])]).toEqual([[4], [6]])
    expect(upgrad.scattered).toEqual([[1, 4]])
    expect(upgrad.diverged).toEqual([1, 10])
    expect(upgrad.ringed).toEqual([[0.1, 5]])
  })
})

describe("studies", () => {
  const study = {
    batchSizes: [16, 64],
    optimizers: [{ name: "sgd" }, { name: "adam" }],
    aggregators: ["upgrad", "mean"]
  }
  const plant: Plant = ({ group }) => {
    const iterations = Math.ceil(128 / group.batchSize) * EPOCHS
    return doneResult(new Float64Array(iterations).fill(group.batchSize), new Float64Array(iterations).fill(1), EPOCHS)
  }

  test("of batch sizes have a column each, over epochs", async () => {
    const { charts } = await figuresOf(study, plant)
    const chart = chartOf(charts, "batch-sizes-digits-sgd")
    expect(chart.columns).toBe(2)
    const [small, large] = panelsOf(chart)
    expect([small?.heading, large?.heading]).toEqual(["Batches of 16", "Batches of 64"])
    expect(Array.from(seriesOf(large, "Mean").x)).toEqual([0.5, 1, 1.5, 2])
    expect(seriesOf(small, "UPGrad").y[0]).toBe(16)
    expect(small?.x).toMatchObject({ label: "Epoch", domain: [0, EPOCHS] })
  })

  test("say what is missing of which column", async () => {
    const { charts } = await figuresOf(study, (run) => {
      const { batchSize, label, optimizer } = run.group
      return batchSize === 64 && label === "mean" && optimizer.name === "sgd" ? null : plant(run)
    })
    expect(chartOf(charts, "batch-sizes-digits-sgd").remarks.slice(1)).toEqual([
      "Batches of 64: Unfinished: 4 of 8 runs have ended.",
      "Batches of 64: Not shown: Mean (no run is done)."
    ])
    expect(chartOf(charts, "batch-sizes-digits-adam").remarks).toHaveLength(1)
  })

  test("of optimizers have a figure for each but SGD; both leave no figure of curves", async () => {
    const { charts } = await figuresOf(study, plant)
    const ids = charts.map(({ id }) => id)
    expect(ids.slice(0, 3)).toEqual(["batch-sizes-digits-sgd", "batch-sizes-digits-adam", "optimizer-adam"])
    expect(ids.slice(3).every((id) => id.startsWith("rates-digits-"))).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe("databases that are not whole", () => {
  test("without a run that is done there is a typed error", async () => {
    using folder = temporaryFolder()
    await plantSweep(folder.path, base, ({ group }) => (group.seed === 0 ? divergedResult : null))
    const error = await figuresIn(folder.path).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ _tag: "NothingToDraw", runs: 8, diverged: 4 })
    expect(String(error)).toContain("none of the sweep's 8 runs is done, and 4 diverged")
  })

  test("the figure says what is missing", async () => {
    const aggregators = ["upgrad", "mean", "mgda", "rgw"]
    const { charts } = await figuresOf({ aggregators }, ({ group: { label, seed } }) => {
      if (label === "mgda") return divergedResult
      return label === "rgw" || seed === 1 ? null : constant(1, 1)
    })
    const { remarks, panels } = chartOf(charts, "curves-digits")
    expect(remarks.slice(1)).toEqual([
      "Unfinished: 8 of 16 runs have ended.",
      "Not shown: MGDA (diverged at every rate), RGW (no run is done).",
      "Of some seeds alone, since no run of the others is done: UPGrad (1 of 2), Mean (1 of 2)."
    ])
    expect(panels[0]?.series.map(({ label }) => label)).toEqual(["Mean", "UPGrad"])
    const rates = chartOf(charts, "rates-digits")
    expect(rates.remarks.slice(1)).toEqual(["Unfinished: 8 of 16 runs have ended.", "Not shown: RGW (no run is done)."])
    expect(seriesOf(panelsOf(rates)[0], "MGDA").diverged).toEqual([0.1, 1])
  })

  test("a sweep without UPGrad and the mean has its figures too", async () => {
    const { charts } = await figuresOf({ aggregators: ["mgda"] }, () => constant(1, 1))
    expect(charts.map(({ id }) => id)).toEqual(["curves-digits", "rates-digits"])
  })
})

describe("settings", () => {
  test("kinds of a method are told apart: the plain one is compared with, the others have a panel", async () => {
    using folder = temporaryFolder()
    const kinds = [
      { name: "upgrad", ridge: { kind: "trace", epsilon: 1e-7 } },
      { name: "cr-mogm", weighting: "mgda" }
    ]
    const aggregators = ["mean", ...kinds, "upgrad"]
    await plantSweep(folder.path, { ...base, aggregators }, () => constant(1, 1))
    const rows = await SweepStore.use((store) => store.rows).pipe(
      Effect.provide(SweepStore.layer(folder.path)),
      Effect.runPromise
    )
    const [setting] = settingsOf(rows)
    if (setting === undefined) throw new Error("there is a setting")
    const [panel] = methodPanels(setting)
    expect(panel?.lines.map(({ method }) => method)).toEqual(["upgrad", "cr-mogm(mgda)"])
    expect(panel?.lines.map(({ title }) => title)).toEqual(["UPGrad (1e-7, trace)", "CR-MOGM (MGDA)"])
  })
})

describe("files", () => {
  test("are the same bytes twice, in well-formed SVG, and of distinct names", async () => {
    using folder = temporaryFolder()
    const aggregators = ["upgrad", "mean", { aggregator: "mgda", label: 'a "<b>" & c' }]
    await plantSweep(folder.path, { ...base, aggregators }, ({ group }) =>
      group.seed === 1 && group.label === "upgrad" ? divergedResult : constant(1 + group.label.length, 0.5)
    )
    const write = async () => Effect.runPromise(figureFiles(await figuresIn(folder.path)))
    const files = await write()
    expect(await write()).toEqual(files)
    expect(files.map(({ name }) => name)).toEqual([
      ...["curves-digits.svg", "rates-digits.svg", "results.md", "results.csv"],
      ...["runs.md", "runs.csv", "times.md", "times.csv"]
    ])
    for (const { content, kind } of files.filter(({ name }) => name.endsWith(".svg"))) {
      expect(kind).toBe("figure")
      expect(content).toContain("a &quot;&lt;b&gt;&quot; &amp; c")
      expect(content).not.toMatch(/NaN|Infinity|undefined/)
      expect(content.match(/<g[ >]/g)?.length).toBe(content.match(/<\/g>/g)?.length)
    }
  })
})
