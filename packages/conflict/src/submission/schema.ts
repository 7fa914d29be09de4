/**
 * Results of another implementation, as a file: the paths of its runs, which the suite measures itself.
 *
 * @module
 */
import { configurationDecoder, configurationText } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const natural = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const positive = Schema.Finite.check(Schema.isGreaterThan(0))

const Run = Schema.Struct({
  problem: Schema.String.annotate({ description: "The name of a problem of --definitions." }),
  method: Schema.String.annotate({ description: "Any name; what the tables call the method." }),
  trial: natural.annotate({ description: "The run begins at this one of the problem's starts, taken in turn." }),
  learningRate: positive,
  path: Schema.Array(Schema.Array(Schema.Finite)).annotate({
    description:
      "x before the first update, then after each: as many points as the budget has steps, and one. A run that diverged ends early, after its last finite point."
  })
}).annotate({ description: "One run at one learning rate." })

/** A submission. */
export const ConflictSubmission = Schema.Struct({
  $schema: Schema.optionalKey(Schema.String),
  format: Schema.Literal("dualcone-conflict-submission"),
  version: Schema.Literal(1),
  implementation: Schema.String.annotate({ description: "Name and version of the library." }),
  profile: Schema.Literals(["quick", "full"]),
  runs: Schema.NonEmptyArray(Run)
})

/** A decoded submission. */
export type ConflictSubmission = typeof ConflictSubmission.Type

const decode = configurationDecoder(ConflictSubmission)

/** A submission from JSON text; unknown keys and wrong values fail, naming the key. */
export const parseSubmission = (text: string, file: string) =>
  configurationText(text, file).pipe(Effect.flatMap((value) => decode(value, file)))

/** JSON Schema (draft 2020-12) of a submission. */
export function submissionJsonSchema(): object {
  const { schema, definitions } = Schema.toJsonSchemaDocument(ConflictSubmission, { onExcessProperty: "error" })
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Results for the conflict suite",
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions })
  }
}
