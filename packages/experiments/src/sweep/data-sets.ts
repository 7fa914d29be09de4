/**
 * The data sets that a sweep can name: what the papers ran on each, and their examples.
 *
 * @module
 */
import { type Dataset, DIGITS, datasetNames, datasetRecord, digits } from "@dualcone/datasets"
import { attemptPromise, crossEntropy, instanceWise, loadNamedData, multiTask, type Objective } from "@dualcone/descent"
import { type NetworkDescription, networks } from "@dualcone/network"
import type { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import type { Path } from "effect/Path"
import type { ExampleRange } from "../protocol/subset.ts"
import { lenetWithHeads } from "./lenet.ts"

/** The embedded digits, the six sets of arXiv 2406.16232, and the sets of two tasks. */
export const dataSetNames = ["digits", ...datasetNames] as const

/** The name of a data set. */
export type DataSetName = (typeof dataSetNames)[number]

/** What the experiments of a paper ran on a data set. */
export interface DataSetPractice {
  readonly network: NetworkDescription
  readonly epochs: number
}

/**
 * The practice of a data set: networks of Tables 2 to 5 and epochs of Table 6 of arXiv 2406.16232, the digits being
 * treated as MNIST is; on the sets of two tasks the LeNet and the epochs of Sener and Koltun (arXiv 1810.04650), also in
 * place of the ResNet18 that arXiv 2402.02998 trains on Cifar10Mnist.
 */
export function dataSetPractice(name: DataSetName): DataSetPractice {
  switch (name) {
    case "digits":
    case "mnist":
      return { network: networks.mnist, epochs: 8 }
    case "fashion-mnist":
      return { network: networks.mnist, epochs: 25 }
    case "kmnist":
      return { network: networks.mnist, epochs: 10 }
    case "cifar10":
      return { network: networks.cifar10, epochs: 20 }
    case "svhn":
      return { network: networks.svhn, epochs: 25 }
    case "eurosat":
      return { network: networks.eurosat, epochs: 30 }
    case "multi-mnist":
    case "multi-fashion":
    case "cifar10-mnist": {
      const { shape, tasks = [], classes } = datasetRecord(name)
      return { network: lenetWithHeads(shape, tasks, classes), epochs: 100 }
    }
  }
}

/** What is known of a data set; nothing is loaded. */
export interface DataSetFacts {
  /** Examples to train on. */
  readonly training: number
  /** Of the test half; null where there is none, and the last examples to train on are held out instead. */
  readonly test: number | null
  readonly classes: number
  /** Names of the labels of an example, where it has several: those of the network's heads. */
  readonly tasks: readonly string[]
}

/** The facts of a data set. */
export function dataSetFacts(name: DataSetName): DataSetFacts {
  if (name === "digits") return { training: DIGITS, test: null, classes: 10, tasks: [] }
  const { examples, classes, tasks = [] } = datasetRecord(name)
  return { training: examples.train, test: examples.test, classes, tasks }
}

/** What is descended on: the loss of each example, or the mean loss of each task where there are several. */
export function objectiveOn(name: DataSetName): Objective {
  return dataSetFacts(name).tasks.length > 0 ? multiTask(crossEntropy) : instanceWise(crossEntropy)
}

/** A data set and where its files are. */
export interface DataSource {
  readonly name: DataSetName
  /** An absolute path; null for where `dataFolder` finds the files. */
  readonly folder: string | null
  /** That of MNIST's files for `cifar10-mnist`, likewise. */
  readonly digits?: string
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
      const key = JSON.stringify([source, slice])
      const known = loaded.get(key)
      if (known !== undefined) return known
      const data = yield* read(source, slice)
      loaded.set(key, data)
      return data
    })
  }
}

const read = Effect.fnUntraced(function* (source: DataSource, slice: Slice) {
  const { from, examples, split } = slice
  const { name, folder, digits: digitsFolder } = source
  if (name === "digits") return yield* attemptPromise(() => digits({ from, examples }))
  const folders = {
    ...(folder === null ? {} : { folder }),
    ...(digitsFolder === undefined ? {} : { digits: digitsFolder })
  }
  return yield* loadNamedData(name, folders, { from, examples, split })
})
