/**
 * Bars in groups, as an SVG: a panel a group, two panels a row, all on one axis. Each bar is named where it begins and
 * has its figure where it ends. Follows the viewer's light or dark ground. The same input gives the same bytes.
 *
 * @module
 */
import { escapeText, inks } from "@dualcone/descent"
import { figure } from "dualcone/bench"
import { type Axis, axisFor } from "./axis.ts"

/** One bar. */
export interface Bar {
  readonly name: string
  /** Where it ends. */
  readonly value: number
  /** At most `value`; marked by a line across the bar. */
  readonly least: number
  /** Index of its colour. */
  readonly colour: number
  /** Whether its name and figure are set in bold. */
  readonly strong: boolean
}

/** The bars of one panel. */
export interface BarGroup {
  readonly title: string
  readonly bars: readonly Bar[]
}

/** A colour on a light and on a dark ground. */
export interface BarColour {
  readonly light: string
  readonly dark: string
}

/** What the chart shows. */
export interface BarChart {
  readonly title: string
  /** Lines under the title and under those that say how to read the bars. */
  readonly remarks: readonly string[]
  readonly unit: string
  readonly groups: readonly BarGroup[]
  readonly colours: readonly BarColour[]
}

const WIDTH = 960
const MARGIN = 24
const GAP = 32
const NAMES = 150
const FIGURES = 56
const BAR = 14
const PITCH = 22
const PANEL_HEAD = 30
const PANEL_FOOT = 40

/** Draws the chart. Values must be positive. */
export function barChart({ title, remarks, unit, groups, colours }: BarChart): string {
  const axis = axisFor(groups.flatMap(({ bars }) => bars.flatMap(({ value, least }) => [value, least])))
  const columns = Math.min(2, Math.max(1, groups.length))
  const width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns
  const lines = [...axisRemarks(axis, unit), ...remarks]
  const top = 46 + 22 * lines.length + 16
  const most = Math.max(0, ...groups.map(({ bars }) => bars.length))
  const panelHeight = PANEL_HEAD + PITCH * most + PANEL_FOOT
  const height = top + Math.ceil(groups.length / columns) * panelHeight
  const panels = groups.map((group, i) => {
    const x = MARGIN + (i % columns) * (width + GAP)
    const y = top + Math.floor(i / columns) * panelHeight
    return `<g transform="translate(${x} ${y})">\n${panel(group, width, axis)}\n</g>`
  })
  const fills = (ground: "light" | "dark") => colours.map((colour, i) => `.c${i}{fill:${colour[ground]}}`).join("")
  const { light, dark } = inks
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeText(title)}">
<style>
svg{background:${light.ground}}text{font-family:system-ui,sans-serif;font-size:14px;fill:${light.text};font-variant-numeric:tabular-nums}
.title{font-size:22px;font-weight:600;fill:${light.title}}.group{font-size:16px;font-weight:600;fill:${light.title}}.strong{font-weight:600;fill:${light.title}}
.tick{font-size:12px;fill:#666}.grid{stroke:#e6e6e6}.axis{stroke:${light.axis}}.least{stroke:${light.ground};stroke-width:2}
${fills("light")}
@media(prefers-color-scheme:dark){svg{background:${dark.ground}}text{fill:${dark.text}}.title,.group,.strong{fill:${dark.title}}.tick{fill:#9aa2aa}.grid{stroke:#262c33}.axis{stroke:${dark.axis}}.least{stroke:${dark.ground}}${fills("dark")}}
</style>
<text class="title" x="${MARGIN}" y="36">${escapeText(title)}</text>
${lines.map((line, i) => `<text x="${MARGIN}" y="${62 + 22 * i}">${escapeText(line)}</text>`).join("\n")}
${panels.join("\n")}
</svg>
`
}

function axisRemarks({ scale }: Axis, unit: string): readonly string[] {
  const bars = `A bar ends at the median, in ${unit}; the line across it is the least of all samples.`
  return scale === "linear" ? [bars] : [bars, "The axis is logarithmic: each grid line is ten times the one before."]
}

/** One group, drawn from its own upper left corner. */
function panel({ title, bars }: BarGroup, width: number, axis: Axis): string {
  const length = width - NAMES - FIGURES
  const x = (value: number) => (NAMES + axis.at(value) * length).toFixed(1)
  const bottom = PANEL_HEAD + PITCH * bars.length
  const grid = axis.ticks.flatMap((tick) => [
    `<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${PANEL_HEAD - 4}" y2="${bottom}"/>`,
    `<text class="tick" x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${tick}</text>`
  ])
  const drawn = bars.flatMap(({ name, value, least, colour, strong }, i) => {
    const y = PANEL_HEAD + PITCH * i + (PITCH - BAR) / 2 - 2
    const text = y + BAR / 2 + 5
    const weight = strong ? ` class="strong"` : ""
    const barWidth = (axis.at(value) * length).toFixed(1)
    return [
      `<text${weight} x="${NAMES - 8}" y="${text}" text-anchor="end">${escapeText(name)}</text>`,
      `<rect class="c${colour}" x="${NAMES}" y="${y}" width="${barWidth}" height="${BAR}"/>`,
      `<line class="least" x1="${x(least)}" x2="${x(least)}" y1="${y}" y2="${y + BAR}"/>`,
      `<text${weight} x="${(Number(x(value)) + 6).toFixed(1)}" y="${text}">${figure(value)}</text>`
    ]
  })
  const base = `<line class="axis" x1="${NAMES}" x2="${NAMES}" y1="${PANEL_HEAD - 4}" y2="${bottom}"/>`
  return [`<text class="group" x="0" y="16">${escapeText(title)}</text>`, ...grid, ...drawn, base].join("\n")
}
