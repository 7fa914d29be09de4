/**
 * Charts as SVG, in the colours of all pictures of the project. They follow the viewer's light or dark ground; the same
 * chart gives the same bytes in every runtime.
 *
 * @module
 */
import { escapeText, inks, lineStyle, textWidth } from "@dualcone/descent"
import { InputError } from "@dualcone/wasm"
import type { Chart, Panel } from "./chart.ts"
import { drawPanel, headRoom, LONGEST_LABEL } from "./draw-panel.ts"
import { brokenLines } from "./labels.ts"
import type { Logarithm } from "./scale.ts"

/** Of a plot, by the number of columns. */
const WIDTHS = [560, 380, 264, 208]
const LEFT = 116
const LEFT_OF_OTHERS = 12
const LABEL_GAP = 30
const LINE = 23
/** How much wider a title is than plain type. */
const TITLE = 1.45

/**
 * Draws a chart.
 *
 * @throws {InputError} for an id that is not a plain word, and for no or more than four columns
 */
export function drawChart(chart: Chart, log: Logarithm): string {
  const { id, title, columns } = chart
  if (!/^[a-z][a-z0-9-]*$/i.test(id)) {
    throw new InputError({ rule: "it must be letters, digits and hyphens, a letter first", place: "id", value: id })
  }
  const width = WIDTHS[columns - 1]
  if (width === undefined) {
    throw new InputError({ rule: `it must be 1 to ${WIDTHS.length}`, place: "columns", value: columns })
  }
  const panels = chart.panels.filter((panel) => panel !== null)
  const methods = [...new Set(panels.flatMap(({ series }) => series.map(({ method }) => method)))]
  const labels = panels.flatMap(({ series }) => series.map(({ label }) => label))
  const gutter = Math.max(40, ...labels.map((label) => Math.min(LONGEST_LABEL, textWidth(label)) * 1.08 + LABEL_GAP))
  const rows = rowsOf(chart)
  const apart = rows.some((row) => !sharesY(row))
  const step = width + gutter + (apart ? LEFT - 12 : LEFT_OF_OTHERS)
  const whole = Math.ceil(Math.max(LEFT + (columns - 1) * step + width + gutter, LEFT + textWidth(title) * TITLE + 24))
  const remarks = chart.remarks.flatMap((remark) => brokenLines(remark, whole - LEFT - 24))
  const classOf = (method: string) => `c${methods.indexOf(method)}`
  let top = 48 + remarks.length * LINE
  const drawn: string[] = []
  rows.forEach((row, r) => {
    const shown = row.filter((panel) => panel !== null)
    const head = Math.max(0, ...shown.map(headRoom))
    top += head
    row.forEach((panel, column) => {
      if (panel === null) return
      const hasXLabel = !isSameX(panel, rows[r + 1]?.[column])
      const place = { left: LEFT + column * step, top, width, head, id, hasYAxis: column === 0 || apart, hasXLabel }
      drawn.push(drawPanel(panel, { ...place, classOf, log }))
    })
    // The label of the x axis needs room wherever one of the row has one.
    const labelled = shown.some((panel, column) => !isSameX(panel, rows[r + 1]?.[column]))
    top += Math.max(0, ...shown.map(({ height }) => height)) + (labelled ? 60 : 36)
  })
  const heights = [...new Set(panels.map(({ height }) => height))]
  return `<svg xmlns="http://www.w3.org/2000/svg" id="${id}" viewBox="0 0 ${whole} ${top}" width="${whole}" height="${top}" role="img" aria-label="${escapeText(title)}">
<desc>${escapeText(chart.source)}</desc>
<style>
${styleOf(id, methods)}
</style>
<defs>
${heights.map((height) => `<clipPath id="${id}-clip-${width}-${height}"><rect width="${width}" height="${height}"/></clipPath>`).join("\n")}
</defs>
<rect class="ground" width="${whole}" height="${top}"/>
<text class="title" x="${LEFT}" y="36">${escapeText(title)}</text>
${remarks.map((text, i) => `<text x="${LEFT}" y="${62 + i * LINE}">${escapeText(text)}</text>`).join("\n")}
${drawn.join("\n")}
</svg>
`
}

/** Panels by row; the last row is as full as there are panels. */
function rowsOf({ panels, columns }: Chart): readonly (readonly (Panel | null)[])[] {
  return Array.from({ length: Math.ceil(panels.length / columns) }, (_, row) =>
    panels.slice(row * columns, (row + 1) * columns)
  )
}

/** Whether a panel stands on one with the same x axis, whose label is enough. */
function isSameX({ x }: Panel, below: Panel | null | undefined): boolean {
  return below !== null && below !== undefined && below.x.label === x.label
}

/** Whether the panels of a row have one y axis, so that the numbers need to stand only once. */
function sharesY(row: readonly (Panel | null)[]): boolean {
  const axes = new Set(row.flatMap((panel) => (panel === null ? [] : [JSON.stringify(panel.y)])))
  return axes.size <= 1
}

const grids = { light: "#e9e9e9", dark: "#262c33" } as const

function styleOf(id: string, methods: readonly string[]): string {
  const colours = (ground: "light" | "dark") => {
    const ink = inks[ground]
    const of = methods.map((method, i) => {
      const colour = lineStyle(method)[ground]
      return `#${id} .c${i}{stroke:${colour}}#${id} .fc${i}{fill:${colour}}`
    })
    return [
      `#${id} text{fill:${ink.text}}#${id} .ground{fill:${ink.ground}}#${id} .plain{fill:${ink.ground}}`,
      `#${id} .title,#${id} .heading{fill:${ink.title}}#${id} .frame{stroke:${ink.axis}}#${id} .grid{stroke:${grids[ground]}}`,
      ...of
    ].join("")
  }
  return `#${id} text{font-family:system-ui,sans-serif;font-size:16px;font-variant-numeric:tabular-nums}
#${id} .title{font-size:22px;font-weight:600}#${id} .label,#${id} .heading{font-weight:600}
#${id} .run,#${id} .frame,#${id} .ring,#${id} .cross,#${id} .leader{fill:none}
#${id} .run{stroke-width:2;stroke-linejoin:round;stroke-linecap:round}#${id} .dashed{stroke-dasharray:7 4.5;stroke-linecap:butt}#${id} .thick{stroke-width:3}
#${id} .kind1{stroke-dasharray:1 4.5}#${id} .kind2{stroke-dasharray:9 4.5 1 4.5}#${id} .kind3{stroke-dasharray:14 4.5}
#${id} .band{fill-opacity:.18}#${id} .scattered{fill-opacity:.35}#${id} .ring{stroke-width:2}#${id} .cross{stroke-width:2}
${colours("light")}
@media(prefers-color-scheme:dark){${colours("dark")}}`
}
