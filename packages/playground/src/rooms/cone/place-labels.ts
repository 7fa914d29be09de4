/**
 * Labels at the tips of arrows, none on top of another.
 *
 * @module
 */

/** A text that belongs to a point. */
export interface Label {
  readonly text: string
  /** The tip, in pixels. */
  readonly x: number
  readonly y: number
  /** Away from what the arrow comes from; of any length. */
  readonly away: readonly [number, number]
}

/** A label with its place: the left end of its base line. */
export interface PlacedLabel {
  readonly left: number
  readonly base: number
  readonly width: number
}

/** What a letter of 16 px type takes, on average; in bold, as labels are. */
const LETTER = 9.4
const HEIGHT = 20
const GAP = 10
/** How far labels are moved in search of a free place, in steps. */
const STEP = 6
const MOST_STEPS = 24

/** Places labels in their order: the first has the first choice. `taken` are boxes that none may cover: x, y, half side. */
export function placeLabels(
  labels: readonly Label[],
  width: number,
  height: number,
  taken: readonly (readonly [number, number, number])[]
): readonly PlacedLabel[] {
  const boxes: Box[] = taken.map(([x, y, half]) => ({
    left: x - half,
    top: y - half,
    width: 2 * half,
    height: 2 * half
  }))
  return labels.map((label) => {
    const box = freePlace(label, width, height, boxes)
    boxes.push(box)
    return { left: box.left, base: box.top + HEIGHT - 5, width: box.width }
  })
}

interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The free place nearest to the tip, of those around it; the first choice where there is none. */
function freePlace({ text, x, y, away }: Label, width: number, height: number, boxes: readonly Box[]): Box {
  const length = Math.hypot(away[0], away[1]) || 1
  const [dx, dy] = [away[0] / length, away[1] / length]
  const room = text.length * LETTER
  const at = (right: number, down: number): Box => ({
    left: clamp(x + right + dx * GAP - (room * (1 - dx)) / 2, 4, width - room - 4),
    top: clamp(y + down + dy * (GAP + HEIGHT / 2) - HEIGHT / 2, 2, height - HEIGHT - 2),
    width: room,
    height: HEIGHT
  })
  const first = at(0, 0)
  for (let step = 0; step <= MOST_STEPS; step++) {
    const move = step * STEP
    // Sideways of the arrow before beyond it: there, labels of arrows along one line stay apart.
    for (const [right, down] of [
      [-dy * move, dx * move],
      [dy * move, -dx * move],
      [0, move],
      [0, -move],
      [dx * move, dy * move]
    ] as const) {
      const box = at(right, down)
      if (boxes.every((other) => isApart(box, other))) return box
    }
  }
  return first
}

function isApart(a: Box, b: Box): boolean {
  return (
    a.left + a.width <= b.left || b.left + b.width <= a.left || a.top + a.height <= b.top || b.top + b.height <= a.top
  )
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}
