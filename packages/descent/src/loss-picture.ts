/**
 * Loss curves as an SVG: thin lines for each batch, thick ones smoothed, each labelled where it ends. Follows the
 * viewer's light or dark ground. The same input gives the same bytes.
 *
 * @module
 */
import { inks, lineStyle } from "./palette.ts"
import { escapeText } from "./trajectories/picture-style.ts"

/** The losses of one run. */
export interface LossCurve {
  /** The method, which decides the colour: `upgrad`, `mean`, ... */
  readonly method: string
  /** Written at the end of the line. */
  readonly label: string
  /** Mean loss of each iteration's batch before its update. */
  readonly losses: ArrayLike<number>
}

/** What the picture shows. */
export interface LossPictureOptions {
  readonly title: string
  readonly subtitle: string
  readonly curves: readonly LossCurve[]
  /** Share of the newest value in the exponential moving mean, in (0, 1]. Default 0.2. */
  readonly smoothing?: number
}

const WIDTH = 960
const HEIGHT = 540
const LEFT = 72
const RIGHT = 200
const TOP = 96
const BOTTOM = 64

/** Exponentially weighted moving mean, adjusted for the short start: Σ (1-α)^k x_{t-k} / Σ (1-α)^k. */
export function smoothed(values: ArrayLike<number>, alpha: number): Float64Array {
  const means = new Float64Array(values.length)
  let sum = 0
  let weight = 0
  for (let t = 0; t < values.length; t++) {
    sum = sum * (1 - alpha) + (values[t] ?? 0)
    weight = weight * (1 - alpha) + 1
    means[t] = sum / weight
  }
  return means
}

/** Draws loss curves over iterations. */
export function lossPicture({ title, subtitle, curves, smoothing = 0.2 }: LossPictureOptions): string {
  const lines = curves.map((curve) => ({ ...curve, mean: smoothed(curve.losses, smoothing) }))
  const iterations = Math.max(2, ...curves.map((curve) => curve.losses.length))
  const top = niceTop(Math.max(1e-12, ...lines.flatMap((line) => [...line.mean])))
  const x = (iteration: number) => LEFT + ((iteration - 1) / (iterations - 1)) * (WIDTH - LEFT - RIGHT)
  const y = (loss: number) => HEIGHT - BOTTOM - (Math.min(loss, top.value) / top.value) * (HEIGHT - TOP - BOTTOM)
  const path = (values: ArrayLike<number>) => {
    let d = ""
    for (let t = 0; t < values.length; t++) {
      d += `${t === 0 ? "M" : "L"}${x(t + 1).toFixed(1)} ${y(values[t] ?? 0).toFixed(1)}`
    }
    return d
  }

  const right = WIDTH - RIGHT
  const grid = top.ticks.map(
    (tick) =>
      `<line class="grid" x1="${LEFT}" x2="${right}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}"/>` +
      `<text class="tick" x="${LEFT - 12}" y="${(y(tick) + 5).toFixed(1)}" text-anchor="end">${show(tick)}</text>`
  )
  const marks = iterationTicks(iterations).map(
    (tick) =>
      `<line class="axis" x1="${x(tick).toFixed(1)}" x2="${x(tick).toFixed(1)}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM + 6}"/>` +
      `<text class="tick" x="${x(tick).toFixed(1)}" y="${HEIGHT - BOTTOM + 26}" text-anchor="middle">${tick}</text>`
  )
  const raw = lines.map((line, i) => `<path class="raw c${i}" d="${path(line.losses)}"/>`)
  const thick = lines.map((line, i) => `<path class="mean c${i}${dash(line.method)}" d="${path(line.mean)}"/>`)
  const ends = spread(lines.map((line) => y(line.mean.at(-1) ?? 0)))
  const labels = lines.map((line, i) => {
    const at = `x="${right + 12}" y="${((ends[i] ?? 0) + 5).toFixed(1)}"`
    return `<text class="label t${i}" ${at}>${escapeText(line.label)}</text>`
  })
  const colours = (ground: "light" | "dark") =>
    lines
      .map((line, i) => {
        const colour = lineStyle(line.method)[ground]
        return `.c${i}{stroke:${colour}}.t${i}{fill:${colour}}`
      })
      .join("")

  const { light, dark } = inks
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeText(title)}">
<style>
svg{background:${light.ground}}text{font-family:system-ui,sans-serif;font-size:16px;fill:${light.text};font-variant-numeric:tabular-nums}
.title{font-size:22px;font-weight:600;fill:${light.title}}.label{font-weight:600}
.grid{stroke:#e6e6e6}.axis{stroke:${light.axis}}path{fill:none;stroke-linejoin:round}.raw{stroke-width:1;opacity:.25}.mean{stroke-width:3}.dashed{stroke-dasharray:8 5}
${colours("light")}
@media(prefers-color-scheme:dark){svg{background:${dark.ground}}text{fill:${dark.text}}.title{fill:${dark.title}}.grid{stroke:#262c33}.axis{stroke:${dark.axis}}${colours("dark")}}
</style>
<text class="title" x="${LEFT}" y="36">${escapeText(title)}</text>
<text x="${LEFT}" y="62">${escapeText(subtitle)}</text>
${[...grid, ...marks].join("\n")}
<line class="axis" x1="${LEFT}" x2="${right}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}"/>
<text x="${((LEFT + right) / 2).toFixed(1)}" y="${HEIGHT - 12}" text-anchor="middle">iteration</text>
<text x="${LEFT - 12}" y="${TOP - 14}" text-anchor="end">loss</text>
${[...raw, ...thick, ...labels].join("\n")}
</svg>
`
}

function dash(method: string): string {
  return lineStyle(method).dashed ? " dashed" : ""
}

/** The smallest axis end of the form {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8} · 10^k that holds `largest`, and its ticks. */
function niceTop(largest: number): { value: number; ticks: number[] } {
  const power = 10 ** Math.floor(Math.log10(largest))
  const [mantissa, step] = (
    [
      [1, 0.25],
      [1.5, 0.5],
      [2, 0.5],
      [2.5, 0.5],
      [3, 0.5],
      [4, 1],
      [5, 1],
      [6, 1],
      [8, 2],
      [10, 2]
    ] as const
  ).find(([end]) => end * power >= largest) ?? [10, 2]
  const ticks = Array.from({ length: Math.round(mantissa / step) + 1 }, (_, i) => i * step * power)
  return { value: mantissa * power, ticks }
}

/** Some five round iterations, the first being 1. */
function iterationTicks(iterations: number): number[] {
  const rough = iterations / 5
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  const ticks = [1]
  for (let tick = step; tick <= iterations; tick += step) if (tick > 1) ticks.push(tick)
  return ticks
}

/** Moves labels apart so that none stands on another: at least 22 px from line to line, order kept. */
function spread(heights: readonly number[]): number[] {
  const placed = [...heights]
  const order = heights.map((_, i) => i).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0))
  let lowest = Number.POSITIVE_INFINITY
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i] ?? 0, lowest - 22)
    lowest = placed[i] ?? 0
  }
  return placed
}

function show(value: number): string {
  return String(Number(value.toPrecision(6)))
}
