/**
 * Learning rates in geometric progression.
 *
 * @module
 */
import { power } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"

/** Digits that a rate keeps, so that 1e-4 reads 0.0001 in tables; the rounding is a part in 10¹² at most. */
const DIGITS = 12

/** The ends of a progression and how many rates it has, ends included. */
export interface GeometricRange {
  readonly from: number
  readonly to: number
  readonly count: number
}

/**
 * `count` rates from · (to / from)^(i / (count - 1)), i = 0 to count - 1, as numpy's `geomspace`, each rounded to
 * twelve significant digits. The bits are the same in every runtime: the root is found by bisection on products alone.
 *
 * @throws {InputError} unless 0 < from ≤ to, both finite, and count is a positive integer
 */
export function geometricRates({ from, to, count }: GeometricRange): readonly number[] {
  const positive = (value: number, place: string) => {
    if (!(Number.isFinite(value) && value > 0)) {
      throw new InputError({ rule: "it must be positive and finite", place, value })
    }
  }
  positive(from, "the least learning rate")
  positive(to, "the largest learning rate")
  if (to < from) {
    throw new InputError({
      rule: `it must not be below the least, ${from}`,
      place: "the largest learning rate",
      value: to
    })
  }
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new InputError({ rule: "it must be a positive integer", place: "the number of learning rates", value: count })
  }
  if (count === 1) return [from]
  const ratio = root(to / from, count - 1)
  return Array.from({ length: count }, (_, i) => {
    if (i === 0) return from
    return i === count - 1 ? to : rounded(from * power(ratio, i))
  })
}

/** A number with twelve significant digits. */
export function rounded(rate: number): number {
  return Number(rate.toPrecision(DIGITS))
}

/** The n-th root of a number of at least 1, to the last bit that bisection can tell. */
export function root(value: number, n: number): number {
  let low = 1
  let high = value
  for (let middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2) {
    if (power(middle, n) <= value) low = middle
    else high = middle
  }
  return low
}
