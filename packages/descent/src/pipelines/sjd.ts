/**
 * Stochastic Jacobian descent (arXiv 2406.16232, section 3): x ← x − η A(Ĵ), with a linearization of a random objective
 * drawn afresh in each iteration. The general form: SEJD and SSJD are two ways to draw.
 *
 * @module
 */
import { type AggregatorFor, type Draws, drawsOf, type Linearization } from "@dualcone/aggregation"
import type * as Stream from "effect/Stream"
import { type DescentStep, type FunctionDescentOptions, functionDescent } from "./function-descent.ts"
import { type DescentError, stepsOf } from "./function-stream.ts"

/** What {@link sjd} descends on, and how. */
export interface SjdOptions<L extends Linearization<Float64Array>> extends FunctionDescentOptions {
  /**
   * A random linearization at x. It draws from `draws` alone, a stream that is a function of the seed and the iteration,
   * so that a resumed run goes on exactly.
   */
  readonly draw: (x: Float64Array, draws: Draws, iteration: number) => L
  /** One that the linearization can serve. */
  readonly aggregator: AggregatorFor<L>
  /** Default 0. */
  readonly seed?: number
}

/** Stochastic Jacobian descent. The number of objectives must stay the same. */
export function sjd<L extends Linearization<Float64Array>>(
  options: SjdOptions<L>
): Stream.Stream<DescentStep, DescentError> {
  const { draw, aggregator, seed = 0 } = options
  return stepsOf((wasm) =>
    functionDescent(
      wasm,
      aggregator,
      (x, iteration) => draw(x, drawsOf(wasm.functions, seed, iteration), iteration),
      options
    )
  )
}
