/**
 * Reports of steps, kept on the GPU until they are read, many at once: a step never waits for the host.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Arenas } from "./arenas.ts"
import type { WebGpuDevice } from "./device.ts"
import { WebGpuError } from "./errors.ts"
import type { Memory } from "./memory.ts"
import { makeReadback } from "./readback.ts"

/** Bytes that reports may take, unless a single step's take more, and the most steps between two reads. */
const RING_BYTES = 2 ** 23
const MOST_STEPS = 128

/** What was asked of a step. */
export interface Asked {
  readonly examples: number
  readonly stamp: number
}

/** The first part of a summary, as one step of one replica left it. */
export interface Kept extends Asked {
  readonly replica: number
  readonly values: Float32Array
}

/** Where the reports of steps are kept. */
export interface ReportRing {
  /** Steps that may be kept until they are read. */
  readonly window: number
  /** Encodes the copy of a step's report. @throws InputError when `window` steps wait to be read */
  keep(encoder: GPUCommandEncoder, asked: Asked): void
  /** What was kept since the last read, in order of the steps and, within each, of the replicas. */
  read(): Promise<readonly Kept[]>
  /** Forgets what was kept. */
  clear(): void
}

/** A ring beside the summary of an engine. */
export function makeReportRing(gpu: WebGpuDevice, memory: Memory, summary: GPUBuffer, arenas: Arenas): ReportRing {
  const { replicas } = arenas
  const { reported, health, size } = arenas.summary
  const ofStep = replicas * reported
  const window = Math.min(MOST_STEPS, Math.max(1, Math.floor(RING_BYTES / (4 * ofStep))))
  const ring = memory.make({ label: "reports", size: window * ofStep })
  const readback = makeReadback(gpu, memory, { label: "reports to the host", length: window * ofStep, kept: 3 })
  let steps: Asked[] = []
  return {
    window,
    keep(encoder, asked) {
      if (steps.length === window) {
        const rule = `reports must be read at least once every ${window} steps`
        throw new InputError({ rule, place: "the number of steps since", value: steps.length + 1 })
      }
      for (let replica = 0; replica < replicas; replica++) {
        const to = steps.length * ofStep + replica * reported
        encoder.copyBufferToBuffer(summary, 4 * replica * size, ring, 4 * to, 4 * reported)
      }
      steps.push(asked)
    },
    async read() {
      const { values, asked } = await readback.read(ring, () => {
        const taken = steps
        if (taken.length === 0) {
          throw new InputError({ rule: "there must be one to read", place: "the last step", value: null })
        }
        steps = []
        return { start: 0, length: taken.length * ofStep, asked: taken }
      })
      return asked.flatMap(({ examples, stamp }, step) =>
        Array.from({ length: replicas }, (_, replica): Kept => {
          const at = step * ofStep + replica * reported
          const own = values.subarray(at, at + reported)
          // After a loss some runtimes hand out memory that no kernel has touched.
          if (own[health + 2] !== stamp) throw gpu.lost ?? new WebGpuError("lost", "the GPU left a step out")
          return { examples, stamp, replica, values: own }
        })
      )
    },
    clear() {
      steps = []
    }
  }
}
