/**
 * The area under the loss against the learning rate: what the search of arXiv 2406.16232, appendix D.1, saw.
 *
 * @module
 */
import { geometricRates } from "../protocol/geometric-rates.ts"
import { estimate } from "../protocol/standard-error.ts"
import { type Axis, type Chart, dashesAt, line, type Panel, roundDomain, type Series } from "./chart/index.ts"
import { methodPanels, missingFrom, REFERENCES } from "./curve-figure.ts"
import { type MethodLine, referenceLine, type Setting } from "./settings.ts"

/** Areas beyond this many times the best one of the method are cut off, so that the valley of each can be seen. */
const TALLEST = 30

/** One panel for each group of methods, a line each; null where no run of the setting has ended. */
export function rateFigure(setting: Setting): Chart | null {
  const ended = setting.lines.flatMap(({ rows }) => rows).filter(({ status }) => status !== null)
  const areas = ended.map(({ area }) => area ?? Number.NaN).filter(Number.isFinite)
  if (areas.length === 0) return null
  const panels = methodPanels(setting)
  const references = REFERENCES.flatMap((method) => referenceLine(setting, method) ?? [])
  const rates = ended.map((row) => row.learning_rate)
  const least = areas.reduce((a, b) => Math.min(a, b))
  const shownAreas = areas.filter((area) => area <= TALLEST * least)
  const x: Axis = { label: "Learning rate", scale: "log", domain: padded(roundDomain(rates, "log")) }
  const y: Axis = {
    label: "Area under the loss\n(nats · epochs)",
    scale: "log",
    domain: roundDomain([...shownAreas.map((area) => area * 1.02), least * 0.98], "log")
  }
  const columns = Math.min(3, panels.length)
  const places = Array.from({ length: Math.ceil(panels.length / columns) * columns }, (_, i) => panels[i])
  const drawn = places.map((panel): Panel | null => {
    if (panel === undefined) return null
    const { heading, lines } = panel
    const own = lines.map((one, k) => ({ ...rateSeries(one), dashes: dashesAt(k) }))
    const series = [...own, ...references.map(rateSeries)].filter(hasSomething)
    return { heading: columns > 1 ? heading : "", height: 300, x, y, series }
  })
  const seeds = new Set(ended.map(({ seed }) => seed)).size
  const cut = areas.length > shownAreas.length ? ` Areas above ${TALLEST} times the least are cut off.` : ""
  return {
    id: `rates-${setting.slug}`,
    title: `${setting.dataSetTitle}: area under the loss by learning rate`,
    remarks: [
      `${setting.optimizerTitle}, ${setting.epochs} epochs in batches of ${setting.batchSize}, ${seedsText(seeds)} Rings: best rates. Crosses: rates at which runs diverged.${cut}`,
      ...missingFrom(setting, { rates: true })
    ],
    source: "Data of a sweep; the search of learning rates of arXiv 2406.16232, appendix D.1",
    columns,
    panels: drawn
  }
}

function seedsText(seeds: number): string {
  if (seeds === 1) return "one seed."
  return `${seeds} seeds: means and standard errors where all of them have a run, dots where only some.`
}

/** A tick's width beyond both ends, so that no dot stands on the frame. */
function padded([low, high]: readonly [number, number]): readonly [number, number] {
  const [, next = 2] = geometricRates({ from: 1, to: high / low, count: 30 })
  return [low / next, high * next]
}

/**
 * The line of a method: mean and standard error at rates where every seed's run is done, single runs where not, and
 * crosses where a run diverged.
 */
export function rateSeries({ method, title, rows, best }: MethodLine): Series {
  const seeds = new Set(rows.map(({ seed }) => seed)).size
  const byRate = [...Map.groupBy(rows, (row) => row.learning_rate)].sort(([a], [b]) => a - b)
  const done = byRate.map(([rate, at]) => ({
    rate,
    areas: at.flatMap(({ area }) => (area !== null && Number.isFinite(area) ? [area] : []))
  }))
  const whole = done.filter(({ areas }) => areas.length === seeds)
  const points = whole.map(({ rate, areas }) => ({ rate, ...estimate(areas) }))
  const y = Float64Array.from(points, ({ mean }) => mean ?? Number.NaN)
  const error = Float64Array.from(points, ({ standardError }) => standardError ?? Number.NaN)
  return line({
    method,
    label: title,
    x: Float64Array.from(points, ({ rate }) => rate),
    y,
    band:
      seeds < 2
        ? null
        : { low: y.map((mean, i) => mean - (error[i] ?? 0)), high: y.map((mean, i) => mean + (error[i] ?? 0)) },
    dots: true,
    scattered: done
      .filter(({ areas }) => areas.length < seeds)
      .flatMap(({ rate, areas }) => areas.map((area) => [rate, area] as const)),
    ringed: [...Map.groupBy(best, (row) => row.learning_rate)].map(([rate, at]) => {
      // On the line where the line has the rate.
      const mean = points.find((point) => point.rate === rate)?.mean
      return [rate, mean ?? estimate(at.map(({ area }) => area ?? Number.NaN)).mean ?? Number.NaN] as const
    }),
    diverged: byRate.filter(([, at]) => at.some(({ status }) => status === "diverged")).map(([rate]) => rate)
  })
}

function hasSomething({ y, scattered, diverged }: Series): boolean {
  return y.length + scattered.length + diverged.length > 0
}
