/**
 * Networks by name, by file or as descriptions.
 *
 * @module
 */
import { type NetworkDescription, networks, parseDescription } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Path from "effect/Path"
import { attempt } from "../attempt.ts"
import { fileError } from "../durable-file.ts"

/** The description behind a name (`mnist`), a path of a JSON file (relative to `folder`), or a description itself. */
export const resolveNetwork = Effect.fn("resolveNetwork")(function* (network: unknown, folder: string) {
  if (typeof network !== "string") return yield* attempt(() => parseDescription(network))
  const named = Object.entries(networks).find(([name]) => name === network)?.[1]
  if (named !== undefined) return named satisfies NetworkDescription
  if (!network.endsWith(".json")) {
    const rule = `it must be one of ${Object.keys(networks).join(", ")}, or the path of a .json file`
    return yield* Effect.fail(new InputError({ rule, place: "network", value: network }))
  }
  const files = yield* FileSystem
  const paths = yield* Path.Path
  const path = paths.resolve(folder, network)
  const text = yield* files.readFileString(path).pipe(Effect.mapError(fileError(path, "read")))
  return yield* attempt(() => parseDescription(parseJson(text, path)))
})

/** @throws {InputError} for text that is not JSON */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/\s+/g, " ") : String(cause)
    throw new InputError({ rule: `it must be JSON: ${reason}`, place: file, value: text })
  }
}
