/**
 * xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021), seeded
 * through splitmix32. Only 32-bit integer operations, so the stream is the same in every runtime.
 *
 * @module
 */

/** A stream of pseudo-random integers. */
export interface Generator {
  /** The next 32 bits, as an integer in [0, 2³²). */
  next(): number
  /** A uniform integer in [0, bound), without bias; bound in [1, 2³²]. */
  below(bound: number): number
}

/** Shuffles in place: Fisher and Yates, from the last entry down. */
export function shuffle(order: Int32Array, { below }: Pick<Generator, "below">): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = below(i + 1)
    const held = order[i] ?? 0
    order[i] = order[j] ?? 0
    order[j] = held
  }
}

const TWO_32 = 0x1_0000_0000

/** A generator for a list of integer keys (a seed, an epoch, ...); each may use up to 53 bits and a sign. */
export function generator(...keys: readonly number[]): Generator {
  let mixed = 0
  const splitmix = () => {
    mixed = (mixed + 0x9e3779b9) | 0
    let z = mixed
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  }
  for (const key of keys) {
    mixed = (splitmix() ^ key) | 0
    mixed = (splitmix() ^ Math.floor(key / TWO_32)) | 0
  }
  let a = splitmix()
  let b = splitmix()
  let c = splitmix()
  let d = splitmix() | 1 // the state must not be all zero

  const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by))
  const next = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return result >>> 0
  }
  const below = (bound: number) => {
    const limit = TWO_32 - (TWO_32 % bound) // values from here on would favour the small remainders
    let value = next()
    while (value >= limit) value = next()
    return value % bound
  }
  return { next, below }
}
