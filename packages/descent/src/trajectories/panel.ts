/**
 * One panel: the ground of its space, paths over it, and what stands around it.
 *
 * @module
 */
import { lineStyle } from "../palette.ts"
import { pixel, tickText } from "./axes.ts"
import { GAP, type Place } from "./panel-layout.ts"
import { room } from "./picture-key.ts"
import { escapeText } from "./picture-style.ts"
import { linePath, type Space } from "./spaces.ts"
import { type Pixel, thin } from "./thin.ts"

/** The paths of one method, one from each start. */
export interface MethodTrajectories {
  /** Decides the colour: `upgrad`, `mean`, ... */
  readonly method: string
  /** Written above the panel or in the legend. */
  readonly label: string
  /** Points of each path, its start first. */
  readonly paths: readonly (readonly Float64Array[])[]
}

/** A method and its place in the list of methods, which names its colour classes. */
export interface IndexedMethod extends MethodTrajectories {
  readonly index: number
}

/** What a panel holds. */
export interface Panel {
  readonly space: Space
  readonly place: Place
  readonly methods: readonly IndexedMethod[]
  /** SVG texts above the square. */
  readonly heading: string
}

/** What all panels of a picture share. */
export interface PanelSettings {
  /** The id of the picture. */
  readonly id: string
  /** Of the square, in pixels. */
  readonly side: number
  /** Upper edge of the panels in the picture. */
  readonly top: number
  /** Points of a path at most. */
  readonly mostPoints: number
}

/** The ground of a space, to be used by its panels. */
export function spaceDefinition(space: Space, { id, side }: PanelSettings): string {
  return `<g id="${id}-${space.name}"><g clip-path="url(#${id}-clip)">
${space.ground}
</g><rect class="frame" width="${side}" height="${side}"/></g>`
}

/** Draws a panel. Dashed paths lie over solid ones, so that both are seen where they run together. */
export function drawPanel({ space, place, methods, heading }: Panel, settings: PanelSettings): string {
  const { id, side, top } = settings
  const isInside = ([x, y]: Pixel) => x >= -1 && y >= -1 && x <= side + 1 && y <= side + 1
  const lines = methods.map((method) => ({ method, pixels: method.paths.map((path) => finitePart(path, space)) }))
  const solidFirst = [...lines].sort((a, b) => Number(isDashed(a.method)) - Number(isDashed(b.method)))
  const paths = solidFirst.flatMap(({ method, pixels }) =>
    pixels.map((line, start) => pathElement(method, start, linePath(thin(line, 0.2, settings.mostPoints))))
  )
  const starts = new Set(
    lines.flatMap(({ pixels }) =>
      pixels.flatMap(([start]) =>
        start !== undefined && isInside(start)
          ? [`<circle class="start" cx="${pixel(start[0])}" cy="${pixel(start[1])}" r="4.5"/>`]
          : []
      )
    )
  )
  const ends = lines.flatMap(({ method, pixels }) =>
    pixels.flatMap((line) => {
      const end = line.at(-1)
      return end !== undefined && isInside(end)
        ? [`<path class="end f${method.index}" d="M${pixel(end[0])} ${pixel(end[1] - 6)}l6 6l-6 6l-6 -6Z"/>`]
        : []
    })
  )
  return `<g transform="translate(${place.x} ${place.y + top})">
<use href="#${id}-${space.name}"/>
<g class="runs" clip-path="url(#${id}-clip)">
${paths.join("\n")}
</g>
${[...starts, ...ends, axes(space, place, side), heading].filter((part) => part !== "").join("\n")}
</g>`
}

function pathElement({ index, method, label }: IndexedMethod, start: number, d: string): string {
  const dashed = lineStyle(method).dashed ? " dashed" : ""
  const name = escapeText(`${label}, start ${start + 1}`)
  return `<path class="run c${index}${dashed}" data-method="${escapeText(method)}" data-start="${start}" d="${d}"><title>${name}</title></path>`
}

function isDashed({ method }: MethodTrajectories): boolean {
  return lineStyle(method).dashed
}

/** The pixels of a path up to the first that is not a number; those far off are moved nearer, out of sight still. */
export function finitePart(path: readonly Float64Array[], space: Space): readonly Pixel[] {
  const line: Pixel[] = []
  for (const point of path) {
    const [x, y] = space.place(point)
    if (!Number.isFinite(x) || !Number.isFinite(y)) break
    line.push([Math.max(-1e4, Math.min(1e4, x)), Math.max(-1e4, Math.min(1e4, y))])
  }
  return line
}

/** Numbers and names of the axes. */
function axes(space: Space, { showsXTicks, showsYTicks }: Place, side: number): string {
  const { x, y } = space.window
  const parts: string[] = []
  if (showsXTicks) {
    for (const tick of space.xTicks) {
      const at = ((tick - x[0]) / (x[1] - x[0])) * side
      const text = tickText(tick)
      // A number at the edge that would run into the next panel's keeps to its own side.
      const overhang = room(text) / 2 - GAP / 2 + 4
      const anchor = at < overhang ? "start" : side - at < overhang ? "end" : "middle"
      parts.push(`<text x="${pixel(at)}" y="${side + 22}" text-anchor="${anchor}">${text}</text>`)
    }
    parts.push(
      `<text x="${pixel(side / 2)}" y="${side + 46}" text-anchor="middle">${escapeText(space.labels[0])}</text>`
    )
  }
  if (showsYTicks) {
    for (const tick of space.yTicks) {
      const at = (1 - (tick - y[0]) / (y[1] - y[0])) * side
      parts.push(`<text x="-9" y="${pixel(at + 5.5)}" text-anchor="end">${tickText(tick)}</text>`)
    }
    const numbers = Math.max(24, ...space.yTicks.map((tick) => room(tickText(tick))))
    const turned = `translate(${-numbers - 15} ${pixel(side / 2)}) rotate(-90)`
    parts.push(`<text transform="${turned}" text-anchor="middle">${escapeText(space.labels[1])}</text>`)
  }
  return parts.join("\n")
}
