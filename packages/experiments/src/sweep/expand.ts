/**
 * From a sweep to its runs.
 *
 * @module
 */
import { type Aggregator, methods, parseAggregator } from "@dualcone/aggregation"
import {
  attempt,
  ConfigurationError,
  fileError,
  parseOptimizer,
  resolveNetwork,
  type TrainConfig
} from "@dualcone/descent"
import type { NetworkDescription } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Path from "effect/Path"
import { type GeometricRange, geometricRates } from "../protocol/geometric-rates.ts"
import { type FineStage, fineRates, paperCoarse, paperFine, type TriedRate } from "../protocol/learning-rate-search.ts"
import { subsetRange } from "../protocol/subset.ts"
import { type DataSetName, type DataSource, dataSetFacts, dataSetPractice, type Slice } from "./data-sets.ts"
import { canonicalJson, groupId, type Run, type RunGroup, runId, type Stage } from "./run.ts"
import { isAggregatorWithRates, parseSweepText, type SweepConfig } from "./schema.ts"

/** How a group finds its learning rate. */
export interface RateSearch {
  readonly stage: Exclude<Stage, "fine">
  readonly rates: readonly number[]
  /** What follows on the coarse stage; null where nothing does. */
  readonly fine: FineStage | null
}

/** A group of runs and the rates that it tries. */
export interface PlannedGroup {
  readonly group: RunGroup
  readonly search: RateSearch
}

/** A sweep with everything it names looked up; no data is loaded. */
export interface Sweep {
  /** What the file says, as JSON with sorted keys. */
  readonly json: string
  /** By data set, optimizer, batch size, seed and aggregator, in the order of the file. */
  readonly groups: readonly PlannedGroup[]
}

const HELD_OUT_DIGITS = 1000
const EXAMPLES = 1024
/** Rates are rounded to twelve digits, so that the same one may come out of two progressions a little apart. */
const SAME_RATE = 1e-9

/** Reads a sweep and expands it. Paths in it are relative to its folder. */
export const readSweep = Effect.fn("readSweep")(function* (file: string) {
  const files = yield* FileSystem
  const paths = yield* Path.Path
  const text = yield* files.readFileString(file).pipe(Effect.mapError(fileError(file, "read")))
  const config = yield* parseSweepText(text, file)
  return yield* expandSweep(config, paths.dirname(paths.resolve(file)), file)
})

/** Expands a sweep: the product of its lists, checked. */
export const expandSweep = Effect.fn("expandSweep")(function* (
  config: SweepConfig,
  folder: string,
  file = "configuration"
) {
  const sets = yield* Effect.forEach(config.data, (entry) => dataOf(entry, config, folder))
  const aggregators = yield* Effect.forEach(config.aggregators, (entry, i) => aggregatorOf(entry, i, config, file))
  const optimizers = yield* attempt(() => (config.optimizers ?? [{ name: "sgd" }]).map(optimizerOf))
  yield* checkLabels(sets, "data", file)
  yield* checkLabels(aggregators, "aggregators", file)
  const groups: PlannedGroup[] = []
  for (const data of sets) {
    for (const optimizer of optimizers) {
      for (const batchSize of config.batchSizes ?? [32]) {
        for (const seed of config.seeds) {
          const slice = yield* attempt(() => sliceOf(data, seed, config.evaluate))
          for (const { specification, label, search } of aggregators) {
            const shared: Omit<RunGroup, "id"> = {
              dataSet: data.label,
              source: data.source,
              ...slice,
              network: data.network,
              seed,
              aggregator: seeded(specification, seed),
              label,
              optimizer,
              batchSize,
              epochs: data.epochs
            }
            groups.push({ group: { ...shared, id: groupId(shared) }, search })
          }
        }
      }
    }
  }
  yield* attempt(() => checkDistinct(groups))
  return { json: canonicalJson(config), groups } satisfies Sweep
})

/** The runs of a group's first stage. */
export function firstRuns({ group, search }: PlannedGroup): readonly Run[] {
  return search.rates.map((rate) => runOf(group, rate, search.stage))
}

/**
 * The runs of a group's fine stage, from all results of the coarse one; none where there is no such stage. A rate that
 * the coarse stage has is not run again: with the paper's numbers that is so for both ends.
 */
export function fineRuns({ group, search }: PlannedGroup, tried: readonly TriedRate[]): readonly Run[] {
  if (search.fine === null) return []
  const known = (rate: number) => search.rates.some((coarse) => Math.abs(coarse / rate - 1) < SAME_RATE)
  return fineRates(tried, search.fine)
    .filter((rate) => !known(rate))
    .map((rate) => runOf(group, rate, "fine"))
}

/** Lines of the tables are told apart by their labels. */
function checkLabels(labelled: readonly { readonly label: string }[], key: string, file: string) {
  const labels = labelled.map(({ label }) => label)
  const twice = labels.findIndex((label, i) => labels.indexOf(label) < i)
  if (twice < 0) return Effect.void
  const problem = `Two are called ${labels[twice]} in tables: give one a "label"`
  return Effect.fail(new ConfigurationError({ file, key: `${key}[${twice}]`, problem }))
}

/** A run belongs to one line of the tables. */
function checkDistinct(groups: readonly PlannedGroup[]): void {
  const known = new Map<string, string>()
  for (const { group } of groups) {
    const name = `${group.label} on ${group.dataSet}`
    const other = known.get(group.id)
    if (other !== undefined)
      throw new InputError({ rule: `it is the same as ${other}`, place: "the sweep's", value: name })
    known.set(group.id, name)
  }
}

