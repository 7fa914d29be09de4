/**
 * What a run came to, as JSON that reads back to the same bits.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { bytesOf, type RunResult, valuesOf } from "../store/rows.ts"
import type { RunFailed } from "../workers/run-trainer.ts"

/** Float64 values as base64 of their little-endian bytes. */
const values = Schema.Uint8ArrayFromBase64.pipe(
  Schema.decodeTo(
    Schema.declare((value): value is Float64Array => value instanceof Float64Array),
    SchemaTransformation.transform({
      decode: (bytes: Uint8Array) => valuesOf(bytes),
      encode: (numbers: Float64Array): Uint8Array => bytesOf(numbers)
    })
  )
)
const nullable = Schema.NullOr(Schema.Number)

const result = Schema.Struct({
  status: Schema.Literals(["done", "diverged"]),
  divergedAt: nullable,
  area: Schema.Number,
  finalLoss: nullable,
  similarity: nullable,
  certified: nullable,
  testLoss: nullable,
  testAccuracy: nullable,
  digest: Schema.String,
  milliseconds: Schema.Number,
  losses: values,
  similarities: values
})

/** A result, or why there is none. */
export const Outcome = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("result"), result }),
  Schema.Struct({ kind: Schema.Literal("failure"), tag: Schema.String, reason: Schema.String })
])

/** A decoded outcome. */
export type Outcome = typeof Outcome.Type

/** The outcome of a training, which thereby cannot fail. */
export const outcomeOf = <R>(training: Effect.Effect<RunResult, RunFailed, R>): Effect.Effect<Outcome, never, R> =>
  Effect.match(training, {
    onSuccess: (found): Outcome => ({ kind: "result", result: found }),
    onFailure: ({ tag, reason }): Outcome => ({ kind: "failure", tag, reason })
  })

const json = Schema.fromJsonString(Schema.toCodecJson(Outcome))

/** An outcome as JSON text. */
export const encodeOutcome = Schema.encodeSync(json)

/**
 * An outcome from its JSON text.
 *
 * @throws {Error} when it is something else
 */
export const decodeOutcome = Schema.decodeUnknownSync(json)
