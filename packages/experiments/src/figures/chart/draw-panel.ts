/**
 * One panel of a chart as SVG.
 *
 * @module
 */
import { escapeText, lineStyle } from "@dualcone/descent"
import { dashesAt, type Panel, type Series } from "./chart.ts"
import { shortened, spreadLabels } from "./labels.ts"
import { type Logarithm, scaleOf, ticksOf } from "./scale.ts"

/** Where a panel stands and what is written around it. */
export interface PanelPlace {
  /** The upper left corner of the plot. */
  readonly left: number
  readonly top: number
  readonly width: number
  readonly id: string
  /** Room above the plot, the same for all panels of a row, so that their headings stand on one line. */
  readonly head: number
  /** Whether numbers and label stand at the left; panels further right share those of the first. */
  readonly hasYAxis: boolean
  /** Whether the label of the x axis stands below. */
  readonly hasXLabel: boolean
  /** The class of the colour of a method. */
  readonly classOf: (method: string) => string
  readonly log: Logarithm
}

/** Room for the label of a line, in pixels of plain type; what is longer is cut off. */
export const LONGEST_LABEL = 180

/** Between two labels, and for a row of crosses. */
const LABEL_DISTANCE = 19
const CROSS_ROW = 14
const LABEL_AT = 20
/** Of a line: about one a pixel; more cannot be seen. */
const MOST_POINTS = 280

/** Room above a plot: the heading, and a row of crosses for each method that diverged somewhere. */
export function headRoom({ heading, series }: Panel): number {
  return (heading === "" ? 10 : 30) + series.filter(({ diverged }) => diverged.length > 0).length * CROSS_ROW
}

/** Draws a panel. */
export function drawPanel(panel: Panel, place: PanelPlace): string {
  const { left, top, width, id, classOf, log } = place
  const { height, series } = panel
  const x = scaleOf(panel.x, width, log)
  const up = scaleOf(panel.y, height, log)
  // A little beyond the frame, so that a line that leaves is cut off there and not drawn along it.
  const y = (value: number) => Math.max(-20, Math.min(height + 20, height - up(value)))
  const bands = series.map((one) => bandPath(one, x, y, classOf(one.method)))
  const lines = series.map((one, i) =>
    linePath(one, x, y, `${classOf(one.method)}${dashesOf(series, i)}${widthOf(one)}`)
  )
  const dots = series.map((one) => dotsOf(one, x, y, classOf(one.method)))
  const inner = [...bands, ...lines, ...dots].filter((part) => part !== "").join("\n")
  const parts = [
    `<rect class="plain" width="${width}" height="${height}"/>`,
    ...yTicks(panel, place, y),
    ...xTicks(panel, place, x),
    `<g clip-path="url(#${id}-clip-${width}-${height})">${inner}</g>`,
    `<rect class="frame" width="${width}" height="${height}"/>`,
    ...crosses(panel, x, classOf),
    ...endLabels(panel, width, x, y, classOf)
  ]
  if (panel.heading !== "") {
    parts.push(`<text class="heading" y="${18 - place.head}">${escapeText(panel.heading)}</text>`)
  }
  return `<g transform="translate(${left} ${top})">\n${parts.join("\n")}\n</g>`
}

function yTicks({ y: axis, height }: Panel, { width, hasYAxis }: PanelPlace, y: (value: number) => number): string[] {
  const parts = ticksOf(axis, Math.max(3, Math.floor(height / 44))).map(({ value, text }) => {
    const at = pixel(y(value))
    const number = hasYAxis ? `<text x="-8" y="${pixel(y(value) + 5.5)}" text-anchor="end">${text}</text>` : ""
    return `<path class="grid" d="M0 ${at}H${width}"/>${number}`
  })
  if (hasYAxis) {
    const lines = axis.label.split("\n")
    lines.forEach((label, i) => {
      const at = `translate(${-70 - (lines.length - 1 - i) * 20} ${pixel(height / 2)}) rotate(-90)`
      parts.push(`<text transform="${at}" text-anchor="middle">${escapeText(label)}</text>`)
    })
  }
  return parts
}

function xTicks({ x: axis, height }: Panel, { width, hasXLabel }: PanelPlace, x: (value: number) => number): string[] {
  const parts = ticksOf(axis, Math.max(3, Math.floor(width / 50))).map(({ value, text }) => {
    const at = pixel(x(value))
    return `<path class="grid" d="M${at} 0V${height}"/><text x="${at}" y="${height + 22}" text-anchor="middle">${text}</text>`
  })
  if (hasXLabel) {
    parts.push(`<text x="${pixel(width / 2)}" y="${height + 46}" text-anchor="middle">${escapeText(axis.label)}</text>`)
  }
  return parts
}

/** Indices of at most {@link MOST_POINTS} values, evenly, the last one with them. */
function shownIndices({ y }: Series): readonly number[] {
  const every = Math.max(1, Math.ceil(y.length / MOST_POINTS))
  const indices: number[] = []
  for (let i = 0; i < y.length; i += every) indices.push(i)
  if (y.length > 0 && indices.at(-1) !== y.length - 1) indices.push(y.length - 1)
  return indices
}

/** Stretches of indices where all these have a finite value. */
function stretches(indices: readonly number[], values: readonly ArrayLike<number>[]): readonly (readonly number[])[] {
  const found: number[][] = [[]]
  for (const i of indices) {
    if (values.every((of) => Number.isFinite(of[i]))) found.at(-1)?.push(i)
    else found.push([])
  }
  return found.filter(({ length }) => length > 0)
}

