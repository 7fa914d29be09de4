/**
 * PyTorch's random permutations on the CPU, bit by bit, so that splits made there are the same here: the generator
 * MT19937 (Matsumoto and Nishimura 1998) and the shuffle of `torch.randperm` below 2^32 / 20 entries.
 */

import { InputError } from "@dualcone/wasm"

const LENGTH = 624
const SHIFT = 397

/**
 * MT19937 as `torch.Generator().manual_seed(seed)` begins it.
 *
 * @returns draws uniform integers from 0 to 2^32 - 1
 * @throws InputError unless the seed is an integer from 0 to 2^32 - 1.
 */
export function mersenneTwister(seed: number): () => number {
  if (!Number.isSafeInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new InputError({ place: "the seed", value: seed, rule: "it must be an integer from 0 to 2^32 - 1" })
  }
  const state = new Uint32Array(LENGTH)
  const at = (i: number) => state[i % LENGTH] ?? 0
  state[0] = seed
  for (let i = 1; i < LENGTH; i++) {
    const before = at(i - 1)
    state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i
  }
  let next = LENGTH
  return () => {
    if (next === LENGTH) {
      for (let i = 0; i < LENGTH; i++) {
        const joined = (at(i) & 0x80000000) | (at(i + 1) & 0x7fffffff)
        state[i] = at(i + SHIFT) ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0)
      }
      next = 0
    }
    let value = at(next++)
    value ^= value >>> 11
    value ^= (value << 7) & 0x9d2c5680
    value ^= (value << 15) & 0xefc60000
    return (value ^ (value >>> 18)) >>> 0
  }
}

/** `torch.randperm(count, generator=torch.Generator().manual_seed(seed))`. */
export function torchPermutation(count: number, seed: number): Int32Array {
  const draw = mersenneTwister(seed)
  const order = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = 0; i < count - 1; i++) {
    const j = i + (draw() % (count - i))
    const kept = order[i] ?? 0
    order[i] = order[j] ?? 0
    order[j] = kept
  }
  return order
}
