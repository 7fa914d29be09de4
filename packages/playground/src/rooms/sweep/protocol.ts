/**
 * What the page and its worker say to each other.
 *
 * @module
 */
import type { ShownColumn } from "@dualcone/experiments/charts"

/** A file to show: its name and bytes. */
export interface Request {
  readonly name: string
  readonly bytes: Uint8Array
}

/** A drawn chart. */
export interface Figure {
  /** For the name of its file. */
  readonly id: string
  readonly title: string
  /** What is drawn, and what is missing. */
  readonly remarks: readonly string[]
  readonly svg: string
}

/** A table to read, and to take along. */
export interface ShownTable {
  readonly name: string
  readonly title: string
  readonly note: string
  readonly columns: readonly ShownColumn[]
  readonly csv: string
}

/** All that a sweep shows. */
export interface Shown {
  readonly file: string
  /** Runs that are planned, that are done, and that stopped being finite. */
  readonly runs: { readonly planned: number; readonly done: number; readonly diverged: number }
  readonly figures: readonly Figure[]
  readonly tables: readonly ShownTable[]
}

/** What the worker answers. */
export type Report =
  | { readonly kind: "shown"; readonly shown: Shown }
  | { readonly kind: "refused"; readonly message: string }
