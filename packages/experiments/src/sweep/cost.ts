/**
 * What a sweep will cost, from steps timed on this machine.
 *
 * @module
 */
import { generator } from "@dualcone/aggregation"
import { CpuEngine, median, networkDescent, parseOptimizer, type TrainingData } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { dataSetFacts, objectiveOn } from "./data-sets.ts"
import type { PlannedGroup } from "./expand.ts"
import { canonicalJson, iterationsOf, type RunGroup } from "./run.ts"

/** One method on one data set. */
export interface CostRow {
  readonly dataSet: string
  readonly aggregator: string
  readonly optimizer: string
  readonly batchSize: number
  /** Median of a few steps on one thread, in milliseconds. */
  readonly millisecondsPerStep: number
  /** All runs, fine stages included. */
  readonly runs: number
  readonly iterations: number
  /** On one worker. */
  readonly hours: number
}

/** What a sweep will cost if no run diverges; evaluation at the end of runs is not counted. */
export interface SweepCost {
  readonly runs: number
  readonly iterations: number
  /** On one worker, and on as many as were asked for. */
  readonly hoursOnOneWorker: number
  readonly workers: number
  readonly hours: number
  readonly dataSets: readonly { readonly dataSet: string; readonly runs: number; readonly hours: number }[]
  readonly rows: readonly CostRow[]
}

const WARM_UP = 5
const MEASURED = 20

/** So small that the steps that are timed stay what they are at the start. */
const LEARNING_RATE = 1e-6

/**
 * Costs a sweep: a few timed steps of each network, batch size, optimizer and aggregator, times the iterations of their
 * runs. No data is loaded: the steps are made on random bytes. `hours` on n workers are those on one over n.
 */
export const costOf = Effect.fn("costOf")(function* (
  groups: readonly PlannedGroup[],
  workers: number,
  report: (done: number, all: number) => Effect.Effect<void> = () => Effect.void
) {
  const lines = Map.groupBy(groups, ({ group }) =>
    JSON.stringify([group.dataSet, group.label, group.optimizer, group.batchSize])
  )
  const paces = new Map<string, number>()
  const rows: CostRow[] = []
  for (const line of lines.values()) {
    const group = line[0]?.group
    if (group === undefined) continue
    const key = canonicalJson([group.network, group.label, group.optimizer, group.batchSize])
    if (paces.size === 0) yield* paceOf(group) // what comes first would pay for compilers that have not settled
    const pace = paces.get(key) ?? (yield* paceOf(group))
    paces.set(key, pace)
    let runs = 0
    let iterations = 0
    for (const { group: same, search } of line) {
      const count = search.rates.length + (search.fine?.count ?? 0)
      runs += count
      iterations += count * iterationsOf(same)
    }
    rows.push({
      dataSet: group.dataSet,
      aggregator: group.label,
      optimizer: String(group.optimizer.name),
      batchSize: group.batchSize,
      millisecondsPerStep: pace,
      runs,
      iterations,
      hours: (pace * iterations) / 3_600_000
    })
    yield* report(rows.length, lines.size)
  }
  const sum = (of: readonly CostRow[], value: (row: CostRow) => number) =>
    of.reduce((total, row) => total + value(row), 0)
  const hoursOnOneWorker = sum(rows, ({ hours }) => hours)
  return {
    runs: sum(rows, ({ runs }) => runs),
    iterations: sum(rows, ({ iterations }) => iterations),
    hoursOnOneWorker,
    workers,
    hours: hoursOnOneWorker / workers,
    dataSets: [...Map.groupBy(rows, ({ dataSet }) => dataSet)].map(([dataSet, of]) => ({
      dataSet,
      runs: sum(of, ({ runs }) => runs),
      hours: sum(of, ({ hours }) => hours) / workers
    })),
    rows
  } satisfies SweepCost
})

/** Median milliseconds of a step of a group's runs. */
const paceOf = Effect.fnUntraced(
  function* (group: RunGroup) {
    const steps = yield* networkDescent({
      network: group.network,
      data: randomData(group),
      objective: objectiveOn(group.source.name),
      aggregator: group.aggregator,
      optimizer: parseOptimizer({ ...group.optimizer, learningRate: LEARNING_RATE }),
      batchSize: group.batchSize,
      epochs: WARM_UP + MEASURED,
      seed: group.seed
    }).pipe(Stream.take(WARM_UP + MEASURED), Stream.runCollect)
    return median(steps.slice(WARM_UP).map(({ milliseconds }) => milliseconds)) ?? 0
  },
  Effect.provide(CpuEngine.on(1))
)

/** Random bytes and labels in the shape of the network's input, as many as a run has. */
function randomData({ network, source, range }: RunGroup): TrainingData {
  const { below } = generator(0, 1)
  const size = network.input.reduce((product, side) => product * side, 1)
  const { classes, tasks } = dataSetFacts(source.name)
  const labels = range.examples * Math.max(1, tasks.length)
  return {
    name: source.name,
    examples: range.examples,
    shape: network.input,
    images: Uint8Array.from({ length: range.examples * size }, () => below(256)),
    labels: Int32Array.from({ length: labels }, () => below(classes)),
    scale: 255,
    mean: [0.5],
    deviation: [0.25]
  }
}
