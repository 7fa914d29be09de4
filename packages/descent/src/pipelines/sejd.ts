/**
 * Stochastically estimated Jacobian descent (arXiv 2406.16232, section 3): each iteration estimates every row of the
 * Jacobian, aggregates the estimate and updates the parameters.
 *
 * On a network the rows are tasks, steps or shards, and a batch estimates each. The direction of the estimate is not an
 * unbiased estimate of the direction: `crMogm` around the weighting takes that bias away.
 *
 * @module
 */
import { type AggregatorFor, type Draws, drawsOf, type JacobianLinearization } from "@dualcone/aggregation"
import type { RealFunctions } from "@dualcone/wasm"
import type * as Stream from "effect/Stream"
import type { Engine } from "../engine.ts"
import type { TrainError } from "../errors.ts"
import { type JacobianObjective, linearize } from "../objectives/function-objective.ts"
import type { EstimatedObjective } from "../objectives/network-objective.ts"
import { type DescentStep, type FunctionDescentOptions, functionDescent } from "./function-descent.ts"
import { type DescentError, stepsOf } from "./function-stream.ts"
import { type NetworkDescentOptions, networkDescent, type Step } from "./network-descent.ts"

/** What is trained, on what, and how. */
export type SejdOptions = NetworkDescentOptions<EstimatedObjective>

/** A function whose values and Jacobian are estimated at random. */
export interface RandomObjective {
  /** The function of one draw. It draws from `draws` alone. */
  sample(draws: Draws, functions: RealFunctions): JacobianObjective
}

/** What {@link sejd} descends on when it is a function, and how. */
export interface FunctionSejdOptions extends FunctionDescentOptions {
  readonly objective: RandomObjective
  readonly aggregator: AggregatorFor<JacobianLinearization>
  /** Default 0. */
  readonly seed?: number
}

/** Stochastically estimated Jacobian descent on a network and data, or on a random function. */
export function sejd(options: SejdOptions): Stream.Stream<Step, TrainError, Engine>
export function sejd(options: FunctionSejdOptions): Stream.Stream<DescentStep, DescentError>
export function sejd(
  options: SejdOptions | FunctionSejdOptions
): Stream.Stream<Step, TrainError, Engine> | Stream.Stream<DescentStep, DescentError> {
  return "network" in options ? networkDescent(options) : functionSejd(options)
}

function functionSejd(options: FunctionSejdOptions): Stream.Stream<DescentStep, DescentError> {
  const { objective, aggregator, seed = 0 } = options
  return stepsOf((wasm) =>
    functionDescent(
      wasm,
      aggregator,
      (x, iteration) => {
        const { functions } = wasm
        return linearize(objective.sample(drawsOf(functions, seed, iteration), functions), x)
      },
      options
    )
  )
}
