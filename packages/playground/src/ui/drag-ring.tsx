/**
 * A ring in a picture, to be dragged by mouse, finger or keys.
 *
 * @module
 */
import { dragging } from "./dragging.ts"

/** A direction of a key: to the right, upwards, and towards the end of a third axis. */
export type Way = readonly [right: number, up: number, third: number]

/** What a {@link DragRing} needs. */
export interface DragRingProps {
  readonly label: string
  /** Where it is, in pixels. */
  readonly x: number
  readonly y: number
  /** Its first coordinate, and all of them in words: a slider says one number, this one has several. */
  readonly value: number
  readonly text: string
  /** Told how far the pointer is from where it went down, in pixels. */
  readonly onDrag: (right: number, down: number) => void
  /** Told the way of a key, ten times as far with Shift. */
  readonly onKey: (way: Way) => void
}

const WAYS: Readonly<Record<string, Way>> = {
  ArrowRight: [1, 0, 0],
  ArrowLeft: [-1, 0, 0],
  ArrowUp: [0, 1, 0],
  ArrowDown: [0, -1, 0],
  PageUp: [0, 0, 1],
  PageDown: [0, 0, -1]
}

/** The ring, and around it as much room as a finger needs. */
export function DragRing({ label, x, y, value, text, onDrag, onKey }: DragRingProps) {
  return (
    <g
      class="drag-ring"
      role="slider"
      tabindex={0}
      aria-label={label}
      aria-valuenow={value}
      aria-valuetext={text}
      onPointerDown={(event) => dragging(event, onDrag)}
      onKeyDown={(event) => {
        const way = WAYS[event.key]
        if (way === undefined) return
        event.preventDefault()
        const times = event.shiftKey ? 10 : 1
        onKey([way[0] * times, way[1] * times, way[2] * times])
      }}
    >
      <circle class="reach" cx={x} cy={y} r={22} />
      <circle class="ring" cx={x} cy={y} r={10} />
    </g>
  )
}
