/**
 * Configuration files: JSON text, decoded by a schema, with errors that name the key.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { ConfigurationError } from "../errors.ts"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** A decoder of configurations: unknown keys and wrong values fail, naming the key of the file. */
export function configurationDecoder<S extends Schema.ConstraintDecoder<unknown>>(
  schema: S
): (value: unknown, file: string) => Effect.Effect<S["Type"], ConfigurationError> {
  const decode = Schema.decodeUnknownResult(schema, { onExcessProperty: "error", errors: "first", reportInput: true })
  return (value, file) => {
    const decoded = decode(value)
    if (Result.isSuccess(decoded)) return Effect.succeed(decoded.success)
    const issue = format(decoded.failure.issue).issues[0]
    const key = (issue?.path ?? []).map((part) => keyText(part)).join("")
    const problem = (issue?.message ?? String(decoded.failure)).replace(/\s+/g, " ")
    return Effect.fail(new ConfigurationError({ file, key: key.replace(/^\./, ""), problem }))
  }
}

/** The value of JSON text. */
export function configurationText(text: string, file: string): Effect.Effect<unknown, ConfigurationError> {
  return Effect.suspend(() => {
    try {
      const value: unknown = JSON.parse(text)
      return Effect.succeed(value)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      const problem = `this is not JSON: ${reason.replace(/\s+/g, " ")}`
      return Effect.fail(new ConfigurationError({ file, key: "", problem }))
    }
  })
}

function keyText(part: PropertyKey | { readonly key: PropertyKey }): string {
  const key = typeof part === "object" ? part.key : part
  return typeof key === "number" ? `[${key}]` : `.${String(key)}`
}
