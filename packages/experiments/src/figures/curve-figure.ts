/**
 * Loss and update similarity for each iteration of all methods on one data set: Figures 2 and 5 to 10 of "Jacobian
 * Descent for Multi-Objective Optimization" (arXiv 2406.16232).
 *
 * @module
 */
import { PAPER_ALPHA } from "../protocol/exponential-smoothing.ts"
import { type Axis, type Chart, dashesAt, line, type Panel, roundDomain, type Series } from "./chart/index.ts"
import { type CurvesOf, curveBand } from "./curve-band.ts"
import { methodTitle } from "./names.ts"
import { type MethodLine, referenceLine, type Setting } from "./settings.ts"

/** The paper's three panels; each has the mean and UPGrad too. */
export const PAPER_PANELS: readonly (readonly string[])[] = [
  ["mgda", "aligned-mtl", "pcgrad", "dualproj"],
  ["rgw", "graddrop"],
  ["cagrad", "imtl-g", "nash-mtl"]
]

/** Methods that every panel has, to compare with. */
export const REFERENCES: readonly string[] = ["mean", "upgrad"]

const OTHERS_A_PANEL = 4
const COLUMNS = 3

/** Lines of a panel, the references not among them, and what stands above it. */
export interface MethodPanel {
  readonly heading: string
  readonly lines: readonly MethodLine[]
}

/**
 * The panels of a setting: the paper's, then what else the sweep has, four a panel. Panels without a line are left out;
 * one with the references alone is what remains of nothing else.
 */
export function methodPanels(setting: Setting): readonly MethodPanel[] {
  const references = REFERENCES.map((method) => referenceLine(setting, method))
  const left = setting.lines.filter((one) => !references.includes(one))
  const panels: MethodPanel[] = PAPER_PANELS.flatMap((methods) => {
    const lines = methods.flatMap((method) => left.filter((one) => one.method === method))
    return lines.length === 0 ? [] : [{ heading: headingOf(lines), lines }]
  })
  const others = left.filter(({ method }) => !PAPER_PANELS.flat().includes(method))
  for (let i = 0; i < others.length; i += OTHERS_A_PANEL) {
    const lines = others.slice(i, i + OTHERS_A_PANEL)
    panels.push({ heading: headingOf(lines), lines })
  }
  return panels.length === 0 ? [{ heading: "", lines: [] }] : panels
}

function headingOf(lines: readonly MethodLine[]): string {
  const names = [...new Set(lines.map(({ method }) => methodTitle(method)))]
  return names.length > 4 ? "" : names.join(", ")
}

/** Curves of a setting: a row of panels for the loss, one for the similarity. */
export function curveFigure(setting: Setting, curves: CurvesOf): Chart {
  const panels = methodPanels(setting)
  const references = REFERENCES.flatMap((method) => referenceLine(setting, method) ?? [])
  const shown = [...panels.flatMap(({ lines }) => lines), ...references].filter(({ best }) => best.length > 0)
  const x: Axis = {
    label: `Iteration, batches of ${setting.batchSize}`,
    scale: "linear",
    domain: [0, setting.epochs * setting.iterationsPerEpoch]
  }
  const bands = new Map(shown.map((one) => [one, lossAndSimilarity(one, curves)]))
  const axes = axesOf([...bands.values()])
  const rowOf = (quantity: Quantity, lines: readonly MethodPanel[]): readonly (Panel | null)[] =>
    Array.from({ length: columns }, (_, i) => {
      const panel = lines[i]
      if (panel === undefined) return null
      const own = panel.lines.flatMap((one, k) => {
        const series = bands.get(one)?.[quantity]
        return series === undefined ? [] : [{ ...series, dashes: dashesAt(k) }]
      })
      const series = [...own, ...references.flatMap((one) => bands.get(one)?.[quantity] ?? [])]
      const heading = columns > 1 && quantity === "loss" ? panel.heading : ""
      return { heading, height: quantity === "loss" ? 290 : 180, x, y: axes[quantity], series }
    })
  const columns = Math.min(COLUMNS, panels.length)
  const rows: (Panel | null)[] = []
  for (let i = 0; i < panels.length; i += columns) {
    const some = panels.slice(i, i + columns)
    rows.push(...rowOf("loss", some), ...rowOf("similarity", some))
  }
  return {
    id: `curves-${setting.slug}`,
    title: `${setting.dataSetTitle}: loss and similarity of updates`,
    remarks: [[conditionsOf(setting, shown), SMOOTHING, ...axes.remarks].join(" "), ...missingFrom(setting)],
    source: `Data of a sweep, drawn as ${paperFigure(setting)} of arXiv 2406.16232`,
    columns,
    panels: rows
  }
}

/** How curves are smoothed. */
export const SMOOTHING = `Exponential moving means (α = ${PAPER_ALPHA}).`

