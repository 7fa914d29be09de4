/**
 * The axis of a chart of bars.
 *
 * @module
 */

/** Where values lie on an axis, as shares of its length. */
export interface Axis {
  readonly scale: "linear" | "logarithmic"
  readonly ticks: readonly number[]
  /** 0 at the start of the axis, 1 at its end. */
  at(value: number): number
}

/** Beyond this spread the short bars of a linear axis can no longer be told apart. */
const LINEAR_SPREAD = 20

/**
 * An axis for positive values: linear from zero, so that lengths are in the ratio of the values, where the largest is at
 * most 20 times the least; else logarithmic from a whole decade on, with a tick a decade.
 */
export function axisFor(values: readonly number[]): Axis {
  const least = Math.min(...values)
  const largest = Math.max(...values)
  return largest <= LINEAR_SPREAD * least ? linear(largest) : logarithmic(least, largest)
}

function linear(largest: number): Axis {
  const power = 10 ** Math.floor(Math.log10(largest))
  const step = ([0.2, 0.5, 1, 2].find((factor) => factor * power * 6 >= largest) ?? 2) * power
  const count = Math.ceil(largest / step)
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6)))
  return { scale: "linear", ticks, at: (value) => value / (count * step) }
}

function logarithmic(least: number, largest: number): Axis {
  // A bar that begins where the axis does must be seen: the axis begins somewhat below.
  const first = Math.floor(Math.log10(0.8 * least))
  const length = Math.log10(largest) - first
  const ticks = Array.from({ length: Math.floor(length) + 1 }, (_, i) => Number((10 ** (first + i)).toPrecision(6)))
  return { scale: "logarithmic", ticks, at: (value) => (Math.log10(value) - first) / length }
}
