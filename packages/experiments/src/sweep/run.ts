/**
 * A run of a sweep, as a plain value.
 *
 * @module
 */
import { createHash } from "node:crypto"
import type { Aggregator } from "@dualcone/aggregation"
import type { OptimizerSpecification } from "@dualcone/descent"
import type { NetworkDescription } from "@dualcone/network"
import type { ExampleRange } from "../protocol/subset.ts"
import type { DataSource, Slice } from "./data-sets.ts"

/** Where a learning rate comes from: a list, or a stage of the search. */
export type Stage = "list" | "coarse" | "fine"

/** Runs that differ by nothing but their learning rate: what the search of a rate is done for. */
export interface RunGroup {
  /** A hash of all that the runs share and that decides their bits. */
  readonly id: string
  /** The name of the data set in tables. */
  readonly dataSet: string
  readonly source: DataSource
  readonly subset: number
  readonly range: ExampleRange
  readonly network: NetworkDescription
  readonly seed: number
  readonly aggregator: Aggregator
  /** The name of the aggregator in tables. */
  readonly label: string
  /** The optimizer's options but for its learning rate. */
  readonly optimizer: Readonly<Record<string, unknown>>
  readonly batchSize: number
  readonly epochs: number
  /** Of the test half, or the last ones of a set without halves. */
  readonly heldOut: Slice | null
}

/** One training run: all that decides its result, and where it stands in its sweep. */
export interface Run {
  /** A hash of all that decides its bits. */
  readonly id: string
  readonly group: RunGroup
  readonly stage: Stage
  readonly learningRate: number
  /** The group's optimizer with the learning rate. */
  readonly optimizer: OptimizerSpecification
}

/** Changes where equal settings stop to give equal bits, so that results of before are not taken for those of now. */
const BITS = 1

/** The id of a group. Paths and names in tables decide nothing. */
export function groupId(group: Omit<RunGroup, "id">): string {
  const { source, range, network, seed, aggregator, optimizer, batchSize, epochs, heldOut } = group
  const data = { name: source.name, ...range }
  return contentId({ bits: BITS, data, network, seed, aggregator, optimizer, batchSize, epochs, heldOut })
}

/** The id of a run. */
export function runId(group: string, learningRate: number): string {
  return contentId({ group, learningRate })
}

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  )
}

/** 128 bits of SHA-256 over the canonical JSON of a value, in hexadecimal: the same for equal values alone. */
export function contentId(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 32)
}

/** Iterations of a run: ⌈examples / batch size⌉ an epoch. */
export function iterationsOf({ range, batchSize, epochs }: RunGroup): number {
  return Math.ceil(range.examples / batchSize) * epochs
}
