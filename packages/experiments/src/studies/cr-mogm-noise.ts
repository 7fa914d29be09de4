/**
 * How noise misleads weights that answer to the drawn gradients, and how averaging the weights helps: the counterexample
 * of equation 4 of CR-MOGM (NeurIPS 2022), run as its Figure 1.
 *
 * @module
 */
import {
  attemptStep,
  loadModule,
  type Problem,
  problemByName,
  runTrajectory,
  trajectoryAggregator
} from "@dualcone/descent"
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import { type Estimate, estimate } from "../protocol/standard-error.ts"

/** Options of {@link crMogmNoise}. */
export interface CrMogmNoiseOptions {
  /** As the trajectories name them: `mgda`, `cr-mogm(mgda)`. */
  readonly methods: readonly string[]
  /** Seeds 0 to `seeds` - 1. Default 16. */
  readonly seeds?: number
  /** Updates with batches of one draw. Default 10,000. */
  readonly steps?: number
  /** Draws whose gradients a step averages. Default 1, 2, 4, 8 and 16. */
  readonly batchSizes?: readonly number[]
  /** Updates after which batch sizes are compared. Default 1,000. */
  readonly comparedAt?: number
  /** Hears of each method and batch size that is done. */
  readonly report?: (done: number, all: number) => Effect.Effect<void>
}

/** One method on the counterexample. */
export interface CrMogmNoise {
  readonly method: string
  /** Iterations, evenly on a logarithmic scale, and the distance y to the Pareto set after each, over seeds. */
  readonly curve: readonly (Estimate & { readonly iteration: number })[]
  /** The distance after `comparedAt` updates for each batch size. */
  readonly byBatchSize: readonly (Estimate & { readonly batchSize: number })[]
  readonly seeds: number
  readonly comparedAt: number
}

/** Runs the methods from (0, 0.4) with η = 0.006 / √k; y = 0 is the Pareto set. */
export const crMogmNoise = Effect.fn("crMogmNoise")(function* ({
  methods,
  seeds = 16,
  steps = 10_000,
  batchSizes = [1, 2, 4, 8, 16],
  comparedAt = 1000,
  report = () => Effect.void
}: CrMogmNoiseOptions) {
  const wasm = yield* loadModule
  const problem = problemByName("cr-mogm", wasm.functions)
  const heights = Effect.fnUntraced(function* (method: string, of: Problem, updates: number) {
    const paths: (readonly number[])[] = []
    for (let seed = 0; seed < seeds; seed++) {
      const { path } = yield* attemptStep(() => {
        const aggregator = trajectoryAggregator(method, { seed })
        return runTrajectory(wasm, { problem: of, aggregator, start: [0, 0.4], steps: updates, seed })
      })
      paths.push(path.map(([, y = Number.NaN]) => y))
      yield* Effect.yieldNow
    }
    return (iteration: number) => estimate(paths.map((path) => path[iteration] ?? Number.NaN))
  })
  const all = methods.length * (1 + batchSizes.length)
  let done = 0
  return yield* Effect.forEach(
    methods,
    Effect.fnUntraced(function* (method) {
      const height = yield* heights(method, problem, Math.max(steps, comparedAt))
      yield* report(++done, all)
      const curve = evenly(steps).map((iteration) => ({ iteration, ...height(iteration) }))
      const byBatchSize: (Estimate & { readonly batchSize: number })[] = []
      for (const batchSize of batchSizes) {
        const heightOf = batchSize === 1 ? height : yield* heights(method, inBatches(problem, batchSize), comparedAt)
        byBatchSize.push({ batchSize, ...heightOf(comparedAt) })
        yield* report(++done, all)
      }
      const study: CrMogmNoise = { method, curve, byBatchSize, seeds, comparedAt }
      return study
    })
  )
})

/** Some sixteen iterations a decade from 1 to the last, each once. */
function evenly(last: number): readonly number[] {
  const iterations: number[] = []
  for (let next = 1; next < last; next = Math.max(next + 1, Math.round(next * 1.15))) iterations.push(next)
  return [...iterations, last]
}

/**
 * The problem whose draws are means of several.
 *
 * @throws {InputError} for a batch that is not a positive integer, and a problem without draws
 */
export function inBatches(problem: Problem, batchSize: number): Problem {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new InputError({ rule: "it must be a positive integer", place: "the batch size", value: batchSize })
  }
  const { sample } = problem
  if (sample === undefined) {
    throw new InputError({ rule: "it must be stochastic", place: "the problem", value: problem.name })
  }
  return {
    ...problem,
    sample(x, draw) {
      const values = new Float64Array(problem.objectives)
      const jacobian = new Float64Array(problem.objectives * problem.parameters)
      for (let k = 0; k < batchSize; k++) {
        const drawn = sample(x, draw)
        drawn.values.forEach((value, i) => {
          values[i] = (values[i] ?? 0) + value / batchSize
        })
        drawn.jacobian.forEach((entry, i) => {
          jacobian[i] = (jacobian[i] ?? 0) + entry / batchSize
        })
      }
      return { values, jacobian }
    }
  }
}
