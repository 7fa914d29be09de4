/**
 * The inverse cosine transform of blocks of 8 x 8, in the integers of libjpeg's accurate method ("islow", after
 * Loeffler, Ligtenberg and Moschytz 1989), so that levels are the same, bit by bit.
 */

const FRACTION = 13
const FIRST_PASS = 2

/**
 * Writes the 64 levels, 0 to 255, of a block into a plane.
 *
 * @param coefficients 64, row by row, times their divisors already
 * @param work 64 entries that this may use
 * @param at the place of the block's first level in the plane
 * @param stride entries of a row of the plane
 */
export function inverseCosine(
  coefficients: Int32Array,
  work: Int32Array,
  plane: Uint8ClampedArray,
  at: number,
  stride: number
): void {
  for (let column = 0; column < 8; column++) pass(coefficients, work, column, 8, FRACTION - FIRST_PASS)
  for (let row = 0; row < 8; row++) {
    pass(work, work, 8 * row, 1, FRACTION + FIRST_PASS + 3)
    for (let column = 0; column < 8; column++) plane[at + row * stride + column] = 128 + (work[8 * row + column] ?? 0)
  }
}

/** One dimension: eight entries, `step` apart, rounded after the shift. */
function pass(from: Int32Array, to: Int32Array, start: number, step: number, shift: number): void {
  const entry = (i: number) => from[start + i * step] ?? 0
  const [e0, e1, e2, e3, e4, e5, e6, e7] = [
    entry(0),
    entry(1),
    entry(2),
    entry(3),
    entry(4),
    entry(5),
    entry(6),
    entry(7)
  ]

  // The even part. Constants are cosines times 2^13.
  const turned = (e2 + e6) * 4433
  const low = turned - e6 * 15137
  const high = turned + e2 * 6270
  const sum = (e0 + e4) * 8192
  const difference = (e0 - e4) * 8192
  const [even0, even1, even2, even3] = [sum + high, difference + low, difference - low, sum - high]

  // The odd part.
  const common = (e7 + e3 + e5 + e1) * 9633
  const z1 = (e7 + e1) * -7373
  const z2 = (e5 + e3) * -20995
  const z3 = (e7 + e3) * -16069 + common
  const z4 = (e5 + e1) * -3196 + common
  const odd0 = e1 * 12299 + z1 + z4
  const odd1 = e3 * 25172 + z2 + z3
  const odd2 = e5 * 16819 + z2 + z4
  const odd3 = e7 * 2446 + z1 + z3

  const half = 1 << (shift - 1)
  to[start] = (even0 + odd0 + half) >> shift
  to[start + step] = (even1 + odd1 + half) >> shift
  to[start + 2 * step] = (even2 + odd2 + half) >> shift
  to[start + 3 * step] = (even3 + odd3 + half) >> shift
  to[start + 4 * step] = (even3 - odd3 + half) >> shift
  to[start + 5 * step] = (even2 - odd2 + half) >> shift
  to[start + 6 * step] = (even1 - odd1 + half) >> shift
  to[start + 7 * step] = (even0 - odd0 + half) >> shift
}
