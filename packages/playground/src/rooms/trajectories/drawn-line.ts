/**
 * Lines that can be cut off after any update.
 *
 * @module
 */
import type { Line } from "./messages.ts"

/** A line of which any beginning can be drawn at once. */
export interface DrawnLine {
  /** The path data of the first `update` updates. */
  until(update: number): string
  /** Where the path is after them; null for a path without points. */
  at(update: number): readonly [number, number] | null
}

const drawn = new WeakMap<Line, DrawnLine>()

/** The line, drawn once. */
export function drawnLine(line: Line): DrawnLine {
  const known = drawn.get(line)
  if (known !== undefined) return known
  const made = draw(line)
  drawn.set(line, made)
  return made
}

/** Writes the path data of the whole line; a beginning of it is a beginning of the text. */
function draw({ points, updates }: Line): DrawnLine {
  const ends: number[] = []
  let text = ""
  for (let i = 0; i < updates.length; i++) {
    text += `${i === 0 ? "M" : "L"}${(points[2 * i] ?? 0).toFixed(1)} ${(points[2 * i + 1] ?? 0).toFixed(1)}`
    ends.push(text.length)
  }
  /** The last point that is kept and not behind the update. */
  const before = (update: number) => {
    let low = 0
    let high = updates.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((updates[middle] ?? 0) <= update) low = middle
      else high = middle - 1
    }
    return low
  }
  const at = (update: number): readonly [number, number] | null => {
    if (updates.length === 0) return null
    const i = before(update)
    const next = Math.min(i + 1, updates.length - 1)
    const span = (updates[next] ?? 0) - (updates[i] ?? 0)
    const part = span === 0 ? 0 : Math.min(1, (update - (updates[i] ?? 0)) / span)
    const between = (k: 0 | 1) => {
      const from = points[2 * i + k] ?? 0
      return from + part * ((points[2 * next + k] ?? from) - from)
    }
    return [between(0), between(1)]
  }
  return {
    at,
    until(update) {
      const tip = at(update)
      if (tip === null) return ""
      return `${text.slice(0, ends[before(update)])}L${tip[0].toFixed(1)} ${tip[1].toFixed(1)}`
    }
  }
}
