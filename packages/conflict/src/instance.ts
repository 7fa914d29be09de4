/**
 * One trial of a problem, as a run sees it: a function to descend on, and objectives to be measured by.
 *
 * @module
 */
import type { JacobianLinearization } from "@dualcone/aggregation"
import type { Wasm } from "@dualcone/wasm"

/** What problems may use. */
export interface InstanceContext {
  readonly wasm: Wasm
  /** The folder of Fashion-MNIST's files; null where there is none. */
  readonly fashionFolder: string | null
}

/** One trial of a problem. Dispose it to give its memory back. */
export interface Instance extends Disposable {
  /** n numbers. */
  readonly start: Float64Array
  /** Moves a point to the nearest feasible one, in place. */
  readonly project?: (x: Float64Array) => void
  /** What a method is shown at x in an iteration, counted from 1; the same for the same arguments. */
  linearize(x: Float64Array, iteration: number): JacobianLinearization<Float64Array>
  /** The measured objectives at x, exact: the same ones as the rows of a linearization, or those that rows are drawn from. */
  values(x: Float64Array): Float64Array
  /** A lower bound of each measured objective, attained where it is known: excess 0. */
  readonly ideal: Float64Array
  /** What counts as an excess of 1 of each measured objective, positive. */
  readonly scale: Float64Array
  /** The least worst and the least mean excess that any point can have; 0 where they are not known. */
  readonly least: { readonly worst: number; readonly mean: number }
  /** Distance of x to the Pareto set, in units of that of the start; null where the set is not known. */
  readonly distance: ((x: Float64Array) => number) | null
  /** The front that ends of runs are compared with by hypervolume; null where none is known. */
  readonly front: readonly Float64Array[] | null
  /** A score from 0 to 1 on examples that no step has seen, such as an accuracy. */
  readonly heldOut?: (x: Float64Array) => number
  /** Updates between two measures of all objectives. */
  readonly measureEvery: number
}
