/**
 * A start of one's own, to be moved.
 *
 * @module
 */
import { DragRing } from "../../ui/drag-ring.tsx"
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

/** Of the window, what a key moves by. */
const STEP = 0.01

/** A ring around the start, whose value is said as coordinates. */
export function StartHandle({ space: { window, labels }, side, at, onMove }: StartHandleProps) {
  const [right, down] = partsOf(window, at)
  return (
    <DragRing
      label="Start"
      x={right * side}
      y={down * side}
      value={at[0]}
      text={`${labels[0]} ${decimals(at[0])}, ${labels[1]} ${decimals(at[1])}`}
      onDrag={(x, y) => onMove(placeAt(window, right + x / side, down + y / side))}
      onKey={([x, y]) => onMove(placeAt(window, right + STEP * x, down - STEP * y))}
    />
  )
}
