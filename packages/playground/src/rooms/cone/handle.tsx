/**
 * The tip of a gradient, to be dragged by mouse, finger or keys.
 *
 * @module
 */
import { dragging } from "../../ui/dragging.ts"
import { decimals } from "../../ui/number-text.ts"
import type { Row } from "./state.ts"
import type { View } from "./view.ts"

/** What a {@link Handle} needs. */
export interface HandleProps {
  readonly name: string
  readonly tip: Row
  readonly view: View
  readonly onMove: (tip: Row) => void
}

/** What an arrow key moves by; ten times as much with Shift. */
const STEP = 0.05

const AXES = ["x", "y", "z"] as const

/** The way of a key: which entry, and its sign. */
const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowUp: [1, 1],
  ArrowDown: [1, -1],
  PageUp: [2, 1],
  PageDown: [2, -1]
}

/** A ring around the tip. Its value is said as coordinates; Page Up and Page Down move it along the third axis. */
export function Handle({ name, tip, view, onMove }: HandleProps) {
  const [x, y] = view.place(tip)
  const said = tip.map((entry, k) => `${AXES[k]} ${decimals(entry)}`).join(", ")

  const onPointerDown = (event: PointerEvent) =>
    dragging(event, (right, down) => {
      onMove(view.moved(tip, x + right, y + down).map((entry) => Math.round(entry * 100) / 100))
    })

  const onKeyDown = (event: KeyboardEvent) => {
    const [entry, sign] = KEYS[event.key] ?? []
    if (entry === undefined || sign === undefined || entry >= tip.length) return
    event.preventDefault()
    const step = sign * STEP * (event.shiftKey ? 10 : 1)
    onMove(tip.map((value, k) => (k === entry ? Math.round((value + step) * 100) / 100 : value)))
  }

  return (
    <g
      class="handle"
      role="slider"
      tabindex={0}
      aria-label={`Gradient ${name}`}
      aria-valuenow={tip[0] ?? 0}
      aria-valuetext={said}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    >
      <circle class="reach" cx={x} cy={y} r={22} />
      <circle class="ring" cx={x} cy={y} r={10} />
    </g>
  )
}
