/**
 * Which examples each iteration sees: a seeded shuffle an epoch, or an explicit order to replay another run.
 *
 * @module
 */

import { generator, shuffle } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"

/** The examples of every iteration. Iterations and epochs count from 1. */
export interface Schedule {
  /** Iterations in all. */
  readonly iterations: number
  /** Iterations of one epoch: ⌈examples / batchSize⌉. */
  readonly iterationsPerEpoch: number
  /** Examples in a full batch. */
  readonly batchSize: number
  /** Every number of examples that occurs in a batch. */
  readonly batchSizes: readonly number[]
  /** Indices of the examples of one iteration. */
  batch(iteration: number): Int32Array
}

/** Epoch of an iteration. */
export function epochOf(schedule: Schedule, iteration: number): number {
  return Math.ceil(iteration / schedule.iterationsPerEpoch)
}

/**
 * The order of the examples in one epoch: Fisher-Yates from the last entry down, driven by {@link generator} for
 * (seed, epoch). It depends on nothing else, so a run can be continued at any iteration.
 */
export function permutation(examples: number, seed: number, epoch: number): Int32Array {
  const order = Int32Array.from({ length: examples }, (_, i) => i)
  shuffle(order, generator(seed, epoch))
  return order
}

/** Options of {@link shuffled}. */
export interface ShuffledOptions {
  /** Examples of the data set. */
  readonly examples: number
  readonly batchSize: number
  readonly epochs: number
  readonly seed: number
}

/**
 * Every example once an epoch, reshuffled each epoch, the last batch being what is left (PyTorch's `DataLoader` with
 * `shuffle=True, drop_last=False`).
 *
 * @throws {InputError} when a count is not a positive integer or the seed is not a safe integer
 */
export function shuffled({ examples, batchSize, epochs, seed }: ShuffledOptions): Schedule {
  for (const [place, value] of Object.entries({ examples, batchSize, epochs })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new InputError({ rule: "it must be a positive integer", place, value })
    }
  }
  if (!Number.isSafeInteger(seed)) throw new InputError({ rule: "it must be an integer", place: "seed", value: seed })
  const iterationsPerEpoch = Math.ceil(examples / batchSize)
  const last = examples - (iterationsPerEpoch - 1) * batchSize
  const full = Math.min(batchSize, examples)
  let epoch = 0
  let order: Int32Array = new Int32Array(0)
  return {
    iterations: epochs * iterationsPerEpoch,
    iterationsPerEpoch,
    batchSize: full,
    batchSizes: last === full ? [full] : [full, last],
    batch(iteration) {
      const wanted = Math.ceil(iteration / iterationsPerEpoch)
      if (wanted !== epoch) {
        order = permutation(examples, seed, wanted)
        epoch = wanted
      }
      const start = ((iteration - 1) % iterationsPerEpoch) * batchSize
      return order.subarray(start, Math.min(start + batchSize, examples))
    }
  }
}

/**
 * Exactly these batches, in this order. An epoch is as many iterations as it takes to see `examples` examples.
 *
 * @throws {InputError} when there is no batch, a batch is empty, or an index is not that of an example
 */
export function ordered(batches: readonly ArrayLike<number>[], examples: number): Schedule {
  if (batches.length === 0) throw new InputError({ rule: "at least one batch is needed", place: "batches", value: [] })
  const rows = batches.map((batch, i) => {
    if (batch.length === 0) throw new InputError({ rule: "it must not be empty", place: `batch ${i + 1}`, value: [] })
    return Int32Array.from(batch, (index, k) => {
      if (!Number.isInteger(index) || index < 0 || index >= examples) {
        const place = `entry ${k + 1} of batch ${i + 1}`
        throw new InputError({ rule: `it must be the index of one of the ${examples} examples`, place, value: index })
      }
      return index
    })
  })
  const batchSizes = [...new Set(rows.map((row) => row.length))].sort((a, b) => b - a)
  const batchSize = batchSizes[0] ?? 0
  return {
    iterations: rows.length,
    iterationsPerEpoch: Math.ceil(examples / batchSize),
    batchSize,
    batchSizes,
    batch: (iteration) => rows[iteration - 1] ?? new Int32Array(0)
  }
}
