/**
 * What the compiler refuses. Nothing here runs: the test of types compiles it, and a line under `@ts-expect-error` that
 * compiled would be an error.
 */
import {
  type Aggregator,
  aggregate,
  bloop,
  cagrad,
  constant,
  crMogm,
  type GramianAggregator,
  graddrop,
  gradientAndMomentum,
  grouped,
  knownWeights,
  krum,
  type Linearization,
  linearizeGramian,
  linearizeJacobian,
  lossScaled,
  mean,
  mgda,
  momentum,
  needsJacobian,
  parseAggregator,
  trimmedMean,
  unitNorm,
  upgrad,
  weighBatch,
  weighting
} from "@dualcone/aggregation"
import type { Wasm } from "@dualcone/wasm"

declare const wasm: Wasm
/** An engine's linearization that cannot form the Jacobian. */
declare const engine: Linearization<Float32Array>
declare const gramians: { readonly problems: number; readonly objectives: number; readonly values: Float64Array }

const rows = linearizeJacobian([[1, 2]])
const gramian = linearizeGramian([[1]])

export const methodsThatNeedCoordinates = [
  aggregate(wasm, graddrop(), rows),
  // @ts-expect-error GradDrop looks at coordinates, of which a Gramian has none
  aggregate(wasm, graddrop(), gramian),
  // @ts-expect-error and this linearization forms no Jacobian
  aggregate(wasm, graddrop(), engine),
  // @ts-expect-error
  weighting(wasm, trimmedMean({ trim: 1 }), 4),
  // @ts-expect-error
  weighBatch(wasm, graddrop(), gramians),
  // @ts-expect-error the averages of Bloop are vectors
  aggregate(wasm, bloop({ average: "after" }), gramian),
  aggregate(wasm, bloop(), gramian),
  aggregate(wasm, cagrad(), engine)
]

export const wrappers: readonly Aggregator[] = [
  crMogm({ weighting: unitNorm({ weighting: mgda() }) }),
  // @ts-expect-error CR-MOGM averages weights, and GradDrop has none
  crMogm({ weighting: graddrop() }),
  // @ts-expect-error
  unitNorm({ weighting: trimmedMean({ trim: 1 }) }),
  // @ts-expect-error
  lossScaled({ weighting: momentum({ aggregator: mean() }) }),
  // @ts-expect-error
  grouped({ weighting: grouped({ weighting: mean(), groups: [1] }), groups: [1] }),
  // @ts-expect-error
  gradientAndMomentum({ weighting: graddrop() }),
  // Momentum averages the Jacobian itself, for methods of any kind.
  momentum({ aggregator: graddrop() }),
  momentum({ aggregator: crMogm({ weighting: mean() }) }),
  // @ts-expect-error a name is not yet a method
  momentum({ aggregator: "mean" })
]

// @ts-expect-error a method that needs the Jacobian is no Gramian aggregator
export const mistaken: GramianAggregator = graddrop()

export const options: readonly Aggregator[] = [
  // @ts-expect-error misspelt
  upgrad({ rdige: { kind: "none" } }),
  // @ts-expect-error no such ridge
  upgrad({ ridge: { kind: "tikhonov" } }),
  // @ts-expect-error a ridge of this kind has an epsilon
  upgrad({ ridge: { kind: "trace" } }),
  // @ts-expect-error not a list
  upgrad({ preference: 1 }),
  // @ts-expect-error as text only in data, which parseAggregator reads
  crMogm({ weighting: mean(), smoothing: "corollary-1" }),
  // @ts-expect-error the schedule has no alpha
  crMogm({ weighting: mean(), smoothing: { kind: "corollary-1", alpha: 0.5 } }),
  // @ts-expect-error ρ belongs to averages
  bloop({ rho: 0.1 }),
  // @ts-expect-error
  grouped({ weighting: mean(), groups: "tensors" })
]

export const required: readonly Aggregator[] = [
  // @ts-expect-error
  constant({}),
  // @ts-expect-error
  krum({}),
  // @ts-expect-error
  trimmedMean({}),
  // @ts-expect-error
  crMogm({}),
  // @ts-expect-error
  grouped({ weighting: mean() }),
  // @ts-expect-error
  momentum()
]

/** The weights of a method that needs a Gramian at most are there, those of another may be null. */
export function weightsOf(aggregator: Aggregator): Float64Array | null {
  if (needsJacobian(aggregator)) {
    // @ts-expect-error null for a direction that is no combination of the rows
    const weights: Float64Array = aggregate(wasm, aggregator, rows).weights
    return weights
  }
  const weights: Float64Array = aggregate(wasm, aggregator, rows).weights
  return knownWeights(aggregator, 1) ?? weights
}

/** A name of the union tells the options. */
export function maxNormOf(aggregator: Aggregator): number | null {
  // @ts-expect-error not every method has one
  aggregator.maxNorm
  return aggregator.name === "nash-mtl" ? aggregator.maxNorm : null
}

// @ts-expect-error what a parser returns may need the Jacobian
weighting(wasm, parseAggregator("upgrad"), 2)
