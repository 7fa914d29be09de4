/**
 * A start of one's own, to be moved by mouse, finger or keys.
 *
 * @module
 */
import { dragging } from "../../ui/dragging.ts"
import { decimals } from "../../ui/number-text.ts"
import type { Place, SpacePicture } from "./messages.ts"
import { partsOf, placeAt } from "./window.ts"

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
  ArrowUp: [0, -1],
  ArrowDown: [0, 1]
}

/** A ring; ten times as fast with Shift. */
export function StartHandle({ space, side, at, onMove }: StartHandleProps) {
  const [right, down] = partsOf(space.window, at)
  const move = (moreRight: number, moreDown: number) =>
    onMove(placeAt(space.window, right + moreRight, down + moreDown))
  return (
    <g
      class="handle"
      role="slider"
      tabindex={0}
      aria-label="Start"
      aria-valuenow={at[0]}
      aria-valuetext={`${space.labels[0]} ${decimals(at[0])}, ${space.labels[1]} ${decimals(at[1])}`}
      onPointerDown={(event) => dragging(event, (x, y) => move(x / side, y / side))}
      onKeyDown={(event) => {
        const way = KEYS[event.key]
        if (way === undefined) return
        event.preventDefault()
        const step = event.shiftKey ? 10 / STEPS : 1 / STEPS
        move(way[0] * step, way[1] * step)
      }}
    >
      <circle class="reach" cx={right * side} cy={down * side} r={22} />
      <circle class="ring" cx={right * side} cy={down * side} r={10} />
    </g>
  )
}
