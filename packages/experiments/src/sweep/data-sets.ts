/**
 * The data sets that a sweep can name: what the paper ran on each, and their loaders.
 *
 * @module
 */
import { type Dataset, DIGITS, digits, fashionMnist, subset } from "@dualcone/datasets"
import { attempt, attemptPromise } from "@dualcone/descent"
import type { NetworkName } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import type { ExampleRange } from "../protocol/subset.ts"

/** A data set as the experiments of arXiv 2406.16232 use it. */
export interface DataSetFacts {
  /** The network of Tables 2 to 5. */
  readonly network: NetworkName
  /** Epochs of Table 6. */
  readonly epochs: number
  /** Examples to train on, in the official order. */
  readonly training: number
  /** Examples of a test half; null where there is none, and the last examples to train on are held out instead. */
  readonly test: number | null
  /** The classes. */
  readonly classes: number
}

/** By name. EuroSAT has no official halves: 13,500 and 13,500 are drawn. */
export const dataSetFacts = {
  digits: { network: "mnist", epochs: 8, training: DIGITS, test: null, classes: 10 },
  mnist: { network: "mnist", epochs: 8, training: 60_000, test: 10_000, classes: 10 },
  "fashion-mnist": { network: "mnist", epochs: 25, training: 60_000, test: 10_000, classes: 10 },
  kmnist: { network: "mnist", epochs: 10, training: 60_000, test: 10_000, classes: 10 },
  cifar10: { network: "cifar10", epochs: 20, training: 50_000, test: 10_000, classes: 10 },
  svhn: { network: "svhn", epochs: 25, training: 73_257, test: 26_032, classes: 10 },
  eurosat: { network: "eurosat", epochs: 30, training: 13_500, test: 13_500, classes: 10 }
} as const satisfies Readonly<Record<string, DataSetFacts>>

/** The name of a data set. */
export type DataSetName = keyof typeof dataSetFacts

/** The names. */
export const dataSetNames = ["digits", "mnist", "fashion-mnist", "kmnist", "cifar10", "svhn", "eurosat"] as const

/** Where Debian's package dataset-fashion-mnist puts the files. */
const FASHION_MNIST = "/usr/share/datasets/fashion-mnist"

/** Loads data sets, each half once; give it to all runs of a thread. */
export interface DataSets {
  /** Some examples to train on, or, with `split` test, of the test half. */
  load(source: DataSource, split: "train" | "test", range: ExampleRange): Effect.Effect<Dataset, InputError>
}

/** A data set and where its files are. */
export interface DataSource {
  readonly name: DataSetName
  /** An absolute path; null for where a package of the system puts the files. */
  readonly folder: string | null
}

/** A loader with an empty memory. */
export function makeDataSets(): DataSets {
  const halves = new Map<string, Promise<Dataset>>()
  const half = (source: DataSource, split: "train" | "test"): Promise<Dataset> => {
    const key = JSON.stringify([source.name, source.folder, split])
    const known = halves.get(key)
    if (known !== undefined) return known
    const loading = read(source, split)
    halves.set(key, loading)
    return loading
  }
  return {
    load: (source, split, range) =>
      attemptPromise(() => half(source, split)).pipe(Effect.flatMap((data) => attempt(() => subset(data, range))))
  }
}

async function read({ name, folder }: DataSource, split: "train" | "test"): Promise<Dataset> {
  switch (name) {
    case "digits":
      return digits()
    case "fashion-mnist":
      return fashionMnist({ folder: folder ?? FASHION_MNIST, split })
    default: {
      const rule = "only digits and fashion-mnist can be loaded; a sweep of the others can be planned"
      throw new InputError({ rule, place: "the data set", value: name })
    }
  }
}
