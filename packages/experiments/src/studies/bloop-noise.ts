/**
 * How noise turns Bloop's projection into plain mixing, and how a moving average of the main gradient undoes it: Figure
 * 2 of "Careful with that Scalpel" (arXiv 2402.02998).
 *
 * @module
 */
import { type Generator, generator } from "@dualcone/aggregation"
import { attempt, type BloopBias, bloopBias, loadModule } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import { type Estimate, estimate } from "../protocol/standard-error.ts"

/** Options of {@link bloopNoise}. */
export interface BloopNoiseOptions {
  /** σ. */
  readonly deviations: readonly number[]
  /** Pairs of gradients, by seeds 0 to `seeds` - 1. Default 16. */
  readonly seeds?: number
  /** Batches of each average. Default 400. */
  readonly draws?: number
  /** Share of the newest gradient in the moving average. Default 0.01. */
  readonly rho?: number
}

/** Where average directions stand between Bloop's (0) and mixing (1), over seeds. */
export interface BloopNoise {
  readonly deviation: number
  /** Projected against the gradient of one batch. */
  readonly ofBatch: Estimate
  /** Projected against the moving average. */
  readonly ofAverage: Estimate
  /** Pairs of gradients. */
  readonly seeds: number
}

/** Averages directions for each σ. */
export const bloopNoise = Effect.fn("bloopNoise")(function* ({
  deviations,
  seeds = 16,
  draws = 400,
  rho = 0.01
}: BloopNoiseOptions) {
  const { functions } = yield* loadModule
  return yield* Effect.forEach(
    deviations,
    Effect.fnUntraced(function* (deviation) {
      const ofBatch: number[] = []
      const ofAverage: number[] = []
      for (let seed = 0; seed < seeds; seed++) {
        const problem = yield* attempt(() => bloopBias(functions, { deviation, seed }))
        ofBatch.push(problem.position(problem.simpleDirection(draws, generator(seed, 1))))
        ofAverage.push(problem.position(averagedDirection(problem, draws, rho, generator(seed, 2))))
        yield* Effect.yieldNow
      }
      return { deviation, ofBatch: estimate(ofBatch), ofAverage: estimate(ofAverage), seeds } satisfies BloopNoise
    })
  )
})

/**
 * g_m + the mean of π(g_a; e) over batches, e ← (1 - ρ) e + ρ g_b, once e has forgotten its first batch, after 3 / ρ of
 * them. Like `simpleDirection` it has g_m in place of the average of g_b, whose mean that is.
 */
function averagedDirection(problem: BloopBias, draws: number, rho: number, draw: Generator): Float64Array {
  const { parameters, sample } = problem
  const rows = problem.jacobian(new Float64Array(parameters))
  const direction = rows.slice(0, parameters)
  const auxiliary = rows.subarray(parameters)
  const average = new Float64Array(parameters)
  const origin = new Float64Array(parameters)
  const warmUp = Math.ceil(3 / rho)
  for (let k = 0; k < warmUp + draws; k++) {
    const batch = sample?.(origin, draw).jacobian ?? rows
    let inner = 0
    let squares = 0
    for (let i = 0; i < parameters; i++) {
      const entry = k === 0 ? (batch[i] ?? 0) : (1 - rho) * (average[i] ?? 0) + rho * (batch[i] ?? 0)
      average[i] = entry
      inner += entry * (auxiliary[i] ?? 0)
      squares += entry * entry
    }
    if (k < warmUp) continue
    for (let i = 0; i < parameters; i++) {
      const kept = (auxiliary[i] ?? 0) - (inner / squares) * (average[i] ?? 0)
      direction[i] = (direction[i] ?? 0) + kept / draws
    }
  }
  return direction
}
