/**
 * The cone of some gradients and its dual, as polygons.
 *
 * @module
 */
import { dot } from "./aggregate-rows.ts"
import type { Row } from "./state.ts"

/** A point of a plane. */
export type Point = readonly [number, number]

/** Half-planes as thin as this, relative to the polygon, still count as lying in it: a dual cone may be a single ray. */
const THIN = 1e-9

/** Corners of a disc that stand for its border. */
const DISC = 72

/** A regular polygon around the origin. */
export function disc(radius: number): readonly Point[] {
  return Array.from({ length: DISC }, (_, k) => {
    const angle = (2 * Math.PI * k) / DISC
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const
  })
}

/** The part of a convex polygon where `normal` · p ≥ 0 (Sutherland and Hodgman); a border line alone is kept. */
export function clip(polygon: readonly Point[], normal: Point): readonly Point[] {
  const length = Math.hypot(normal[0], normal[1])
  if (length === 0) return polygon
  const height = ([x, y]: Point) => (normal[0] * x + normal[1] * y) / length
  return polygon.flatMap((point, i) => {
    const next = polygon[(i + 1) % polygon.length] ?? point
    const [here, there] = [height(point), height(next)]
    const kept = here >= -THIN ? [point] : []
    if (here >= -THIN === there >= -THIN) return kept
    const part = here / (here - there)
    return [...kept, [point[0] + part * (next[0] - point[0]), point[1] + part * (next[1] - point[1])] as const]
  })
}

/** {d : J d ≥ 0} in the plane, as far as a convex polygon around the origin reaches. */
export function dualCone(rows: readonly Row[], within: readonly Point[]): readonly Point[] {
  return rows.reduce((polygon, [x = 0, y = 0]) => clip(polygon, [x, y]), within)
}

/** {Jᵀ w : w ≥ 0} in the plane, as far as a convex polygon around the origin reaches: the dual of the dual. */
export function gradientCone(rows: readonly Row[], within: readonly Point[]): readonly Point[] {
  const angles = rows
    .filter((row) => row.some((entry) => entry !== 0))
    .map(([x = 0, y = 0]) => Math.atan2(y, x))
    .sort((a, b) => a - b)
  const [first] = angles
  if (first === undefined) return []
  // The widest gap between neighbours is outside, if it is wider than half a turn.
  let widest = 0
  let start = first
  let end = first
  angles.forEach((angle, i) => {
    const next = angles[i + 1] ?? first + 2 * Math.PI
    if (next - angle <= widest) return
    widest = next - angle
    start = next
    end = angle
  })
  if (widest < Math.PI - 1e-9) return within
  const left: Point = [-Math.sin(start), Math.cos(start)]
  const right: Point = [Math.sin(end), -Math.cos(end)]
  return clip(clip(within, left), right)
}

/** A wall of a dual cone in space: the part of a row's plane that no other row cuts off, within a ball. */
export interface Wall {
  /** Which row, counting from 0. */
  readonly row: number
  readonly corners: readonly Row[]
}

/** The walls of {d : J d ≥ 0} in space within a ball. */
export function walls(rows: readonly Row[], radius: number): readonly Wall[] {
  return rows.flatMap((normal, i) => {
    const length = Math.sqrt(dot(normal, normal))
    if (length === 0) return []
    const [across, up] = basisOf(normal.map((entry) => entry / length))
    const others = rows.filter((_, j) => j !== i)
    const polygon = others.reduce(
      (kept, other) => clip(kept, clearly([dot(other, across), dot(other, up)], other)),
      disc(radius)
    )
    if (polygon.length < 3) return []
    const corners = polygon.map(([a, b]) => across.map((entry, k) => a * entry + b * (up[k] ?? 0)))
    return [{ row: i, corners }]
  })
}

/** Points all over a ball's border that no objective loses towards. */
export function safeDirections(rows: readonly Row[], radius: number): readonly Row[] {
  const COUNT = 600
  const golden = Math.PI * (3 - Math.sqrt(5))
  const points: Row[] = []
  for (let k = 0; k < COUNT; k++) {
    const z = 1 - (2 * (k + 0.5)) / COUNT
    const ring = Math.sqrt(1 - z * z)
    const point = [radius * ring * Math.cos(golden * k), radius * ring * Math.sin(golden * k), radius * z]
    if (rows.every((row) => dot(row, point) >= 0)) points.push(point)
  }
  return points
}

/** The convex hull of points, by Andrew's monotone chain. */
export function hull(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const half = (order: readonly Point[]) => {
    const chain: Point[] = []
    for (const point of order) {
      for (;;) {
        const [a, b] = [chain.at(-2), chain.at(-1)]
        if (a === undefined || b === undefined || turn(a, b, point) > 0) break
        chain.pop()
      }
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  return [...half(sorted), ...half(sorted.reverse())]
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/** Two unit vectors at right angles to a unit vector and to each other. */
function basisOf(normal: Row): readonly [Row, Row] {
  const [x = 0, y = 0, z = 0] = normal
  const helper: Row = Math.abs(z) < 0.9 ? [0, 0, 1] : [1, 0, 0]
  const across = unit(cross(helper, normal))
  return [across, cross([x, y, z], across)]
}

function cross([a = 0, b = 0, c = 0]: Row, [x = 0, y = 0, z = 0]: Row): Row {
  return [b * z - c * y, c * x - a * z, a * y - b * x]
}

function unit(vector: Row): Row {
  const length = Math.sqrt(dot(vector, vector))
  return vector.map((entry) => entry / length)
}

/** A row that stands at right angles to a wall cuts nothing off it: what is left of it there is rounding. */
function clearly(normal: Point, row: Row): Point {
  return Math.hypot(normal[0], normal[1]) > 1e-9 * Math.sqrt(dot(row, row)) ? normal : [0, 0]
}
