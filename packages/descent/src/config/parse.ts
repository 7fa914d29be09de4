/**
 * Reads a train configuration: JSON text, or a value.
 *
 * @module
 */
import { datasetNames, isDatasetName } from "@dualcone/datasets"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { ConfigurationError } from "../errors.ts"
import { TrainConfig } from "./schema.ts"

const decode = Schema.decodeUnknownResult(TrainConfig, {
  onExcessProperty: "error",
  errors: "first",
  reportInput: true
})
const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** A train configuration from a value; unknown keys and wrong values fail, naming the key. */
export function parseTrainConfig(
  value: unknown,
  file = "configuration"
): Effect.Effect<TrainConfig, ConfigurationError> {
  const name = unknownDataName(value)
  if (name !== undefined) {
    const names = ["digits", ...datasetNames].map((known) => `"${known}"`).join(" | ")
    const problem = `Expected ${names}, or explicit images without a name, got ${JSON.stringify(name)}`
    return Effect.fail(new ConfigurationError({ file, key: "data.name", problem }))
  }
  const decoded = decode(value)
  if (Result.isSuccess(decoded)) return Effect.succeed(decoded.success)
  const issue = format(decoded.failure.issue).issues[0]
  const key = (issue?.path ?? []).map((part) => keyText(part)).join("")
  const problem = (issue?.message ?? String(decoded.failure)).replace(/\s+/g, " ")
  return Effect.fail(new ConfigurationError({ file, key: key.replace(/^\./, ""), problem }))
}

/** A train configuration from JSON text. */
export function parseTrainConfigText(text: string, file: string): Effect.Effect<TrainConfig, ConfigurationError> {
  return Effect.suspend(() => {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      const problem = `this is not JSON: ${reason.replace(/\s+/g, " ")}`
      return Effect.fail(new ConfigurationError({ file, key: "", problem }))
    }
    return parseTrainConfig(value, file)
  })
}

/** A name of data that no loader has; looked at first, because explicit data have no name and would hide the cause. */
function unknownDataName(value: unknown): unknown {
  if (!Predicate.hasProperty(value, "data") || !Predicate.hasProperty(value.data, "name")) return undefined
  const { name } = value.data
  return name === "digits" || (typeof name === "string" && isDatasetName(name)) ? undefined : name
}

function keyText(part: PropertyKey | { readonly key: PropertyKey }): string {
  const key = typeof part === "object" ? part.key : part
  return typeof key === "number" ? `[${key}]` : `.${String(key)}`
}
