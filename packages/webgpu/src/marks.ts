/**
 * Copies of parameters and optimizer on the GPU, so that a run can go back a few steps without the host.
 *
 * @module
 */
import type { Memory } from "./memory.ts"

/** Two groups of steps may be under way beside the one that is being returned. */
const KEPT = 3

/** A state that can be recalled until three others were marked. */
export interface Mark {
  readonly slot: number
  /** Steps that had been made. */
  readonly steps: number
}

/** Where marks are kept. */
export interface Marks {
  /** Encodes the copy of a state. */
  mark(encoder: GPUCommandEncoder, steps: number): Mark
  /** Encodes the way back. */
  recall(encoder: GPUCommandEncoder, mark: Mark): void
}

/** Room for copies of a buffer of `size` entries. */
export function makeMarks(memory: Memory, source: GPUBuffer, size: number): Marks {
  const copies = Array.from({ length: KEPT }, (_, slot) => memory.make({ label: `mark ${slot}`, size }))
  let next = 0
  return {
    mark(encoder, steps) {
      const slot = next
      next = (next + 1) % KEPT
      const copy = copies[slot]
      if (copy !== undefined) encoder.copyBufferToBuffer(source, 0, copy, 0, 4 * size)
      return { slot, steps }
    },
    recall(encoder, { slot }) {
      const copy = copies[slot]
      if (copy !== undefined) encoder.copyBufferToBuffer(copy, 0, source, 0, 4 * size)
    }
  }
}
