/**
 * Where the gradients of two objectives conflict: the cube of their cosine as bands of colour.
 *
 * @module
 */
import type { Plane, Problem } from "../problems/problem.ts"
import { pixel } from "./axes.ts"
import { contour } from "./contour.ts"
import { type Pixel, thin } from "./thin.ts"

/** Bands of colour on either side of none. */
export const BANDS = 12
/** Borders between bands, on the side of agreement; those of conflict are their mirror. */
const BORDERS = Array.from({ length: BANDS }, (_, k) => (k + 0.5) / BANDS)
const SAMPLES = 121

/** Pink for conflict, green for agreement: told apart under every common colour blindness, as the map PiYG is. */
const COLOURS = {
  light: { conflict: [246, 203, 228], none: [250, 250, 250], agreement: [213, 236, 184] },
  dark: { conflict: [84, 32, 64], none: [21, 26, 32], agreement: [38, 62, 24] }
} as const

/** cos³ of the angle between the first two gradients, 0 where one of them is zero. */
export function conflict(problem: Problem, x: Float64Array): number {
  const jacobian = problem.jacobian(x)
  const n = problem.parameters
  let dot = 0
  let first = 0
  let second = 0
  for (let i = 0; i < n; i++) {
    const a = jacobian[i] ?? 0
    const b = jacobian[n + i] ?? 0
    dot += a * b
    first += a * a
    second += b * b
  }
  const cosine = dot / (Math.sqrt(first) * Math.sqrt(second))
  return Number.isFinite(cosine) ? cosine * cosine * cosine : 0
}

/**
 * The field over the window of a plane, as SVG shapes of a square of `side` pixels with the classes `field-12`, full
 * conflict, to `field12`, full agreement; null where the gradients are orthogonal everywhere and there is nothing to see.
 */
export function conflictField(problem: Problem, plane: Plane, side: number): string | null {
  const { x, y } = plane.window
  const samples = new Float64Array(SAMPLES * SAMPLES)
  for (let row = 0; row < SAMPLES; row++) {
    const b = y[1] - (row / (SAMPLES - 1)) * (y[1] - y[0])
    for (let column = 0; column < SAMPLES; column++) {
      const a = x[0] + (column / (SAMPLES - 1)) * (x[1] - x[0])
      samples[row * SAMPLES + column] = conflict(problem, plane.at(a, b))
    }
  }
  let lowest = 0
  let highest = 0
  for (const sample of samples) {
    lowest = Math.min(lowest, sample)
    highest = Math.max(highest, sample)
  }
  const innermost = BORDERS[0] ?? 0
  if (lowest > -innermost && highest < innermost) return null

  const scale = side / (SAMPLES - 1)
  const borders = [...BORDERS.map((border) => -border).reverse(), ...BORDERS]
  const shapes = [`<rect class="field${-BANDS}" width="${side}" height="${side}"/>`]
  borders.forEach((border, k) => {
    if (border > highest) return
    const d = contour({ columns: SAMPLES, rows: SAMPLES, samples }, border)
      .map((line) => closedLine(line.map(([column, row]) => [column * scale, row * scale])))
      .join("")
    // The border at index 0 parts the bands -12 and -11.
    if (d !== "") shapes.push(`<path class="field${k - BANDS + 1}" fill-rule="evenodd" d="${d}"/>`)
  })
  return shapes.join("\n")
}

/** Fill rules of the bands on a light or a dark ground, below the element with this id. */
export function fieldStyle(ground: "light" | "dark", id: string): string {
  let style = ""
  for (let band = -BANDS; band <= BANDS; band++) style += `#${id} .field${band}{fill:${bandColour(ground, band)}}`
  return style
}

/** The colour of a band, from -{@link BANDS}, full conflict, to {@link BANDS}, full agreement. */
export function bandColour(ground: "light" | "dark", band: number): string {
  const { conflict, none, agreement } = COLOURS[ground]
  const end = band < 0 ? conflict : agreement
  const share = Math.abs(band) / BANDS
  const mixed = none.map((channel, i) => Math.round(channel + share * ((end[i] ?? channel) - channel)))
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`
}

function closedLine(line: readonly Pixel[]): string {
  const first = line[0]
  if (first === undefined) return ""
  const corners = thin([...line, first], 0.3).slice(0, -1)
  if (corners.length < 3) return ""
  return `M${corners.map(([x, y]) => `${pixel(x)} ${pixel(y)}`).join("L")}Z`
}
