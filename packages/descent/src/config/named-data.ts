/**
 * Data sets by name, from wherever their files are.
 *
 * @module
 */
import { type DatasetName, loadDataset, type NamedOptions, type SourceName, sourcesOf } from "@dualcone/datasets"
import * as Effect from "effect/Effect"
import { attemptPromise } from "../attempt.ts"
import { dataFolder } from "./data-folder.ts"

/** Where files are; what is absent is where `dataFolder` finds it. */
export interface DataFolders {
  /** Of the set, or of the one that it is made of. */
  readonly folder?: string
  /** Of MNIST's files, for `cifar10-mnist`, whose `folder` is that of CIFAR-10. */
  readonly digits?: string
}

/** Loads examples of a set that is read from files. */
export const loadNamedData = Effect.fn("loadNamedData")(function* (
  name: DatasetName,
  { folder, digits }: DataFolders,
  which: NamedOptions
) {
  const folders = new Map<SourceName, string>()
  for (const source of sourcesOf(name)) {
    const given = name === "cifar10-mnist" && source === "mnist" ? digits : folder
    folders.set(source, given ?? (yield* dataFolder(source)))
  }
  return yield* attemptPromise(() => loadDataset(name, (source) => folders.get(source) ?? "", which))
})
