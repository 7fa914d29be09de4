/**
 * What an optimizer is: a rule that turns a direction into an update of the parameters, in place. To add one, write a
 * file beside `sgd.ts` and name it in the two unions below.
 *
 * @module
 */
import { type Sgd, sgdOptimizer } from "./sgd.ts"

/** An optimizer as plain data. */
export type OptimizerSpecification = Sgd

/** The vectors that an optimizer carries from step to step (`momentum`, ...), each by PyTorch's parameter names. */
export type OptimizerState = ReadonlyMap<string, ReadonlyMap<string, Float32Array>>

/** A planned optimizer. All vectors are in the engine's own order, padding included, entry beside entry. */
export interface Optimizer {
  /** Vectors carried from step to step, by name; to save and to restore in place. */
  readonly vectors: ReadonlyMap<string, Float32Array>
  /** Updates the parameters in place. `iteration` counts from 1 and goes on after a restore. */
  update(parameters: Float32Array, direction: Float32Array, iteration: number): void
}

/** Plans an optimizer for vectors of one length. */
export function makeOptimizer(specification: OptimizerSpecification, length: number): Optimizer {
  switch (specification.name) {
    case "sgd":
      return sgdOptimizer(specification, length)
  }
}
