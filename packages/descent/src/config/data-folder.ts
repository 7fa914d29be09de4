/**
 * Where the files of a data set are when nothing else is said.
 *
 * @module
 */
import { namesOf, type SourceName, sourceRecord } from "@dualcone/datasets"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Path from "effect/Path"

/** Below the working folder: in it, each set has a folder of its name. */
export const dataRoot = "dualcone-data"

/**
 * The folder of a set: that of its name below `root`; where none of its files is in that, the folder of the operating
 * system's package, if it is there.
 */
export const dataFolder = Effect.fn("dataFolder")(function* (source: SourceName, root = dataRoot) {
  const files = yield* FileSystem
  const paths = yield* Path.Path
  const record = sourceRecord(source)
  const own = paths.join(root, source)
  const packaged = record.packaged?.folder
  if (packaged === undefined) return own
  const exists = (path: string) => files.exists(path).pipe(Effect.orElseSucceed(() => false))
  for (const name of record.files.flatMap(namesOf)) if (yield* exists(paths.join(own, name))) return own
  return (yield* exists(packaged)) ? packaged : own
})