/** The figure of the paper for a data set. */
function paperFigure({ dataSet }: Setting): string {
  const figures: Readonly<Record<string, string>> = {
    svhn: "Figures 2 and 5",
    cifar10: "Figure 6",
    eurosat: "Figure 7",
    mnist: "Figure 8",
    digits: "Figure 8",
    "fashion-mnist": "Figure 9",
    kmnist: "Figure 10"
  }
  return figures[dataSet] ?? "Figures 5 to 10"
}

/** What curves show. */
export type Quantity = "loss" | "similarity"

/** Both curves of a line at the best rates, over iterations, or over epochs when their number an epoch is given. */
export function lossAndSimilarity(
  { method, title, best }: MethodLine,
  curves: CurvesOf,
  iterationsPerUnit = 1
): Readonly<Record<Quantity, Series>> {
  const found = best.flatMap(({ run }) => curves.get(run) ?? [])
  const seriesOf = (of: readonly Float64Array[]): Series => {
    const { mean, band } = curveBand(of)
    const x = Float64Array.from(mean, (_, i) => (i + 1) / iterationsPerUnit)
    return line({ method, label: title, x, y: mean, band })
  }
  return {
    loss: seriesOf(found.map(({ losses }) => losses)),
    similarity: seriesOf(found.map(({ similarities }) => similarities))
  }
}

/** Where the largest smoothed loss is this many times the least, a logarithm shows the small ones apart. */
const LOGARITHMIC_FROM = 15

/** Losses beyond this many times the largest first one are cut off, so that a run that climbs does not hide the others. */
const TALLEST = 2

/** Shared axes for losses and similarities, and a sentence about losses that the axis cuts off. */
export function axesOf(lines: readonly Readonly<Record<Quantity, Series>>[]): Readonly<Record<Quantity, Axis>> & {
  readonly remarks: readonly string[]
} {
  const all = lines.flatMap(({ loss }) => Array.from(loss.y)).filter((value) => Number.isFinite(value) && value > 0)
  // Not by spreading into Math.max: there are more values than a call takes.
  const highest = TALLEST * lines.reduce((most, { loss }) => Math.max(most, loss.y[0] ?? 0), 0)
  const losses = all.filter((value) => value <= highest)
  const largest = losses.reduce((a, b) => Math.max(a, b), 0)
  const least = losses.reduce((a, b) => Math.min(a, b), largest)
  const scale = largest > LOGARITHMIC_FROM * least ? "log" : "linear"
  const similarities = lines.flatMap(({ similarity }) => Array.from(similarity.y))
  const [low] = roundDomain([...similarities, 1], "linear")
  // A little above 1, where the mean is, so that its line does not fall on the frame.
  const high = 1 + Math.max(0.01, 0.04 * (1 - low))
  const domain = roundDomain(scale === "log" ? losses : [0, ...losses], scale)
  const isCut = all.some((value) => value > domain[1])
  return {
    remarks: isCut ? [`Losses above ${domain[1]} are cut off.`] : [],
    loss: { label: "Training loss (cross-entropy, nats)", scale, domain },
    similarity: { label: "Cosine to the\nmean gradient", scale: "linear", domain: [low < 1 ? low : 0, high] }
  }
}

/** Seeds and rates, as a sentence. */
export function conditionsOf(
  { optimizerTitle }: Pick<Setting, "optimizerTitle">,
  shown: readonly MethodLine[]
): string {
  const seeds = [...new Set(shown.map(({ best }) => best.length))].sort((a, b) => a - b)
  const [fewest = 0] = seeds
  const most = seeds.at(-1) ?? 0
  const rates = `${optimizerTitle}, each seed at its own best learning rate.`
  if (most < 2) return `${optimizerTitle}, one seed, each method at its own best learning rate.`
  const count = fewest === most ? `${most}` : `${fewest} to ${most}`
  return `${rates} Means of ${count} seeds, bands of the standard error.`
}

/** What of a setting is not there, as sentences; none when all is. A figure of `rates` shows divergence itself. */
export function missingFrom(
  { lines }: Pick<Setting, "lines">,
  { rates = false }: { readonly rates?: boolean } = {}
): readonly string[] {
  const rows = lines.flatMap((one) => one.rows)
  const ended = rows.filter(({ status }) => status !== null).length
  const absent = lines
    .filter(({ best, rows: of }) => (rates ? of.every(({ status }) => status === null) : best.length === 0))
    .map(({ title, rows: of }) =>
      of.every(({ status }) => status === "diverged")
        ? `${title} (diverged at every rate)`
        : `${title} (no run is done)`
    )
  const partial = lines.flatMap(({ title, best, rows: of }) => {
    const seeds = new Set(of.map(({ seed }) => seed)).size
    return best.length > 0 && best.length < seeds && !rates ? [`${title} (${best.length} of ${seeds})`] : []
  })
  return [
    ...(ended < rows.length ? [`Unfinished: ${ended} of ${rows.length} runs have ended.`] : []),
    ...(absent.length > 0 ? [`Not shown: ${absent.join(", ")}.`] : []),
    ...(partial.length > 0 ? [`Of some seeds alone, since no run of the others is done: ${partial.join(", ")}.`] : [])
  ]
}
