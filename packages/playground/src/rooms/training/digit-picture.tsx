/**
 * Digits as pictures: ink in the colour of titles, paper see-through.
 *
 * @module
 */
import { inks } from "@dualcone/descent"
import { useMemo } from "preact/hooks"
import { ground } from "../../ui/ground.ts"
import { colourOf, Painting, stencil } from "./painting.tsx"
import type { Picture } from "./protocol.ts"

/** Pixels of a side. */
const SIDE = 28

/** The digits of a picture in one column, by ground: made once, cut by all that show some of them. */
const strips = new WeakMap<Picture, Map<"light" | "dark", OffscreenCanvas>>()

function stripOf(picture: Picture, shade: "light" | "dark"): OffscreenCanvas {
  const known = strips.get(picture) ?? new Map<"light" | "dark", OffscreenCanvas>()
  strips.set(picture, known)
  const strip =
    known.get(shade) ?? stencil(SIDE, SIDE * picture.labels.length, colourOf(inks[shade].title), picture.images)
  known.set(shade, strip)
  return strip
}

/** Draws the digit at a place of the batch into a square. */
export function drawDigit(
  context: CanvasRenderingContext2D,
  picture: Picture,
  at: number,
  { x, y, side }: { readonly x: number; readonly y: number; readonly side: number }
): void {
  context.drawImage(stripOf(picture, ground.peek()), 0, at * SIDE, SIDE, SIDE, x, y, side, side)
}

/** What {@link DigitPair} shows. */
export interface DigitPairProps {
  readonly picture: Picture
  /** Places in the batch. */
  readonly row: number
  readonly column: number
}

/** Two digits of a batch beside each other. What they are stands in words beside them. */
export function DigitPair({ picture, row, column }: DigitPairProps) {
  const paint = useMemo(
    () => (context: CanvasRenderingContext2D, width: number, height: number) => {
      drawDigit(context, picture, row, { x: 0, y: 0, side: height })
      drawDigit(context, picture, column, { x: width - height, y: 0, side: height })
    },
    [picture, row, column]
  )
  return <Painting ratio={0.48} paint={paint} aria-hidden="true" />
}
