/**
 * Which data sets there are, and which of their files are in their folders.
 *
 * @module
 */
import {
  constructedRecords,
  type DatasetFile,
  type DatasetName,
  type DatasetRecord,
  type FileState,
  fileState,
  type SourceName,
  sourceRecord,
  sourceRecords
} from "@dualcone/datasets"
import { attemptPromise, dataFolder } from "@dualcone/descent"
import * as Effect from "effect/Effect"

/** A file of a set: what is expected, and what was found. */
export type SurveyedFile = {
  readonly name: string
  /** Null where the length is not known. */
  readonly expectedBytes: number | null
  readonly sha256: string
  readonly addresses: readonly string[]
} & FileState

/** What `dualcone data` says of a set. */
export interface SurveyedSet extends Omit<DatasetRecord, "classes"> {
  readonly name: DatasetName
  /** Every file that it is read from is there and right. */
  readonly complete: boolean
  /** Where its own files are expected; null for a set that is made of others. */
  readonly folder: string | null
  /** The sets that it is made of; empty for a set with files of its own. */
  readonly sources: readonly SourceName[]
  /** A package of an operating system that brings its files. */
  readonly package: string | null
  readonly files: readonly SurveyedFile[]
}

/** A set with files of its own, below `root`. */
export const surveySource = Effect.fn("surveySource")(function* (name: SourceName, root: string) {
  const { files, packaged, classes: _, ...record } = sourceRecord(name)
  const folder = yield* dataFolder(name, root)
  const found: SurveyedFile[] = []
  for (const file of files) found.push(yield* surveyFile(file, folder))
  const complete = found.every(({ state }) => state === "official" || state === "recompressed")
  return {
    ...record,
    complete,
    folder,
    sources: [],
    package: packaged?.name ?? null,
    files: found
  } satisfies SurveyedSet
})

/** Every set, or one and the sets that it is made of. */
export const survey = Effect.fn("survey")(function* (root: string, only?: DatasetName) {
  const constructed = constructedRecords.filter(({ name }) => only === undefined || name === only)
  const wanted = (name: SourceName) => {
    return only === undefined || name === only || constructed.some(({ sources }) => sources.includes(name))
  }
  const sets: SurveyedSet[] = []
  for (const { name } of sourceRecords) if (wanted(name)) sets.push(yield* surveySource(name, root))
  const complete = new Set(sets.filter((set) => set.complete).map(({ name }) => name))
  for (const { classes: _, ...record } of constructed) {
    const whole = record.sources.every((source) => complete.has(source))
    sets.push({ ...record, complete: whole, folder: null, package: null, files: [] })
  }
  return sets
})

const surveyFile = Effect.fnUntraced(function* (file: DatasetFile, folder: string) {
  const { name, bytes = null, sha256, addresses } = file
  const found = yield* attemptPromise(() => fileState(file, folder))
  return { name, expectedBytes: bytes, sha256, addresses, ...found } satisfies SurveyedFile
})
