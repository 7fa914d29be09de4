/**
 * A start of one's own, to be moved by mouse, finger or keys.
 *
 * @module
 */
import { dragging } from "../../ui/dragging.ts"
import { decimals } from "../../ui/number-text.ts"
import type { Place, SpacePicture } from "./messages.ts"

/** What a {@link StartHandle} needs. */
export interface StartHandleProps {
  readonly space: SpacePicture
  /** Of the square, in pixels. */
  readonly side: number
  readonly at: Place
  readonly onMove: (at: Place) => void
}

/** Key presses that cross the window. */
const STEPS = 100

const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1]
}

/** A ring; ten times as fast with Shift. */
export function StartHandle({ space, side, at, onMove }: StartHandleProps) {
  const { x, y } = space.window
  const [wide, high] = [x[1] - x[0], y[1] - y[0]]
  const [left, top] = [((at[0] - x[0]) / wide) * side, (1 - (at[1] - y[0]) / high) * side]
  const inside = ([a, b]: Place): Place => [rounded(clamp(a, x), wide), rounded(clamp(b, y), high)]
  return (
    <g
      class="handle"
      role="slider"
      tabindex={0}
      aria-label="Start"
      aria-valuenow={at[0]}
      aria-valuetext={`${space.labels[0]} ${decimals(at[0])}, ${space.labels[1]} ${decimals(at[1])}`}
      onPointerDown={(event) =>
        dragging(event, (right, down) => {
          onMove(inside([at[0] + (right / side) * wide, at[1] - (down / side) * high]))
        })
      }
      onKeyDown={(event) => {
        const way = KEYS[event.key]
        if (way === undefined) return
        event.preventDefault()
        const step = event.shiftKey ? 10 / STEPS : 1 / STEPS
        onMove(inside([at[0] + way[0] * step * wide, at[1] + way[1] * step * high]))
      }}
    >
      <circle class="reach" cx={left} cy={top} r={22} />
      <circle class="ring" cx={left} cy={top} r={10} />
    </g>
  )
}

const clamp = (value: number, [low, high]: Place) => Math.max(low, Math.min(high, value))

/** To a thousandth of the window, roughly: an address says exactly what is seen. */
function rounded(value: number, extent: number): number {
  const digits = 10 ** Math.max(0, 3 - Math.ceil(Math.log10(extent)))
  return Math.round(value * digits) / digits
}
