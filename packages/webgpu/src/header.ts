/**
 * The uniform that every kernel reads: what changes from step to step. Its layout is that of `kernels/batch.wgsl`.
 *
 * @module
 */

/** Learning rates that the uniform has room for. */
export const MOST_REPLICAS = 64

/** Entries of four bytes. */
export const HEADER_SIZE = 8 + MOST_REPLICAS

/** What a submit tells the kernels. */
export interface Header {
  readonly examples: number
  /** Whether parameters are updated; else the direction is written to the summary. */
  readonly update: boolean
  /** Whether no update was made before. */
  readonly first: boolean
  /** Where the weights come from: 0 known beforehand, 1 UPGrad, 2 DualProj. */
  readonly method: 0 | 1 | 2
  readonly stamp: number
  /** Of averages that start at zero, for the average and for the average square. */
  readonly corrections: readonly [number, number]
  /** One a replica. */
  readonly learningRates: readonly number[]
}

/** The bytes of a header, in the same memory at each call. */
export function makeHeaderWriter(): (header: Header) => ArrayBuffer {
  const bytes = new ArrayBuffer(4 * HEADER_SIZE)
  const integers = new Uint32Array(bytes)
  const floats = new Float32Array(bytes)
  return ({ examples, update, first, method, stamp, corrections, learningRates }) => {
    integers[0] = examples
    integers[1] = update ? 1 : 0
    integers[2] = first ? 1 : 0
    integers[3] = method
    floats[4] = stamp
    floats[5] = corrections[0]
    floats[6] = corrections[1]
    floats.set(learningRates, 8)
    return bytes
  }
}
