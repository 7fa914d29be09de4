/**
 * How vectors lie in the picture: a plane seen from above, or space seen from a side.
 *
 * @module
 */
import type { Orbit, Row } from "./state.ts"

/** From vectors to pixels and back. */
export interface View {
  /** In pixels. */
  readonly width: number
  readonly height: number
  /** Pixels of a unit. */
  readonly unit: number
  /** Where a vector's tip lies, in pixels from the upper left corner. */
  place(vector: Row): readonly [number, number]
  /** The vector whose tip lies there, as far from the eye as `vector`. */
  moved(vector: Row, x: number, y: number): Row
  /** How near the eye a tip is; 0 in a plane. */
  nearness(vector: Row): number
}

/** Half of the units that the shorter side of the picture shows. */
const HALF = 3.1

/** A plane, the origin in the middle. */
export function planeView(width: number, height: number): View {
  const unit = Math.min(width, height) / 2 / HALF
  return {
    width,
    height,
    unit,
    place: ([x = 0, y = 0]) => [width / 2 + x * unit, height / 2 - y * unit],
    moved: (_, x, y) => [(x - width / 2) / unit, (height / 2 - y) / unit],
    nearness: () => 0
  }
}

/** Space without perspective, the origin in the middle, the third axis upwards. */
export function spaceView(width: number, height: number, { turn, tilt }: Orbit): View {
  const unit = Math.min(width, height) / 2 / HALF
  const [a, b] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180]
  const right: Row = [Math.cos(a), Math.sin(a), 0]
  const up: Row = [-Math.sin(a) * Math.sin(b), Math.cos(a) * Math.sin(b), Math.cos(b)]
  const near: Row = [Math.sin(a) * Math.cos(b), -Math.cos(a) * Math.cos(b), Math.sin(b)]
  const along = (axis: Row, vector: Row) => axis.reduce((sum, entry, k) => sum + entry * (vector[k] ?? 0), 0)
  return {
    width,
    height,
    unit,
    place: (vector) => [width / 2 + along(right, vector) * unit, height / 2 - along(up, vector) * unit],
    moved(vector, x, y) {
      const depth = along(near, vector)
      const [across, upwards] = [(x - width / 2) / unit, (height / 2 - y) / unit]
      return right.map((entry, k) => across * entry + upwards * (up[k] ?? 0) + depth * (near[k] ?? 0))
    },
    nearness: (vector) => along(near, vector)
  }
}
