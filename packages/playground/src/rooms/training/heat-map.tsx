/**
 * The Gramian of a batch as a heat map, ordered by class: red where two digits disagree, blue where they agree, the
 * ground's colour where there is nothing left to settle.
 *
 * @module
 */
import { inks, meanings } from "@dualcone/descent"
import { useMemo } from "preact/hooks"
import { ground } from "../../ui/ground.ts"
import type { Pair } from "./model.ts"
import { Painting } from "./painting.tsx"
import type { Picture, Side } from "./protocol.ts"

/** Where the colours are full: so many times what counts as settled. */
const FULL = 1000

/** What {@link HeatMap} shows. */
export interface HeatMapProps {
  readonly picture: Picture
  readonly side: Side
  /** Below this an entry has no colour. */
  readonly settled: number
  readonly chosen: Pair | null
  readonly choose: (pair: Pair) => void
  /** Said to who does not see it. */
  readonly label: string
}

/** Room for the classes at two edges, in pixels. */
const EDGE = 20

/** The map. A click, or the arrow keys, choose a pair. */
export function HeatMap({ picture, side, settled, chosen, choose, label }: HeatMapProps) {
  const shade = ground.value
  const m = picture.labels.length
  const paint = useMemo(() => {
    const { gramian } = picture[side]
    const [conflict, agreement] = [meanings.conflict[shade], meanings.agreement[shade]]
    return (context: CanvasRenderingContext2D, width: number) => {
      const side = width - EDGE
      const cell = side / m
      // Edges on whole pixels, so that no line shows between two cells.
      const edges = Array.from({ length: m + 1 }, (_, i) => EDGE + Math.round(i * cell))
      for (let row = 0; row < m; row++) {
        const [top = 0, bottom = 0] = [edges[row], edges[row + 1]]
        for (let column = 0; column < m; column++) {
          const value = gramian[row * m + column] ?? 0
          const strength = Math.log(Math.abs(value) / settled) / Math.log(FULL)
          if (!(strength > 0)) continue
          const [left = 0, right = 0] = [edges[column], edges[column + 1]]
          context.globalAlpha = Math.min(1, strength)
          context.fillStyle = value < 0 ? conflict : agreement
          context.fillRect(left, top, right - left, bottom - top)
        }
      }
      context.globalAlpha = 1
      drawClasses(context, picture.labels, cell, shade)
      if (chosen === null) return
      context.strokeStyle = inks[shade].title
      context.lineWidth = 2
      const grown = Math.max(0, 8 - cell) / 2
      context.strokeRect(
        EDGE + chosen.column * cell - grown,
        EDGE + chosen.row * cell - grown,
        cell + 2 * grown,
        cell + 2 * grown
      )
    }
  }, [picture, side, settled, chosen, shade, m])

  const pick = ({ currentTarget, offsetX, offsetY }: MouseEvent) => {
    if (!(currentTarget instanceof HTMLElement)) return
    const cell = (currentTarget.clientWidth - EDGE) / m
    const place = (at: number) => Math.min(m - 1, Math.max(0, Math.floor((at - EDGE) / cell)))
    choose({ row: place(offsetY), column: place(offsetX) })
  }
  const press = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1]
    }
    const move = moves[event.key]
    if (move === undefined) return
    event.preventDefault()
    const { row, column } = chosen ?? { row: 0, column: 0 }
    const within = (at: number) => Math.min(m - 1, Math.max(0, at))
    choose({ row: within(row + move[0]), column: within(column + move[1]) })
  }
  return (
    <Painting
      ratio={1}
      paint={paint}
      role="application"
      aria-label={label}
      aria-roledescription="heat map"
      tabIndex={0}
      onClick={pick}
      onKeyDown={press}
    />
  )
}

/** Thin lines between classes, and each class above and beside its rows where there is room. */
function drawClasses(context: CanvasRenderingContext2D, labels: Uint8Array, cell: number, shade: "light" | "dark") {
  const m = labels.length
  context.strokeStyle = inks[shade].axis
  context.fillStyle = inks[shade].text
  context.lineWidth = 0.5
  context.font = "16px system-ui, sans-serif"
  context.textAlign = "center"
  context.textBaseline = "middle"
  const free = { across: 0, down: 0 }
  for (let start = 0; start < m; ) {
    const label = labels[start] ?? 0
    const next = labels.findIndex((other, i) => i > start && other !== label)
    const end = next === -1 ? m : next
    const middle = EDGE + ((start + end) / 2) * cell
    if (middle >= free.across) {
      context.fillText(String(label), middle, EDGE / 2 - 1)
      free.across = middle + 11
    }
    if (middle >= free.down) {
      context.fillText(String(label), EDGE / 2 - 2, middle)
      free.down = middle + 16
    }
    if (end < m) {
      const at = EDGE + end * cell
      context.beginPath()
      context.moveTo(EDGE, at)
      context.lineTo(EDGE + m * cell, at)
      context.moveTo(at, EDGE)
      context.lineTo(at, EDGE + m * cell)
      context.stroke()
    }
    start = end
  }
}
