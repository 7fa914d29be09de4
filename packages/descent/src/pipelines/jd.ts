/**
 * Jacobian descent (arXiv 2406.16232, Algorithm 1): x ← x − η A(Jf(x)), T times, with the whole Jacobian each time.
 *
 * @module
 */
import type { AggregatorFor } from "@dualcone/aggregation"
import type * as Stream from "effect/Stream"
import { type FunctionObjective, type LinearizationOf, linearize } from "../objectives/function-objective.ts"
import { type DescentStep, type FunctionDescentOptions, functionDescent } from "./function-descent.ts"
import { type DescentError, stepsOf } from "./function-stream.ts"

/** What {@link jd} descends on, and how. */
export interface JdOptions<O extends FunctionObjective> extends FunctionDescentOptions {
  readonly objective: O
  /** One that the objective can serve: methods that look at coordinates need a Jacobian. */
  readonly aggregator: AggregatorFor<LinearizationOf<O>>
}

/**
 * Jacobian descent on a function.
 *
 * ```ts
 * const step = yield* jd({
 *   objective: { values: (x) => [x[0] ** 2, x[1] ** 2], jacobian: (x) => [[2 * x[0], 0], [0, 2 * x[1]]] },
 *   start: [3, -2], aggregator: upgrad(), optimizer: sgd({ learningRate: 0.1 }), steps: 50
 * }).pipe(Stream.runLast)
 * ```
 */
export function jd<const O extends FunctionObjective>(options: JdOptions<O>): Stream.Stream<DescentStep, DescentError> {
  const { objective, aggregator } = options
  return stepsOf((wasm) => functionDescent(wasm, aggregator, (x) => linearize(objective, x), options))
}
