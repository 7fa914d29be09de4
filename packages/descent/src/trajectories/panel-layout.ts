/**
 * Where the panels of a picture stand.
 *
 * @module
 */

/** A place for a panel. */
export interface Place {
  /** Which method, counting from 0. */
  readonly cell: number
  /** Which of the method's spaces, counting from 0. */
  readonly kind: number
  /** Left edge of the square, in pixels. */
  readonly x: number
  /** Upper edge of the square, in pixels below the top of the panels. */
  readonly y: number
  /** Whether no panel stands below it. */
  readonly showsXTicks: boolean
  /** Whether it is the first of its space in its row. */
  readonly showsYTicks: boolean
}

/** All places, and the size they share. */
export interface PanelLayout {
  /** Of the picture, in pixels. */
  readonly width: number
  /** Of every square, in pixels. */
  readonly side: number
  readonly places: readonly Place[]
  readonly height: number
}

/** Left edge of the panels, and what stays free on the right. */
export const LEFT = 72
export const RIGHT = 24
/** Between two panels, and before one with numbers on its left. */
export const GAP = 20
const GAP_WITH_TICKS = 72
/** Above a panel, for its heading. */
const HEADING = 32
/** Below the last row, for numbers and names of the axes. */
const FOOT = 56
/** Of a picture, and of a panel. */
const WIDTH = 960
const WIDEST = 520

/** Panels of one or two spaces for each of `cells` methods, whose headings take up to `heading` pixels. */
export function arrange(kinds: number, cells: number, heading: number): PanelLayout {
  const cellsOfRow = kinds === 2 ? Math.min(cells, 2) : single(cells, heading)
  const columns = cellsOfRow * kinds
  const gapBefore = (column: number) => (column === 0 ? 0 : column < kinds ? GAP_WITH_TICKS : GAP)
  const lefts = [0]
  for (let column = 1; column <= columns; column++) lefts.push((lefts[column - 1] ?? 0) + gapBefore(column))
  const gaps = lefts[columns - 1] ?? 0
  const side = Math.min(WIDEST, Math.floor((WIDTH - LEFT - RIGHT - gaps) / columns))
  const rowHeight = HEADING + side + GAP / 2
  const places = Array.from({ length: cells * kinds }, (_, k) => {
    const column = k % columns
    return {
      cell: Math.floor(k / kinds),
      kind: k % kinds,
      x: LEFT + column * side + (lefts[column] ?? 0),
      y: Math.floor(k / columns) * rowHeight + HEADING,
      showsXTicks: k + columns >= cells * kinds,
      showsYTicks: column < kinds
    }
  })
  const width = LEFT + gaps + columns * side + RIGHT
  return { width, side, places, height: Math.ceil(cells / cellsOfRow) * rowHeight - GAP / 2 + FOOT }
}

/** Panels in a row: four, or three where that fills the rows or where four would be too narrow for their headings. */
function single(cells: number, heading: number): number {
  const narrowest = Math.floor((WIDTH - LEFT - RIGHT - 3 * GAP) / 4)
  if (cells > 3 && heading > narrowest) return 3
  if (cells <= 4) return cells
  return cells === 5 || (cells % 3 === 0 && cells % 4 !== 0) ? 3 : 4
}
