/**
 * The two spaces a path can be drawn in, and what lies under the paths there.
 *
 * @module
 */
import { paretoFront } from "../problems/pareto-set.ts"
import type { Interval, Problem, Window } from "../problems/problem.ts"
import { pixel, scaleInto, ticks } from "./axes.ts"
import { conflictField } from "./conflict-field.ts"
import { type Pixel, thin } from "./thin.ts"

/** One of the two spaces, ready to be drawn in squares of one size. */
export interface Space {
  readonly name: "parameters" | "values"
  readonly labels: readonly [string, string]
  readonly window: Window
  readonly xTicks: readonly number[]
  readonly yTicks: readonly number[]
  /** Field, grid, and Pareto set or front, as SVG. */
  readonly ground: string
  /** Whether a field of conflict is part of the ground. */
  readonly hasField: boolean
  /** Whether the Pareto set or the front is a single point. */
  readonly isPoint: boolean
  /** Where a point of the parameter space lies, in pixels from the upper left corner. */
  place(x: Float64Array): Pixel
}

/** Points of each piece of a Pareto set, before those are left out that nobody would miss. */
const POINTS_OF_PIECE = 1025

/** The space of parameters; null where two coordinates do not stand for a point. */
export function parameterSpace(problem: Problem, side: number): Space | null {
  const plane = problem.view.parameters
  if (plane === null) return null
  const scale = scaleInto(plane.window, side)
  const field = conflictField(problem, plane, side)
  const pieces = (problem.paretoSet?.pieces ?? []).map((curve) =>
    Array.from({ length: POINTS_OF_PIECE }, (_, i) => scale(plane.of(curve(i / (POINTS_OF_PIECE - 1)))))
  )
  return {
    name: "parameters",
    labels: plane.labels,
    ...gridOf(plane.window, side),
    ground: [
      field ?? `<rect class="plain" width="${side}" height="${side}"/>`,
      gridLines(plane.window, side),
      ...pieces.map((piece) => setLine(piece, side))
    ].join("\n"),
    hasField: field !== null,
    isPoint: pieces.length > 0 && pieces.every(isPoint),
    place: (x) => scale(plane.of(x))
  }
}

/** The space of the first two objectives. */
export function valueSpace(problem: Problem, side: number): Space {
  const { labels, window } = problem.view.values
  const scale = scaleInto(window, side)
  const place = (values: Float64Array) => scale([values[0] ?? Number.NaN, values[1] ?? Number.NaN])
  // A front of hundreds of parameters costs a linear system a point; its shape needs no more than a few dozen.
  const count = problem.view.parameters === null ? 65 : POINTS_OF_PIECE
  const pieces = paretoFront(problem, count).map((piece) => piece.map(place))
  return {
    name: "values",
    labels,
    ...gridOf(window, side),
    ground: [
      `<rect class="plain" width="${side}" height="${side}"/>`,
      gridLines(window, side),
      ...pieces.map((piece) => setLine(piece, side))
    ].join("\n"),
    hasField: false,
    isPoint: pieces.length > 0 && pieces.every(isPoint),
    place: (x) => place(problem.values(x))
  }
}

/** The part of a line before it leaves the numbers, as path data; empty for less than two points. */
export function linePath(line: readonly Pixel[]): string {
  if (line.length < 2) return ""
  return `M${line.map(([x, y]) => `${pixel(x)} ${pixel(y)}`).join("L")}`
}

function gridOf(window: Window, side: number) {
  const most = side < 300 ? 4 : 6
  return { window, xTicks: ticks(window.x, most), yTicks: ticks(window.y, most) }
}

function gridLines(window: Window, side: number): string {
  const { xTicks, yTicks } = gridOf(window, side)
  const scale = scaleInto(window, side)
  const kind = (tick: number) => (tick === 0 ? "zero" : "grid")
  const isInside = (tick: number, [low, high]: Interval) => tick > low && tick < high
  return [
    ...xTicks
      .filter((tick) => isInside(tick, window.x))
      .map((tick) => `<path class="${kind(tick)}" d="M${pixel(scale([tick, 0])[0])} 0V${side}"/>`),
    ...yTicks
      .filter((tick) => isInside(tick, window.y))
      .map((tick) => `<path class="${kind(tick)}" d="M0 ${pixel(scale([0, tick])[1])}H${side}"/>`)
  ].join("")
}

/** A piece of a set: a thick line, or a ring around a single point. */
function setLine(piece: readonly Pixel[], side: number): string {
  const shown = thin(clamped(piece, side), 0.15)
  const first = shown[0]
  if (first === undefined) return ""
  if (isPoint(shown)) return `<circle class="set" cx="${pixel(first[0])}" cy="${pixel(first[1])}" r="9"/>`
  return `<path class="set" d="${linePath(shown)}"/>`
}

function isPoint(piece: readonly Pixel[]): boolean {
  const [first] = piece
  return first !== undefined && piece.every(([x, y]) => Math.abs(x - first[0]) < 0.5 && Math.abs(y - first[1]) < 0.5)
}

/** Points far outside of the square are of no use and make long numbers: they are moved to some way off its border. */
function clamped(line: readonly Pixel[], side: number): readonly Pixel[] {
  const off = (value: number) => Math.max(-side, Math.min(2 * side, value))
  return line.map(([x, y]) => [off(x), off(y)])
}