function runOf(group: RunGroup, learningRate: number, stage: Stage): Run {
  const optimizer = parseOptimizer({ ...group.optimizer, learningRate })
  return { id: runId(group.id, learningRate), group, stage, learningRate, optimizer }
}

const dataOf = Effect.fnUntraced(function* (entry: SweepConfig["data"][0], config: SweepConfig, folder: string) {
  const paths = yield* Path.Path
  const practice = dataSetPractice(entry.name)
  const network = entry.network === undefined ? practice.network : yield* resolveNetwork(entry.network, folder)
  yield* attempt(() => checkHeads(entry.name, network))
  if (entry.digits !== undefined && entry.name !== "cifar10-mnist") {
    const rule = "only cifar10-mnist is made of two sets"
    return yield* Effect.fail(new InputError({ rule, place: `digits of ${entry.name}`, value: entry.digits }))
  }
  const source: DataSource = {
    name: entry.name,
    folder: entry.folder === undefined ? null : paths.resolve(folder, entry.folder),
    ...(entry.digits === undefined ? {} : { digits: paths.resolve(folder, entry.digits) })
  }
  return {
    label: entry.label ?? entry.name,
    source,
    subset: entry.subset,
    examples: entry.examples ?? EXAMPLES,
    network,
    epochs: entry.epochs ?? config.epochs ?? practice.epochs
  }
})

type Data = Effect.Success<ReturnType<typeof dataOf>>

/** Each task has a head, in the order of the labels: others would learn each other's. */
function checkHeads(name: DataSetName, { heads }: NetworkDescription): void {
  const { tasks } = dataSetFacts(name)
  const names = Object.keys(heads ?? {})
  if (tasks.length === 0 || names.join() === tasks.join()) return
  const rule = `the labels of ${name} are ${tasks.join(", ")}, and each needs a head of its name, in this order`
  throw new InputError({ rule, place: "the heads of the network", value: names })
}

/** The examples of a run and those held out, which it must not have seen. */
function sliceOf(
  { source, subset, examples }: Data,
  seed: number,
  evaluate: SweepConfig["evaluate"]
): Pick<RunGroup, "subset" | "range" | "heldOut"> {
  const { training, test } = dataSetFacts(source.name)
  const available = test ?? HELD_OUT_DIGITS
  const wanted = evaluate === undefined ? 0 : (evaluate.examples ?? available)
  if (wanted > (test ?? training - 1)) {
    const rule = `${source.name} has ${test ?? training - 1} to hold out`
    throw new InputError({ rule, place: "evaluate.examples", value: wanted })
  }
  const chosen = subset ?? seed
  const range = subsetRange(chosen, examples, test === null ? training - wanted : training)
  const heldOut: Slice =
    test === null
      ? { split: "train", from: training - wanted, examples: wanted }
      : { split: "test", from: 0, examples: wanted }
  return { subset: chosen, range, heldOut: wanted === 0 ? null : heldOut }
}

const aggregatorOf = Effect.fnUntraced(function* (
  entry: SweepConfig["aggregators"][0],
  i: number,
  config: SweepConfig,
  file: string
) {
  const own = isAggregatorWithRates(entry) ? entry : { aggregator: entry }
  const key = `aggregators[${i}]`
  const place = own === entry ? `${key}.aggregator` : key
  yield* attempt(() => parseAggregator(own.aggregator, place))
  const rates = own.learningRates ?? config.learningRates
  if (rates === undefined) {
    const problem = "Missing key: the sweep has no rates, so each aggregator needs its own"
    return yield* Effect.fail(new ConfigurationError({ file, key: "learningRates", problem }))
  }
  const search = yield* attempt(() => searchOf(rates))
  return { specification: own.aggregator, label: own.label ?? labelOf(own.aggregator), search }
})

type AggregatorEntry = TrainConfig["aggregator"]

/** `cagrad`, or `upgrad {"ridge":{"epsilon":1e-7,"kind":"trace"}}` where options are given. */
function labelOf(specification: AggregatorEntry): string {
  if (typeof specification === "string") return specification
  const { name, ...options } = specification
  return Object.keys(options).length === 0 ? name : `${name} ${canonicalJson(options)}`
}

/** A method that draws and does not say its seed draws by that of the run. */
function seeded(specification: AggregatorEntry, seed: number): Aggregator {
  const given = typeof specification === "string" ? { name: specification } : specification
  const method = methods.find(({ name }) => name === given.name)
  const draws = method?.parameters.some(({ name }) => name === "seed") ?? false
  return parseAggregator(draws && !("seed" in given) ? { ...given, seed } : given)
}

function searchOf(rates: NonNullable<SweepConfig["learningRates"]>): RateSearch {
  if ("coarse" in rates) {
    const range: GeometricRange = { ...paperCoarse, ...rates.coarse }
    const fine: FineStage | null = rates.fine === undefined ? null : { ...paperFine, ...rates.fine }
    return { stage: "coarse", rates: geometricRates(range), fine }
  }
  return { stage: "list", rates: [...new Set(rates)], fine: null }
}

/** An optimizer's options without a rate, checked with one. */
function optimizerOf(options: Readonly<Record<string, unknown>>, i: number): Readonly<Record<string, unknown>> {
  if ("learningRate" in options) {
    const rule = "the rates of a sweep stand in learningRates"
    throw new InputError({ rule, place: `optimizers[${i}].learningRate`, value: options.learningRate })
  }
  const { learningRate: _, ...checked } = parseOptimizer({ ...options, learningRate: 1 }, `optimizers[${i}]`)
  return checked
}
