/**
 * The data sets that a sweep can name: what the paper ran on each, and their examples.
 *
 * @module
 */
import { type Dataset, DIGITS, digits, loadDataset, sourceRecord } from "@dualcone/datasets"
import { attemptPromise, dataFolder } from "@dualcone/descent"
import type { NetworkName } from "@dualcone/network"
import type { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import type { Path } from "effect/Path"
import type { ExampleRange } from "../protocol/subset.ts"

/** The names: the embedded digits, and the six sets of arXiv 2406.16232. */
export const dataSetNames = ["digits", "mnist", "fashion-mnist", "kmnist", "cifar10", "svhn", "eurosat"] as const

/** The name of a data set. */
export type DataSetName = (typeof dataSetNames)[number]

/** What the experiments of the paper ran on a data set. */
export interface DataSetPractice {
  /** The network of Tables 2 to 5. */
  readonly network: NetworkName
  /** Epochs of Table 6. */
  readonly epochs: number
}

/** By name. The digits are treated as MNIST is. */
export const dataSetPractices: Readonly<Record<DataSetName, DataSetPractice>> = {
  digits: { network: "mnist", epochs: 8 },
  mnist: { network: "mnist", epochs: 8 },
  "fashion-mnist": { network: "mnist", epochs: 25 },
  kmnist: { network: "mnist", epochs: 10 },
  cifar10: { network: "cifar10", epochs: 20 },
  svhn: { network: "svhn", epochs: 25 },
  eurosat: { network: "eurosat", epochs: 30 }
}

/** How many examples a data set has. */
export interface DataSetSize {
  /** To train on. */
  readonly training: number
  /** Of the test half; null where there is none, and the last examples to train on are held out instead. */
  readonly test: number | null
  readonly classes: number
}

/** The size of a data set; nothing is loaded. */
export function dataSetSize(name: DataSetName): DataSetSize {
  if (name === "digits") return { training: DIGITS, test: null, classes: 10 }
  const { examples, classes } = sourceRecord(name)
  return { training: examples.train, test: examples.test, classes }
}

/** A data set and where its files are. */
export interface DataSource {
  readonly name: DataSetName
  /** An absolute path; null for where `dataFolder` finds the files. */
  readonly folder: string | null
}

/** Some examples of one half. */
export interface Slice extends ExampleRange {
  readonly split: "train" | "test"
}

/** Loads examples, the same ones once; give it to all runs of a thread. */
export interface DataSets {
  load(source: DataSource, slice: Slice): Effect.Effect<Dataset, InputError, FileSystem | Path>
}

/** A loader with an empty memory. */
export function makeDataSets(): DataSets {
  const loaded = new Map<string, Dataset>()
  return {
    load: Effect.fnUntraced(function* (source, slice) {
      const key = JSON.stringify([source.name, source.folder, slice])
      const known = loaded.get(key)
      if (known !== undefined) return known
      const data = yield* read(source, slice)
      loaded.set(key, data)
      return data
    })
  }
}

const read = Effect.fnUntraced(function* ({ name, folder }: DataSource, slice: Slice) {
  const { from, examples, split } = slice
  if (name === "digits") return yield* attemptPromise(() => digits({ from, examples }))
  const found = folder ?? (yield* dataFolder(name))
  return yield* attemptPromise(() => loadDataset(name, () => found, { from, examples, split }))
})
