/**
 * Time of a weighting: Gramian in, weights and certificate out. The Gramian is copied into the module's memory in
 * each call, which a training step does not need.
 *
 * @module
 */
import { type Gramian, type GramianAggregator, type Weighting, weighting } from "@dualcone/aggregation"
import type { Wasm } from "@dualcone/wasm"
import { type Bench, roundsWithin } from "./bench.ts"
import { benchGramian, type GramianKind, gramianKinds } from "./gramians.ts"
import { median, type Summary, summarize, timed } from "./samples.ts"

/** Figures for one kind of Gramian. */
export interface KindRow extends Summary {
  readonly kind: GramianKind
  /** Whether every call's certificate says so; null for methods without one. */
  readonly certified: boolean | null
}

/** Figures for one number of objectives: medians over the kinds of their medians and of their least. */
export interface WeightsRow extends Summary {
  readonly objectives: number
  readonly method: string
  /** Of all kinds. */
  readonly certified: boolean | null
  readonly kinds: readonly KindRow[]
}

/** What {@link makeWeightsBench} times. */
export interface WeightsBenchOptions {
  readonly aggregator: GramianAggregator
  readonly objectives: number
}

/** The benchmark of a weighting; its problems are open to whoever compares with another implementation. */
export interface WeightsBench extends Bench<WeightsRow> {
  readonly problems: readonly WeightsProblem[]
}

/** One Gramian and the timings on it. */
export interface WeightsProblem {
  readonly kind: GramianKind
  readonly gramian: Gramian
  /** The weights, a copy. */
  weights(): Float64Array
  /** Takes one sample. */
  sample(): void
  row(): KindRow
}

/** A sample repeats short calls until it lasts this long, well above the resolution of the clock. */
const SAMPLE_MS = 1

/** Plans the benchmark of a weighting for one number of objectives. @throws InputError as `weighting` does. */
export function makeWeightsBench(wasm: Wasm, { aggregator, objectives }: WeightsBenchOptions): WeightsBench {
  const planned = weighting(wasm, aggregator, objectives)
  const problems = gramianKinds.map((kind) => makeProblem(planned, kind))
  let rounds = 3
  return {
    problems,
    warmUp() {
      const deadline = performance.now() + 200
      let roundMs = 0
      do {
        roundMs = timed(() => {
          for (const problem of problems) problem.weights()
        })
      } while (performance.now() < deadline)
      rounds = roundsWithin(1500, Math.max(roundMs, SAMPLE_MS * problems.length), 3, 100)
    },
    round() {
      for (const problem of problems) problem.sample()
    },
    get rounds() {
      return rounds
    },
    row() {
      const kinds = problems.map((problem) => problem.row())
      const certified = kinds.some((kind) => kind.certified === null) ? null : kinds.every((kind) => kind.certified)
      const ms = median(kinds.map((kind) => kind.ms))
      const minMs = median(kinds.map((kind) => kind.minMs))
      return { objectives, method: aggregator.name, ms, minMs, certified, kinds }
    },
    [Symbol.dispose]: () => planned[Symbol.dispose]()
  }
}

function makeProblem(planned: Weighting, kind: GramianKind): WeightsProblem {
  const gramian = benchGramian(kind, planned.objectives)
  const samples: number[] = []
  let certified: boolean | null = true
  let calls = 1
  return {
    kind,
    gramian,
    weights: () => planned.weigh(gramian).weights.slice(),
    sample() {
      const sample = () => {
        for (let call = 0; call < calls; call++) {
          const { certificate } = planned.weigh(gramian)
          if (certificate === null) certified = null
          else if (certificate.status !== "certified") certified = false
        }
      }
      let ms = timed(sample)
      while (ms < SAMPLE_MS) {
        calls = Math.ceil(calls * Math.min(10, (1.5 * SAMPLE_MS) / Math.max(ms, 1e-6)))
        ms = timed(sample)
      }
      samples.push(ms / calls)
    },
    row: () => ({ kind, ...summarize(samples), certified })
  }
}
