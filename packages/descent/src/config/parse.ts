/**
 * Reads a train configuration: JSON text, or a value.
 *
 * @module
 */
import { datasetNames, isDatasetName } from "@dualcone/datasets"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { ConfigurationError } from "../errors.ts"
import { configurationDecoder, configurationText } from "./decode.ts"
import { TrainConfig } from "./schema.ts"

const decode = configurationDecoder(TrainConfig)

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
  return decode(value, file)
}

/** A train configuration from JSON text. */
export function parseTrainConfigText(text: string, file: string): Effect.Effect<TrainConfig, ConfigurationError> {
  return configurationText(text, file).pipe(Effect.flatMap((value) => parseTrainConfig(value, file)))
}

/** A name of data that no loader has; looked at first, because explicit data have no name and would hide the cause. */
function unknownDataName(value: unknown): unknown {
  if (!Predicate.hasProperty(value, "data") || !Predicate.hasProperty(value.data, "name")) return undefined
  const { name } = value.data
  return name === "digits" || (typeof name === "string" && isDatasetName(name)) ? undefined : name
}
