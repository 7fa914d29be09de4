/**
 * The tip of a gradient, to be moved.
 *
 * @module
 */
import { DragRing } from "../../ui/drag-ring.tsx"
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

/** What a key moves by. */
const STEP = 0.05

const AXES = ["x", "y", "z"] as const

/** A ring around the tip, whose value is said as coordinates; Page Up and Page Down move it along the third axis. */
export function Handle({ name, tip, view, onMove }: HandleProps) {
  const [x, y] = view.place(tip)
  const move = (moved: Row) => onMove(moved.map((entry) => Math.round(entry * 100) / 100))
  return (
    <DragRing
      label={`Gradient ${name}`}
      x={x}
      y={y}
      value={tip[0] ?? 0}
      text={tip.map((entry, k) => `${AXES[k]} ${decimals(entry)}`).join(", ")}
      onDrag={(right, down) => move(view.moved(tip, x + right, y + down))}
      onKey={(way) => move(tip.map((entry, k) => entry + STEP * (way[k] ?? 0)))}
    />
  )
}
