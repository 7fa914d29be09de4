/**
 * Files that are there whole or not at all.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { FileError } from "./errors.ts"

/** A failure of the file system as one clause. */
export function fileError(file: string, action: FileError["action"]) {
  return (error: PlatformError): FileError => {
    const { reason } = error
    const tag =
      reason._tag === "NotFound" ? "there is no such file or folder" : String(reason.description ?? reason._tag)
    return new FileError({ file, action, reason: tag.replace(/\s+/g, " ") })
  }
}

/**
 * Writes a file so that readers and crashes see the old content or the new, never a part: a neighbour under a
 * temporary name is written and flushed to the disk, then renamed over it.
 */
export const writeWhole = Effect.fn("writeWhole")(function* (
  path: string,
  content: Uint8Array | string,
  action: "create" | "write" = "write"
) {
  const files = yield* FileSystem
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content
  const temporary = `${path}.writing`
  yield* Effect.gen(function* () {
    const file = yield* files.open(temporary, { flag: "w" })
    yield* file.writeAll(bytes)
    yield* file.sync
  }).pipe(
    Effect.scoped,
    Effect.andThen(files.rename(temporary, path)),
    Effect.tapError(() => files.remove(temporary, { force: true }).pipe(Effect.ignore)),
    Effect.mapError(fileError(path, action)),
    Effect.uninterruptible
  )
})
