/**
 * Every data set that is read from files, and how to load it by name.
 */

import { InputError } from "@dualcone/wasm"
import type { Dataset } from "../dataset.ts"
import { cifar10, cifar10Record } from "./cifar10.ts"
import { cifar10Mnist, cifar10MnistRecord } from "./cifar10-mnist.ts"
import { eurosat, eurosatRecord } from "./eurosat.ts"
import { fashionMnist, fashionMnistRecord } from "./fashion-mnist.ts"
import { kmnist, kmnistRecord } from "./kmnist.ts"
import { mnist, mnistRecord } from "./mnist.ts"
import { multiFashion, multiFashionRecord, multiMnist, multiMnistRecord } from "./multi-digits.ts"
import type { ConstructedRecord, DatasetName, DatasetRecord, SourceName, SourceRecord, SplitRange } from "./record.ts"
import { svhn, svhnRecord } from "./svhn.ts"

/** Sets with files of their own. */
export const sourceRecords: readonly SourceRecord[] = [
  ...[mnistRecord, fashionMnistRecord, kmnistRecord, cifar10Record, svhnRecord, eurosatRecord]
]

/** Sets that are made of others. */
export const constructedRecords: readonly ConstructedRecord[] = [
  ...[multiMnistRecord, multiFashionRecord, cifar10MnistRecord]
]

/** The names of all of them. */
export const datasetNames: readonly DatasetName[] = [...sourceRecords, ...constructedRecords].map(({ name }) => name)

/** Whether a text is the name of a set. */
export function isDatasetName(name: string): name is DatasetName {
  return datasetNames.some((known) => known === name)
}

/** The record of a set with files of its own. */
export function sourceRecord(name: SourceName): SourceRecord {
  const record = sourceRecords.find((candidate) => candidate.name === name)
  return record ?? unknown(name)
}

function unknown(name: string): never {
  throw new InputError({ place: "the data set", value: name, rule: `it must be one of ${datasetNames.join(", ")}` })
}

/** The record of any set. */
export function datasetRecord(name: DatasetName): DatasetRecord {
  return (
    constructedRecords.find((record) => record.name === name) ??
    sourceRecords.find((record) => record.name === name) ??
    unknown(name)
  )
}

/** The sets whose files a set is read from. */
export function sourcesOf(name: DatasetName): readonly SourceName[] {
  const constructed = constructedRecords.find((record) => record.name === name)
  return constructed?.sources ?? sourceRecords.filter((record) => record.name === name).map((record) => record.name)
}

/** Which examples, and for sets of two images an example how these are drawn. */
export interface NamedOptions extends SplitRange {
  /** Draws the pairs: 0 to 2^32 - 1. Default 0. Only `multi-mnist`, `multi-fashion` and `cifar10-mnist` take it. */
  readonly pairing?: number
}

/**
 * A set by its name.
 *
 * @param folderOf the folder with the files of a source
 * @throws InputError as the set's own function.
 */
export function loadDataset(
  name: DatasetName,
  folderOf: (source: SourceName) => string | URL,
  { pairing, ...which }: NamedOptions
): Promise<Dataset> {
  const pairs = { ...which, ...(pairing === undefined ? {} : { pairing }) }
  switch (name) {
    case "mnist":
      return mnist({ ...which, folder: folderOf(name) })
    case "fashion-mnist":
      return fashionMnist({ ...which, folder: folderOf(name) })
    case "kmnist":
      return kmnist({ ...which, folder: folderOf(name) })
    case "cifar10":
      return cifar10({ ...which, folder: folderOf(name) })
    case "svhn":
      return svhn({ ...which, folder: folderOf(name) })
    case "eurosat":
      return eurosat({ ...which, folder: folderOf(name) })
    case "multi-mnist":
      return multiMnist({ ...pairs, folder: folderOf("mnist") })
    case "multi-fashion":
      return multiFashion({ ...pairs, folder: folderOf("fashion-mnist") })
    case "cifar10-mnist":
      return cifar10Mnist({ ...pairs, folder: folderOf("cifar10"), digits: folderOf("mnist") })
  }
}
