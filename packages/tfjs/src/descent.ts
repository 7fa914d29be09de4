/**
 * Whole steps of Jacobian descent on the variables of a model: linearize, aggregate, update.
 *
 * @module
 */
import { type Aggregator, type ForeignStep, foreignSteps, type State } from "@dualcone/aggregation"
import type { Wasm } from "@dualcone/wasm"
import { combined, forwardOnly } from "./backward.ts"
import { type LinearizeOptions, linearizeOn } from "./linearize.ts"
import type { Losses } from "./losses.ts"
import { type UpdateRule, updateOf } from "./update.ts"
import { layoutOf } from "./variables.ts"

/** What a descent is made of. */
export interface DescentOptions extends LinearizeOptions {
  readonly aggregator: Aggregator
  /** `tf.train.adam(0.01)`, or `(n) => makeOptimizer(adam({ learningRate: 0.01 }), n)`. */
  readonly optimizer: UpdateRule
}

/** A descent on the variables of a model. Dispose it to give the aggregator's memory back; the optimizer stays yours. */
export interface Descent extends Disposable {
  /** n, the entries of all variables. */
  readonly parameters: number
  /** What the aggregator remembers: see `saveState` and `restoreState`. Empty before the first step. */
  readonly state: State
  /**
   * Linearizes the losses, aggregates, and updates the variables. Where the aggregator asks for nothing (mean, sum,
   * constant), a vector of losses costs one backward pass in all; a method that looks at the losses after the update has
   * them called once more. No tensor is left behind but those of the optimizer.
   *
   * @throws InputError, as a rejection, for what `linearize` refuses; for another number of losses than in the first step;
   * for a loss that is not finite; and for a step that begins before the last one has ended.
   */
  step(losses: Losses): Promise<ForeignStep>
}

/**
 * Plans a descent; the aggregator follows at the first step, when the number of losses is known.
 *
 * @throws InputError for variables that `linearize` refuses, and for an aggregator with an unknown name or option.
 */
export function makeDescent(wasm: Wasm, { aggregator, optimizer, variables }: DescentOptions): Descent {
  const layout = layoutOf(variables)
  const update = updateOf(optimizer, layout)
  const steps = foreignSteps(wasm, aggregator, layout.parameters)
  return {
    parameters: layout.parameters,
    get state() {
      return steps.state
    },
    step: (losses) =>
      steps.take({
        values: () => forwardOnly(losses),
        combined: (weightsOf) => combined(losses, weightsOf, layout),
        linearize: () => linearizeOn(layout, losses),
        update
      }),
    [Symbol.dispose]: () => steps[Symbol.dispose]()
  }
}
