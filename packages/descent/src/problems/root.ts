/**
 * Zeros of functions of one number.
 *
 * @module
 */

/**
 * The zero of `f` between `low` and `high`, by bisection down to neighbouring float64 numbers. f must be negative at
 * one end and not at the other, and change sign once.
 */
export function bisect(f: (x: number) => number, low: number, high: number): number {
  const rising = f(low) < 0
  let below = low
  let above = high
  for (;;) {
    const middle = below + (above - below) / 2
    if (middle <= below || middle >= above) return above
    if (f(middle) < 0 === rising) below = middle
    else above = middle
  }
}
