/**
 * An aggregator maps a linearization to a direction: Jᵀ w with the weights of its weighting.
 *
 * @module
 */
import { InputError, type Wasm } from "@dualcone/wasm"
import type { Certificate } from "./certificate.ts"
import type { GramianLinearization } from "./gramian.ts"
import type { Direction, Gramian, Linearization } from "./linearization.ts"
import { type Aggregator, knownWeights, weighting } from "./methods.ts"

/** A direction, the weights it comes from, and what is proved about them. */
export interface Aggregation<D extends Direction | null> {
  /** Jᵀ w, to be subtracted from the parameters; null when only the Gramian is known. */
  readonly direction: D
  /** m weights, the caller's own. */
  readonly weights: Float64Array
  /** Null for methods without a program. */
  readonly certificate: Certificate | null
}

/**
 * Aggregates once. To aggregate again and again, plan a `weighting` and keep it.
 *
 * @throws InputError when an option breaks its rule, or a preference or weights have not one entry a row.
 */
export function aggregate<D extends Direction>(
  wasm: Wasm,
  aggregator: Aggregator,
  linearization: Linearization<D>
): Aggregation<D>
export function aggregate(
  wasm: Wasm,
  aggregator: Aggregator,
  linearization: Linearization | GramianLinearization
): Aggregation<Direction | null>
export function aggregate(
  wasm: Wasm,
  aggregator: Aggregator,
  linearization: Linearization | GramianLinearization
): Aggregation<Direction | null> {
  const known = knownWeights(aggregator, linearization.objectives)
  const { weights, certificate } =
    known === null ? weighOnce(wasm, aggregator, linearization.gramian()) : { weights: known, certificate: null }
  return { direction: "pullback" in linearization ? linearization.pullback(weights) : null, weights, certificate }
}

/** The weights of one Gramian, in an array of their own. */
function weighOnce(wasm: Wasm, aggregator: Aggregator, gramian: Gramian) {
  using planned = weighting(wasm, aggregator, gramian.objectives)
  const { weights, certificate } = planned.weigh(gramian)
  return { weights: weights.slice(), certificate }
}

/** Gramians of `problems` independent problems of the same size: [problems, m, m], row-major. */
export interface GramianBatch {
  readonly problems: number
  readonly objectives: number
  readonly values: Float64Array
}

/**
 * The weights of every problem of a batch, [problems, m], and their certificates; planned once.
 *
 * @throws InputError that names the problem, counted from zero.
 */
export function weighBatch(
  wasm: Wasm,
  aggregator: Aggregator,
  { problems, objectives, values }: GramianBatch
): { readonly weights: Float64Array; readonly certificates: readonly (Certificate | null)[] } {
  using planned = weighting(wasm, aggregator, objectives)
  const size = objectives * objectives
  if (values.length !== problems * size) {
    const rule = `it must be ${problems * size} for ${problems} problems of ${objectives} objectives`
    throw new InputError({ rule, place: "the number of entries of the Gramians", value: values.length })
  }
  const weights = new Float64Array(problems * objectives)
  const certificates = Array.from({ length: problems }, (_, problem) => {
    const gramian = { objectives, values: values.subarray(problem * size, (problem + 1) * size) }
    const weighed = inProblem(problem, () => planned.weigh(gramian))
    weights.set(weighed.weights, problem * objectives)
    return weighed.certificate
  })
  return { weights, certificates }
}

function inProblem<A>(problem: number, weigh: () => A): A {
  try {
    return weigh()
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const { rule, place, value } = error
    throw new InputError({ rule, place: `${place} of problem ${problem}`, value })
  }
}
