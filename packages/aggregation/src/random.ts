/**
 * Random numbers of the methods that draw: a stream for each call, a function of the seed and the number of the call
 * alone, so that the count of calls is all that such a method remembers.
 *
 * @module
 */
import type { RealFunctions } from "@dualcone/wasm"
import { generator, shuffle } from "./generator.ts"

/** A stream of random numbers. */
export interface Draws {
  /** Uniform in [0, 1): 53 random bits. */
  uniform(): number
  /** Standard normal, by Box and Muller. */
  normal(): number
  /** A uniform integer in [0, bound). */
  below(bound: number): number
  /** Shuffles in place, by Fisher and Yates. */
  shuffle(order: Int32Array): void
}

/** The stream of call `call` of a method with this seed. */
export function drawsOf(functions: RealFunctions, seed: number, call: number): Draws {
  const { next, below } = generator(seed, call)
  const uniform = () => ((next() >>> 5) * 0x400_0000 + (next() >>> 6)) / 0x20_0000_0000_0000
  return {
    uniform,
    below,
    normal: () => Math.sqrt(-2 * functions.log(1 - uniform())) * functions.cos(2 * Math.PI * uniform()),
    shuffle: (order) => shuffle(order, { below })
  }
}
