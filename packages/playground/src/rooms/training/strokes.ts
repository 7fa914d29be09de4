/**
 * From strokes of a pen to 28 × 28 levels as MNIST has them: the digit within 20 × 20, its ink's centre of mass in the
 * middle (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
 *
 * @module
 */

/** A place on the pad, 0 to 1 from left to right and from top to bottom. */
export type Point = readonly [x: number, y: number]

/** Places that a pen went through without being lifted. */
export type Stroke = readonly Point[]

const SIDE = 28
const BOX = 20
const PEN = 2.4

/** The levels, 0 (paper) to 255 (ink); null without a stroke. */
export function levelsOf(strokes: readonly Stroke[]): Uint8Array | null {
  const points = strokes.flat()
  if (points.length === 0) return null
  const [left, right] = [Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x))]
  const [top, bottom] = [Math.min(...points.map(([, y]) => y)), Math.max(...points.map(([, y]) => y))]
  // What is tiny on the pad is not blown up: a dot stays a dot.
  const scale = (BOX - PEN) / Math.max(right - left, bottom - top, 0.3)
  const middle = { x: SIDE / 2 - ((left + right) / 2) * scale, y: SIDE / 2 - ((top + bottom) / 2) * scale }
  const first = inkOf(strokes, scale, middle)
  const centre = massOf(first)
  const shift = { x: middle.x + SIDE / 2 - centre.x, y: middle.y + SIDE / 2 - centre.y }
  return inkOf(strokes, scale, shift)
}

interface Place {
  readonly x: number
  readonly y: number
}

function inkOf(strokes: readonly Stroke[], scale: number, { x: right, y: down }: Place): Uint8Array {
  const canvas = new OffscreenCanvas(SIDE, SIDE)
  const context = canvas.getContext("2d", { willReadFrequently: true })
  if (context === null) return new Uint8Array(SIDE * SIDE)
  context.setTransform(scale, 0, 0, scale, right, down)
  drawStrokes(context, strokes, PEN / scale)
  const { data } = context.getImageData(0, 0, SIDE, SIDE)
  return Uint8Array.from({ length: SIDE * SIDE }, (_, pixel) => data[pixel * 4 + 3] ?? 0)
}

/** The middle of the ink, in pixels. */
function massOf(levels: Uint8Array): Place {
  let [sum, x, y] = [0, 0, 0]
  levels.forEach((level, pixel) => {
    sum += level
    x += level * ((pixel % SIDE) + 0.5)
    y += level * (Math.floor(pixel / SIDE) + 0.5)
  })
  return sum === 0 ? { x: SIDE / 2, y: SIDE / 2 } : { x: x / sum, y: y / sum }
}

/** Draws strokes with round ends; a stroke of one place is a dot. */
export function drawStrokes(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  strokes: readonly Stroke[],
  pen: number
): void {
  context.lineWidth = pen
  context.lineCap = "round"
  context.lineJoin = "round"
  for (const stroke of strokes) {
    const [first] = stroke
    if (first === undefined) continue
    context.beginPath()
    context.moveTo(...first)
    for (const point of stroke) context.lineTo(...point)
    context.stroke()
  }
}
