/**
 * Paths of methods on a problem, as an SVG: the space of parameters over the field of conflict, and the space of
 * objectives with the front. Follows the viewer's light or dark ground. The same input gives the same bytes.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { lineStyle } from "../palette.ts"
import type { Problem } from "../problems/problem.ts"
import { BANDS } from "./conflict-field.ts"
import { checkedPoint } from "./measure.ts"
import { drawPanel, type IndexedMethod, type MethodTrajectories, spaceDefinition } from "./panel.ts"
import { arrange, LEFT, RIGHT } from "./panel-layout.ts"
import { type KeyItem, keyRows, room } from "./picture-key.ts"
import { escapeText, pictureStyle } from "./picture-style.ts"
import { parameterSpace, type Space, valueSpace } from "./spaces.ts"

export type { MethodTrajectories } from "./panel.ts"

/** What the picture shows. */
export interface TrajectoryPictureOptions {
  readonly problem: Problem
  /** One to twelve methods. */
  readonly methods: readonly MethodTrajectories[]
  /** Default: the problem's title. */
  readonly title?: string
  /** Default: how many updates from how many starts. */
  readonly subtitle?: string
  /**
   * `overlay`: all methods in the same panels, with a legend. `panels`: panels of its own for each method, with the
   * largest distance of an end to the Pareto set. Default: an overlay of up to three methods.
   */
  readonly layout?: "overlay" | "panels"
  /** Default: both; the objectives alone where the problem has no plane of parameters. */
  readonly space?: "parameters" | "values" | "both"
  /** The id of the `svg` element, below which its styles hold, for pages with several. Default `trajectories`. */
  readonly id?: string
}

const TOP = 84
const MOST_METHODS = 12
/** Points of all paths together; the rest is left out, most of all from paths that tremble. */
const MOST_POINTS = 24_000
const LEAST_POINTS_OF_PATH = 24
/** How much wider bold type is. */
const BOLD = 1.08
/** Room for a distance beside the name of a method, and for what parts them. */
const LONGEST_DISTANCE = 68

/**
 * Draws the paths of up to twelve methods.
 *
 * @throws {InputError} for no or too many methods, a path without points or with points of the wrong length, an id
 * that is not a plain word, and a space of parameters that the problem does not have
 */
export function trajectoryPicture(options: TrajectoryPictureOptions): string {
  const { problem, methods, title = problem.title, id = "trajectories" } = options
  check(options, id)
  const { layout = methods.length <= 3 ? "overlay" : "panels", subtitle = countsOf(methods) } = options

  const names = spaceNames(options)
  const cells = layout === "overlay" ? 1 : methods.length
  const heading = Math.max(...methods.map(({ label }) => room(label))) * BOLD + LONGEST_DISTANCE
  const { width, side, places, ...panelArea } = arrange(names.length, cells, heading)
  const inner = width - LEFT - RIGHT
  const indexed = methods.map((method, index) => ({ ...method, index }))
  const legend = keyRows(layout === "overlay" ? indexed.map(methodItem) : [], LEFT, TOP, inner)
  const spaces = names.flatMap((name) => {
    const space = name === "values" ? valueSpace(problem, side) : parameterSpace(problem, side)
    return space === null ? [] : [space]
  })
  const paths = methods.reduce((count, method) => count + method.paths.length, 0)
  const settings = {
    id,
    side,
    top: TOP + legend.height,
    mostPoints: Math.max(LEAST_POINTS_OF_PATH, Math.floor(MOST_POINTS / (names.length * Math.max(1, paths))))
  }
  const panels = places.flatMap((place) => {
    const space = spaces[place.kind]
    if (space === undefined) return []
    const shown = layout === "overlay" ? indexed : indexed.slice(place.cell, place.cell + 1)
    const heading =
      layout === "overlay" ? spaceHeading(space) : methodHeading(problem, shown, place.kind, spaces.length, side)
    return [drawPanel({ space, place, methods: shown, heading }, settings)]
  })
  const bottom = settings.top + panelArea.height + 12
  const key = keyRows(keyOf(problem, spaces, layout), LEFT, bottom, inner)
  const height = bottom + key.height + 12

  return `<svg xmlns="http://www.w3.org/2000/svg" id="${id}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(title)}">
<desc>${escapeText(problem.source)}</desc>
<style>
${pictureStyle(id, methods)}
</style>
<defs>
<clipPath id="${id}-clip"><rect width="${side}" height="${side}"/></clipPath>
${spaces.map((space) => spaceDefinition(space, settings)).join("\n")}
</defs>
<rect class="ground" width="${width}" height="${height}"/>
<text class="title" x="${LEFT}" y="40">${escapeText(title)}</text>
<text x="${LEFT}" y="68">${escapeText(subtitle)}</text>
${[legend.svg, ...panels, key.svg].filter((part) => part !== "").join("\n")}
</svg>
`
}

