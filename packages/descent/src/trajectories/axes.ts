/**
 * From the coordinates of a problem to pixels, and round numbers along an axis.
 *
 * @module
 */
import type { Interval, Window } from "../problems/problem.ts"
import type { Pixel } from "./thin.ts"

/** Maps a window onto a square of `side` pixels whose origin is the upper left corner. */
export function scaleInto({ x, y }: Window, side: number): (point: readonly [number, number]) => Pixel {
  return ([a, b]) => [((a - x[0]) / (x[1] - x[0])) * side, (1 - (b - y[0]) / (y[1] - y[0])) * side]
}

/** Multiples of a round step (1, 2 or 5 times a power of ten) in an interval: at most `most` of them, at least 2. */
export function ticks([low, high]: Interval, most: number): readonly number[] {
  let power = 1
  while (power > high - low) power /= 10
  while (power * 10 <= high - low) power *= 10
  const steps = [power / 10, power / 5, power / 2, power, power * 2, power * 5]
  for (const step of steps) {
    const first = Math.ceil(low / step - 1e-9)
    const last = Math.floor(high / step + 1e-9)
    if (last - first + 1 > most) continue
    return Array.from({ length: last - first + 1 }, (_, i) => rounded((first + i) * step))
  }
  return [low, high]
}

/** A number of an axis, with a proper minus sign, and from ten thousand on in thousands: "15k". */
export function tickText(value: number): string {
  const text = Math.abs(value) < 10_000 ? String(rounded(value)) : `${rounded(value / 1000)}k`
  return text.replace("-", "−")
}

/** A pixel coordinate to a tenth, without a needless ".0". */
export function pixel(value: number): string {
  const text = value.toFixed(1)
  if (text === "-0.0") return "0"
  return text.endsWith(".0") ? text.slice(0, -2) : text
}

function rounded(value: number): number {
  return Number(value.toPrecision(6))
}
