/**
 * Rows of the database as values.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/** What a run came to. */
export interface RunResult {
  readonly status: "done" | "diverged"
  /** The iteration with the first value that is not finite, counted from 1; null when done. */
  readonly divergedAt: number | null
  /** Sum over epochs of the epoch's mean loss; infinite when diverged. */
  readonly area: number
  /** Mean loss of the last epoch; null when diverged. */
  readonly finalLoss: number | null
  /** Mean over iterations of the cosine of direction and mean gradient; null without an iteration. */
  readonly similarity: number | null
  /** Share of iterations whose certificate holds; null for methods without a program. */
  readonly certified: number | null
  readonly testLoss: number | null
  readonly testAccuracy: number | null
  /** SHA-256 over the losses' and the last parameters' bits. */
  readonly digest: string
  /** Time of training and evaluation in this process. */
  readonly milliseconds: number
  /** Mean loss of each completed iteration's batch, before its update. */
  readonly losses: Float64Array
  /** Cosine of direction and mean gradient of each completed iteration. */
  readonly similarities: Float64Array
}

const nullable = Schema.NullOr(Schema.Number)

/** A run with its result, as figures and summaries read it. */
export const ResultRow = Schema.Struct({
  run: Schema.String,
  ordinal: Schema.Number,
  rate_group: Schema.String,
  data_set: Schema.String,
  subset: Schema.Number,
  examples: Schema.Number,
  seed: Schema.Number,
  aggregator: Schema.String,
  label: Schema.String,
  optimizer: Schema.String,
  batch_size: Schema.Number,
  epochs: Schema.Number,
  iterations_per_epoch: Schema.Number,
  learning_rate: Schema.Number,
  stage: Schema.Literals(["list", "coarse", "fine"]),
  status: Schema.NullOr(Schema.Literals(["done", "diverged"])),
  diverged_at: nullable,
  area: nullable,
  final_loss: nullable,
  similarity: nullable,
  certified: nullable,
  test_loss: nullable,
  test_accuracy: nullable,
  digest: Schema.NullOr(Schema.String),
  ms: nullable
})

/** A run; what its result says is null while there is none. */
export type ResultRow = typeof ResultRow.Type

/** The query behind {@link ResultRow}. */
export const RESULT_ROWS = `
select runs.id as run, ordinal, rate_group, data_set, subset, examples, seed, aggregator, label, optimizer, batch_size,
  epochs, iterations_per_epoch, learning_rate, stage, status, diverged_at, area, final_loss, similarity, certified,
  test_loss, test_accuracy, digest, ms
from runs left join results on results.run = runs.id order by ordinal`

/** The query behind the curves of a run, its only parameter: two blobs for {@link valuesOf}. */
export const RUN_CURVES = "select losses, similarities from curves where run = ?"

/** A run that could not be made. */
export const FailureRow = Schema.Struct({ run: Schema.String, tag: Schema.String, message: Schema.String })

/** A decoded failure. */
export type FailureRow = typeof FailureRow.Type

/** The curves of a run. */
export interface Curves {
  readonly losses: Float64Array
  readonly similarities: Float64Array
}

/** The bytes of float64 values, little-endian. */
export function bytesOf(values: Float64Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(values.length * 8))
  values.forEach((value, i) => {
    view.setFloat64(i * 8, value, true)
  })
  return new Uint8Array(view.buffer)
}

/** Float64 values from their little-endian bytes; none from anything else. */
export function valuesOf(bytes: unknown): Float64Array {
  if (!(bytes instanceof Uint8Array)) return new Float64Array(0)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float64Array.from({ length: Math.floor(bytes.byteLength / 8) }, (_, i) => view.getFloat64(i * 8, true))
}
