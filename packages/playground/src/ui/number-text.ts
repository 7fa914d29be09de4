/**
 * Numbers as text.
 *
 * @module
 */

/** A number with so many decimals, a proper minus sign, and no negative zero. */
export function decimals(value: number, digits = 2): string {
  const text = value.toFixed(digits)
  return (/^-0\.?0*$/.test(text) ? text.slice(1) : text).replace("-", "−")
}

/** A small positive number as one would say it: `4e-3`, `0`. */
export function magnitude(value: number): string {
  if (value === 0) return "0"
  return value.toExponential(0).replace("e+", "e").replace("-", "−")
}

/** A number of a narrow column: two decimals, fewer where it is large, a power of ten where it is huge. */
export function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 9999.5) return value.toExponential(0).replace("e+", "e").replace("-", "−")
  return decimals(value, size < 99.995 ? 2 : size < 999.95 ? 1 : 0)
}
