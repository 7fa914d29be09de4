/**
 * What is known of a data set before any of it is read: its files with their checksums and addresses, its examples, its
 * normalisation.
 */

import type { Dataset, Range } from "../dataset.ts"

/** Half of a data set. */
export type Split = "train" | "test"

/** Sets with files of their own. */
export type SourceName = "mnist" | "fashion-mnist" | "kmnist" | "cifar10" | "svhn" | "eurosat"

/** Every set that can be named in a configuration, but for the embedded digits. */
export type DatasetName = SourceName | "multi-mnist" | "multi-fashion" | "cifar10-mnist"

/** A file as its source publishes it. */
export interface DatasetFile {
  /** Its name at its source, and in the folder of the set. */
  readonly name: string
  /** Its length, where it is known. */
  readonly bytes?: number
  /** The most bytes that it may have: its length, or a bound where that is not known or copies may differ. */
  readonly largest: number
  readonly md5: string
  readonly sha256: string
  /**
   * SHA-256 of what is in a gzip file, where it is known. Copies that were compressed again, or not at all (without
   * ".gz" at the end of the name), are then as good as the official file.
   */
  readonly contentSha256?: string
  /** Where it is published; the first is asked first. */
  readonly addresses: readonly string[]
}

/** A data set. */
export interface DatasetRecord {
  readonly name: DatasetName
  readonly title: string
  readonly examples: Readonly<Record<Split, number>>
  readonly shape: Dataset["shape"]
  readonly classes: number
  readonly tasks?: readonly string[]
  /** One a channel, as the experiments of arXiv 2406.16232 have them. */
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
  readonly origin: string
  readonly licence: string
}

/** A data set with files of its own. */
export interface SourceRecord extends DatasetRecord {
  readonly name: SourceName
  readonly files: readonly DatasetFile[]
  /** A package of an operating system that brings the files, and the folder it puts them in. */
  readonly packaged?: { readonly name: string; readonly folder: string }
}

/** A data set made of others. */
export interface ConstructedRecord extends DatasetRecord {
  readonly sources: readonly SourceName[]
}

/** Which half and which examples of it. */
export interface SplitRange extends Range {
  /** Default `train`. */
  readonly split?: Split
}

/** Where the files of a set are, and which of its examples are wanted. */
export interface FolderOptions extends SplitRange {
  /** The folder of the files: a path, or the URL of a folder. */
  readonly folder: string | URL
}

/** What a record says of the dataset that is made of a half. */
export function describe(
  { title, classes, tasks, mean, deviation, origin, licence }: DatasetRecord,
  split: Split
): Pick<Dataset, "name" | "classes" | "tasks" | "mean" | "deviation" | "origin" | "licence"> {
  const several = tasks === undefined ? {} : { tasks }
  return { name: `${title} (${split})`, classes, ...several, mean, deviation, origin, licence }
}
