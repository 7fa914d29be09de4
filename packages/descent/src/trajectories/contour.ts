/**
 * Regions where a function on a grid is at least some level, as closed lines.
 *
 * @module
 */

/** A point in grid coordinates: columns to the right, rows downwards in the order of the samples. */
export type GridPoint = readonly [number, number]

/** Samples of a function, row by row. */
export interface Grid {
  readonly columns: number
  readonly rows: number
  readonly samples: Float64Array
}

/** Outside of the grid every function lies below every level, so that all lines close along the border. */
const OUTSIDE = -1e9

/**
 * The borders of {samples ≥ level}, by marching squares with linear interpolation along the edges of the grid. Every
 * line is closed and its last point is not repeated; with the even-odd rule they fill the region exactly. In a cell
 * whose diagonals disagree, the mean of its corners decides.
 */
export function contour({ columns, rows, samples }: Grid, level: number): readonly (readonly GridPoint[])[] {
  const width = columns + 2
  const at = (i: number, j: number) =>
    i < 1 || j < 1 || i > columns || j > rows ? OUTSIDE : (samples[(j - 1) * columns + i - 1] ?? OUTSIDE)
  const across = (i: number, j: number) => 2 * (j * width + i)
  const down = (i: number, j: number) => across(i, j) + 1

  /** From the edge where a walk around a cell leaves the region to the edge where it comes back. */
  const next = new Map<number, number>()
  for (let j = 0; j <= rows; j++) {
    for (let i = 0; i <= columns; i++) {
      const corners = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)] as const
      if (Math.max(...corners) < level || Math.min(...corners) >= level) continue
      const inside = corners.map((value) => value >= level)
      const edges = [across(i, j), down(i + 1, j), across(i, j + 1), down(i, j)] as const
      const leaving = [0, 1, 2, 3].filter((k) => inside[k] === true && inside[(k + 1) % 4] === false)
      const joined = leaving.length === 2 && (corners[0] + corners[1] + corners[2] + corners[3]) / 4 >= level
      for (const k of leaving) {
        // The walk comes back one edge before the corner it left or, around a corner that is outside, one edge later.
        let back = joined ? (k + 1) % 4 : (k + 3) % 4
        if (leaving.length === 1) {
          back = (k + 1) % 4
          while (inside[back] === true || inside[(back + 1) % 4] === false) back = (back + 1) % 4
        }
        const from = edges[k]
        const to = edges[back]
        if (from !== undefined && to !== undefined) next.set(from, to)
      }
    }
  }

  const crossing = (edge: number): GridPoint => {
    const cell = edge >> 1
    const i = cell % width
    const j = (cell - i) / width
    const isDown = edge % 2 === 1
    const here = at(i, j)
    const there = isDown ? at(i, j + 1) : at(i + 1, j)
    const part = (level - here) / (there - here)
    const column = Math.max(0, Math.min(columns - 1, i - 1 + (isDown ? 0 : part)))
    const row = Math.max(0, Math.min(rows - 1, j - 1 + (isDown ? part : 0)))
    return [column, row]
  }

  const lines: GridPoint[][] = []
  for (const start of [...next.keys()]) {
    const line: GridPoint[] = []
    for (let edge = start; next.has(edge); ) {
      line.push(crossing(edge))
      const following = next.get(edge) ?? start
      next.delete(edge)
      edge = following
    }
    if (line.length > 0) lines.push(line)
  }
  return lines
}
