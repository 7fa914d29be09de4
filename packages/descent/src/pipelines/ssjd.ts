/**
 * Stochastic sub-Jacobian descent (arXiv 2406.16232, section 3): each iteration takes some rows of the Jacobian, exactly
 * as they are, aggregates them and updates the parameters.
 *
 * On a network with one objective an example, the rows are those of a batch, and the whole is instance-wise risk
 * minimisation; with the mean as aggregator it is SGD on the average loss, to the last bit.
 *
 * @module
 */
import { type AggregatorFor, drawsOf, type JacobianLinearization } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import type * as Stream from "effect/Stream"
import type { Engine } from "../engine.ts"
import type { TrainError } from "../errors.ts"
import { type JacobianObjective, linearize } from "../objectives/function-objective.ts"
import type { RowObjective } from "../objectives/network-objective.ts"
import { type DescentStep, type FunctionDescentOptions, functionDescent } from "./function-descent.ts"
import { type DescentError, stepsOf } from "./function-stream.ts"
import { type NetworkDescentOptions, networkDescent, type Step } from "./network-descent.ts"

/** What is trained, on what, and how. */
export type SsjdOptions = NetworkDescentOptions<RowObjective>

/** A function of very many objectives, of which some can be had without the others. */
export interface RowsObjective {
  /** M, all of them. */
  readonly objectives: number
  /** The objectives with these indices, as a function. */
  rows(indices: Int32Array): JacobianObjective
}

/** What {@link ssjd} descends on when it is a function, and how. */
export interface FunctionSsjdOptions extends FunctionDescentOptions {
  readonly objective: RowsObjective
  /** m: different rows in each iteration, drawn without replacement, in the order of their indices. */
  readonly rows: number
  readonly aggregator: AggregatorFor<JacobianLinearization>
  /** Default 0. */
  readonly seed?: number
}

/** Stochastic sub-Jacobian descent on a network and data, or on the rows of a function. */
export function ssjd(options: SsjdOptions): Stream.Stream<Step, TrainError, Engine>
export function ssjd(options: FunctionSsjdOptions): Stream.Stream<DescentStep, DescentError>
export function ssjd(
  options: SsjdOptions | FunctionSsjdOptions
): Stream.Stream<Step, TrainError, Engine> | Stream.Stream<DescentStep, DescentError> {
  return "network" in options ? networkDescent(options) : functionSsjd(options)
}

function functionSsjd(options: FunctionSsjdOptions): Stream.Stream<DescentStep, DescentError> {
  const { objective, rows, aggregator, seed = 0 } = options
  const { objectives } = objective
  return stepsOf((wasm) => {
    if (!Number.isInteger(rows) || rows < 1 || rows > objectives) {
      const rule = `it must be a whole number from 1 to the ${objectives} objectives`
      throw new InputError({ rule, place: "the number of rows of an iteration", value: rows })
    }
    const order = Int32Array.from({ length: objectives }, (_, i) => i)
    return functionDescent(
      wasm,
      aggregator,
      (x, iteration) => {
        order.forEach((_, i) => {
          order[i] = i
        })
        drawsOf(wasm.functions, seed, iteration).shuffle(order)
        return linearize(objective.rows(order.slice(0, rows).sort()), x)
      },
      options
    )
  })
}
