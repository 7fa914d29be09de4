/**
 * Digits as pictures: ink in the colour of text, paper see-through.
 *
 * @module
 */
import { inks } from "@dualcone/descent"
import { useMemo } from "preact/hooks"
import { ground } from "./ground.ts"
import { colourOf, Painting, pixels } from "./painting.tsx"
import type { Picture } from "./protocol.ts"

/** Pixels of a side. */
export const SIDE = 28

/** All digits of a picture in one column, to be cut out of. */
export function stripOf({ images, labels }: Pick<Picture, "images" | "labels">, shade: "light" | "dark") {
  const [red, green, blue] = colourOf(inks[shade].title)
  return pixels(SIDE, SIDE * labels.length, (pixel) => [red, green, blue, images[pixel] ?? 0])
}

/** What {@link DigitPicture} shows. */
export interface DigitPictureProps {
  readonly picture: Picture
  /** Place in the batch. */
  readonly at: number
}

/** One digit of a batch, as wide as its place. What it is stands in words beside it. */
export function DigitPicture({ picture, at }: DigitPictureProps) {
  const shade = ground.value
  const paint = useMemo(() => {
    const size = SIDE * SIDE
    const images = picture.images.subarray(at * size, (at + 1) * size)
    const strip = stripOf({ images, labels: picture.labels.subarray(at, at + 1) }, shade)
    return (context: CanvasRenderingContext2D, width: number, height: number) =>
      context.drawImage(strip, 0, 0, width, height)
  }, [picture, at, shade])
  return <Painting class="digit" ratio={1} paint={paint} aria-hidden="true" />
}
