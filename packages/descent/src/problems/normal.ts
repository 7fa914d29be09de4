/**
 * Standard normal draws with the same bits in every runtime.
 *
 * @module
 */

import type { Generator } from "@dualcone/aggregation"
import type { RealFunctions } from "@dualcone/wasm"

const TWO_32 = 0x1_0000_0000

/**
 * Fills `target` with independent draws of N(0, 1), by pairs (Box and Muller, Ann. Math. Stat. 29, 1958):
 * √(-2 log u) cos 2πv and √(-2 log u) sin 2πv, u in (0, 1] and v in [0, 1) of 32 bits each, so that no draw exceeds
 * 6.7. Two integers of the generator a pair; of an odd last pair the second draw is dropped.
 */
export function fillNormal(target: Float64Array, draw: Generator, { log, cos, sin }: RealFunctions): Float64Array {
  for (let i = 0; i < target.length; i += 2) {
    const radius = Math.sqrt(-2 * log((draw.next() + 1) / TWO_32))
    const angle = 2 * Math.PI * (draw.next() / TWO_32)
    target[i] = radius * cos(angle)
    if (i + 1 < target.length) target[i + 1] = radius * sin(angle)
  }
  return target
}