function spaceHeading({ name }: Space): string {
  return `<text y="-11">${name === "parameters" ? "Parameters" : "Objectives"}</text>`
}

/** The name of the method over its first panel, the distance of its farthest end over its last. */
function methodHeading(
  problem: Problem,
  [method]: readonly IndexedMethod[],
  kind: number,
  kinds: number,
  side: number
): string {
  if (method === undefined) return ""
  const parts: string[] = []
  if (kind === 0) parts.push(`<text class="label t${method.index}" y="-11">${escapeText(method.label)}</text>`)
  const distance = farthestEnd(problem, method)
  if (kind === kinds - 1 && distance !== null) {
    parts.push(`<text x="${side}" y="-11" text-anchor="end">${escapeText(distanceText(distance))}</text>`)
  }
  return parts.join("\n")
}

/** What the shapes mean. */
function keyOf(problem: Problem, spaces: readonly Space[], layout: "overlay" | "panels"): readonly KeyItem[] {
  const items: KeyItem[] = [
    { width: 12, svg: `<circle class="start" cx="6" cy="0" r="4.5"/>`, text: "start" },
    { width: 12, svg: `<path class="end plain-end" d="M6 -6l6 6l-6 6l-6 -6Z"/>`, text: "end" }
  ]
  if (problem.paretoSet !== null) {
    const isPoint = spaces.every((space) => space.isPoint)
    items.push({
      width: isPoint ? 22 : 28,
      svg: isPoint ? `<circle class="set" cx="11" cy="0" r="9"/>` : `<path class="set" d="M3 0H25"/>`,
      text: spaces.length === 2 ? "Pareto set, front" : spaces[0]?.name === "values" ? "Pareto front" : "Pareto set"
    })
  }
  if (spaces.some((space) => space.hasField)) {
    const bands = Array.from({ length: 9 }, (_, k) => ((k - 4) * BANDS) / 4)
    const bar = bands.map((band, k) => `<rect class="field${band}" x="${k * 10}" y="-7" width="10" height="14"/>`)
    const frame = `<rect class="frame" y="-7" width="90" height="14"/>`
    items.push({ width: 90, before: "gradients conflict", svg: bar.join("") + frame, text: "agree" })
  }
  if (layout === "panels" && problem.paretoSet !== null) {
    items.push({ width: 0, svg: "", text: "upper right: distance of the farthest end from the Pareto set" })
  }
  return items
}

function methodItem({ method, label, index }: IndexedMethod): KeyItem {
  const dashed = lineStyle(method).dashed ? " dashed" : ""
  return {
    width: 30,
    svg: `<path class="run c${index}${dashed}" d="M0 0H30"/>`,
    text: label,
    textClass: `label t${index}`
  }
}

/** The largest distance of an end of the method's paths to the Pareto set; null where the set is not known. */
function farthestEnd(problem: Problem, { paths }: MethodTrajectories): number | null {
  const set = problem.paretoSet
  if (set === null) return null
  return Math.max(0, ...paths.map((path) => set.distance(checkedPoint(problem, path, path.length - 1))))
}

/** Two digits that count, without exponents. */
function distanceText(distance: number): string {
  if (!Number.isFinite(distance)) return "diverged"
  if (distance < 1e-4) return "< 0.0001"
  return distance >= 10 ? distance.toFixed(0) : distance.toPrecision(2)
}

function spaceNames({ problem, space }: TrajectoryPictureOptions): readonly ("parameters" | "values")[] {
  const hasPlane = problem.view.parameters !== null
  if (space === "parameters" && !hasPlane) {
    const rule = `no plane stands for the parameters of ${problem.name}`
    throw new InputError({ rule, place: "space", value: space })
  }
  if (space === "parameters" || space === "values") return [space]
  return hasPlane ? ["parameters", "values"] : ["values"]
}

function check({ problem, methods }: TrajectoryPictureOptions, id: string): void {
  if (methods.length < 1 || methods.length > MOST_METHODS) {
    const rule = `there must be 1 to ${MOST_METHODS}`
    throw new InputError({ rule, place: "the number of methods", value: methods.length })
  }
  if (!/^[a-z][a-z0-9-]*$/i.test(id)) {
    throw new InputError({ rule: "it must be letters, digits and hyphens, a letter first", place: "id", value: id })
  }
  for (const { paths } of methods) {
    for (const path of paths) for (let k = 0; k < Math.max(1, path.length); k++) checkedPoint(problem, path, k)
  }
}

function countsOf(methods: readonly MethodTrajectories[]): string {
  const starts = Math.max(...methods.map(({ paths }) => paths.length))
  const updates = methods.flatMap(({ paths }) => paths.map((path) => path.length - 1))
  const most = Math.max(0, ...updates)
  const count = `${updates.every((each) => each === most) ? "" : "up to "}${most} ${most === 1 ? "update" : "updates"}`
  return starts === 1 ? count : `${count} from each of ${starts} starts`
}
