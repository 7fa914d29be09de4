/**
 * `base` to a whole power, by squaring: products alone, so that the bits are the same in every runtime, and a function
 * of its arguments alone, so that a resumed run sees the same ones as an unbroken run. At most 2 log₂ n products.
 *
 * @module
 */
export function power(base: number, exponent: number): number {
  let result = 1
  let square = base
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square
    square *= square
  }
  return result
}