type Scale = (value: number) => number

function linePath(series: Series, x: Scale, y: Scale, name: string): string {
  const d = stretches(shownIndices(series), [series.x, series.y]).map((indices) =>
    pathOf(indices, series.x, series.y, x, y)
  )
  if (d.length === 0) return ""
  return `<path class="run ${name}" d="${d.join("")}"/>`
}

/**
 * The class of a line's dashes: what the series says, or those of the method. Lines that would look like a later one of the
 * panel, such as kinds of one method, get others; the last of them, where the references stand, is drawn as everywhere.
 */
function dashesOf(series: readonly Series[], i: number): string {
  const looks = series.map(({ method, dashes }) => JSON.stringify([lineStyle(method), dashes]))
  const alike = looks.slice(i + 1).filter((look) => look === looks[i]).length
  const { method, dashes } = series[i] ?? { method: "", dashes: 0 }
  const kind = dashes > 0 ? dashes : dashesAt(alike)
  if (kind > 0) return ` kind${kind}`
  return lineStyle(method).dashed ? " dashed" : ""
}

/** UPGrad is what the others are compared with. */
function widthOf({ method }: Series): string {
  return method === "upgrad" ? " thick" : ""
}

function bandPath(series: Series, x: Scale, y: Scale, name: string): string {
  const { band } = series
  if (band === null) return ""
  const d = stretches(shownIndices(series), [series.x, band.low, band.high]).map((indices) => {
    const back = pathOf(indices.toReversed(), series.x, band.low, x, y).replace("M", "L")
    return `${pathOf(indices, series.x, band.high, x, y)}${back}Z`
  })
  return d.length === 0 ? "" : `<path class="band f${name}" d="${d.join("")}"/>`
}

function pathOf(indices: readonly number[], xs: ArrayLike<number>, ys: ArrayLike<number>, x: Scale, y: Scale): string {
  return indices.map((i, k) => `${k === 0 ? "M" : "L"}${pixel(x(xs[i] ?? 0))} ${pixel(y(ys[i] ?? 0))}`).join("")
}

function dotsOf(series: Series, x: Scale, y: Scale, name: string): string {
  const dot = (a: number, b: number, radius: number, kind: string) =>
    `<circle class="${kind}" cx="${pixel(x(a))}" cy="${pixel(y(b))}" r="${radius}"/>`
  const parts = series.scattered.map(([a, b]) => dot(a, b, 2, `scattered f${name}`))
  if (series.dots) {
    for (let i = 0; i < series.y.length; i++) {
      const a = series.x[i] ?? Number.NaN
      const b = series.y[i] ?? Number.NaN
      if (Number.isFinite(a) && Number.isFinite(b)) parts.push(dot(a, b, 3, `f${name}`))
    }
  }
  for (const [a, b] of series.ringed) parts.push(dot(a, b, 6.5, `ring ${name}`))
  return parts.join("")
}

/** Crosses of diverged runs, a row a method, between heading and plot. */
function crosses({ series }: Panel, x: Scale, classOf: (method: string) => string): string[] {
  const heights = crossRows(series)
  return [...heights].map(([{ method, diverged }, height]) => {
    const y = pixel(height)
    const d = diverged.map((rate) => `M${pixel(x(rate) - 4)} ${y}m0 -4l8 8m0 -8l-8 8`)
    return `<path class="cross ${classOf(method)}" d="${d.join("")}"/>`
  })
}

/** Where the crosses of each series stand. */
function crossRows(series: readonly Series[]): ReadonlyMap<Series, number> {
  const shown = series.filter(({ diverged }) => diverged.length > 0)
  return new Map(shown.map((one, row) => [one, -(shown.length - row - 0.5) * CROSS_ROW]))
}

/** The name of each line at the right, in its colour, joined to its end where it had to move. */
function endLabels(
  { series, height }: Panel,
  width: number,
  x: Scale,
  y: Scale,
  classOf: (method: string) => string
): string[] {
  const rows = crossRows(series)
  const ends = series.flatMap((one) => {
    const last = [...shownIndices(one)].reverse().find((i) => Number.isFinite(one.y[i]) && Number.isFinite(one.x[i]))
    const row = rows.get(one)
    // A method that diverged at every rate has its name beside its crosses.
    if (last === undefined) return row === undefined ? [] : [{ one, x: 0, end: row }]
    const end = Math.max(0, Math.min(height, y(one.y[last] ?? 0)))
    return [{ one, x: x(one.x[last] ?? 0), end }]
  })
  const places = spreadLabels(
    ends.map(({ end }) => end),
    LABEL_DISTANCE,
    [Math.min(4, ...ends.map(({ end }) => end)), height]
  )
  return ends.map(({ one, end, ...from }, i) => {
    const at = places[i] ?? 0
    const name = classOf(one.method)
    // Only lines that reach the right edge can be joined to their names without crossing the plot.
    const joined =
      width - from.x < 12
        ? `<path class="leader ${name}" d="M${width + 2} ${pixel(end)}L${width + LABEL_AT - 4} ${pixel(at)}"/>`
        : ""
    return `${joined}<text class="label f${name}" x="${width + LABEL_AT}" y="${pixel(at + 5.5)}">${escapeText(shortened(one.label, LONGEST_LABEL))}</text>`
  })
}

/** A coordinate to a tenth of a pixel, without a needless ".0". */
function pixel(value: number): string {
  const text = value.toFixed(1)
  if (text === "-0.0") return "0"
  return text.endsWith(".0") ? text.slice(0, -2) : text
}
