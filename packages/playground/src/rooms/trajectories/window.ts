/**
 * Places of a space's window, and where they lie in its square.
 *
 * @module
 */
import type { Place, SpacePicture } from "./messages.ts"

type Window = SpacePicture["window"]

/** How far right and down a place lies, as parts of the square's side. */
export function partsOf({ x, y }: Window, [a, b]: Place): Place {
  return [(a - x[0]) / (x[1] - x[0]), 1 - (b - y[0]) / (y[1] - y[0])]
}

/** The place inside of the window that lies there, to a thousandth of it: an address says exactly what is seen. */
export function placeAt({ x, y }: Window, right: number, down: number): Place {
  const between = ([low, high]: Place, part: number) => {
    const digits = 10 ** Math.max(0, 3 - Math.ceil(Math.log10(high - low)))
    return Math.round((low + Math.max(0, Math.min(1, part)) * (high - low)) * digits) / digits
  }
  return [between(x, right), between(y, 1 - down)]
}
