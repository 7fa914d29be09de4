/**
 * Copies of parameters and optimizer on the GPU, so that a run can go back a few steps without the host.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Memory } from "./memory.ts"

/** Two groups of steps may be under way beside the one that is being returned. */
const KEPT = 3

/** A state that can be recalled until three others were marked. */
export interface Mark {
  /** Counted from 0. */
  readonly number: number
  /** Steps that had been made. */
  readonly steps: number
}

/** Where marks are kept. */
export interface Marks {
  /** Encodes the copy of a state. */
  mark(encoder: GPUCommandEncoder, steps: number): Mark
  /** Encodes the way back. @throws InputError for a mark whose place was taken by a later one */
  recall(encoder: GPUCommandEncoder, mark: Mark): void
}

/** Room for copies of a buffer of `size` entries. */
export function makeMarks(memory: Memory, source: GPUBuffer, size: number): Marks {
  const copies = Array.from({ length: KEPT }, (_, slot) => memory.make({ label: `mark ${slot}`, size }))
  let made = 0
  return {
    mark(encoder, steps) {
      const number = made++
      const copy = copies[number % KEPT]
      if (copy !== undefined) encoder.copyBufferToBuffer(source, 0, copy, 0, 4 * size)
      return { number, steps }
    },
    recall(encoder, { number }) {
      const copy = copies[number % KEPT]
      if (copy === undefined || number < made - KEPT || number >= made) {
        const rule = `only the last ${KEPT} of ${made} can be recalled`
        throw new InputError({ rule, place: "the number of the mark", value: number })
      }
      encoder.copyBufferToBuffer(copy, 0, source, 0, 4 * size)
    }
  }
}
