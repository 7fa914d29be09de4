/**
 * Tensors of safetensors files, each file read once.
 *
 * @module
 */
import { readSafetensors, type SafetensorsFile, type Tensor } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { attempt } from "../attempt.ts"
import { fileError } from "../durable-file.ts"
import type { FileError } from "../errors.ts"

/** Reads safetensors files and keeps them. */
export interface TensorFiles {
  /** The whole file. */
  file(path: string): Effect.Effect<SafetensorsFile, FileError | InputError>
  /** One tensor, by `FILE.safetensors#NAME` resolved to file and name. */
  tensor(path: string, name: string): Effect.Effect<Tensor, FileError | InputError>
}

/** A reader with an empty memory. */
export const openTensorFiles = Effect.fnUntraced(function* () {
  const files = yield* FileSystem
  const read = new Map<string, SafetensorsFile>()
  const file = Effect.fnUntraced(function* (path: string) {
    const known = read.get(path)
    if (known !== undefined) return known
    const bytes = yield* files.readFile(path).pipe(Effect.mapError(fileError(path, "read")))
    const content = yield* attempt(() => readSafetensors(bytes, path))
    read.set(path, content)
    return content
  })
  const tensors: TensorFiles = {
    file,
    tensor: Effect.fnUntraced(function* (path, name) {
      const { tensors } = yield* file(path)
      const found = tensors.get(name)
      if (found !== undefined) return found
      const rule = `the file has ${[...tensors.keys()].join(", ").slice(0, 200) || "no tensor"}`
      return yield* Effect.fail(new InputError({ rule, place: `the tensor ${name} of ${path}`, value: undefined }))
    })
  }
  return tensors
})

/** Splits `FILE.safetensors#NAME`. */
export function splitTensorName(reference: string): { readonly file: string; readonly name: string } {
  const at = reference.indexOf("#")
  return { file: reference.slice(0, at), name: reference.slice(at + 1) }
}
