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
