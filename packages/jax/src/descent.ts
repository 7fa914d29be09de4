/**
 * Whole steps of Jacobian descent on a tree of parameters: linearize, aggregate, update.
 *
 * @module
 */
import { type Aggregator, type ForeignStep, foreignSteps, type State } from "@dualcone/aggregation"
import type { Wasm } from "@dualcone/wasm"
import { tree } from "@jax-js/jax"
import type { Losses } from "./losses.ts"
import { layoutOf, type Tree } from "./tree.ts"
import { type UpdateRule, updateOf } from "./update.ts"

/** What a descent is made of. */
export interface DescentOptions<P extends Tree, I extends Tree[]> {
  readonly losses: Losses<P, I>
  readonly aggregator: Aggregator
  /** `(n) => makeOptimizer(adam({ learningRate: 0.01 }), n)`, or `{ trees: (parameters, direction) => next }`. */
  readonly optimizer: UpdateRule<P>
  /** Those of the first step; used up. */
  readonly parameters: P
}

/** A descent on a tree of parameters. Dispose it to free them and the aggregator's memory; the losses stay yours. */
export interface Descent<P extends Tree, I extends Tree[]> extends Disposable {
  /** As they are now. They belong to the descent: take `tree.ref(descent.parameters)` to hand them on. */
  readonly parameters: P
  /** What the aggregator remembers: see `saveState` and `restoreState`. Empty before the first step. */
  readonly state: State
  /**
   * Linearizes the losses of these inputs, which it uses up, aggregates, and updates the parameters. Where the aggregator
   * asks for nothing (mean, sum, constant), one backward pass is all.
   *
   * @throws InputError, as a rejection, for what `Losses.linearize` refuses; for another number of losses than in the first
   * step; for a loss that is not finite; and for a step that begins before the last one has ended.
   */
  step(...inputs: I): Promise<ForeignStep>
}

/**
 * Plans a descent; the aggregator follows at the first step, when the number of losses is known.
 *
 * @throws InputError for parameters that are not float32 arrays, and for an aggregator with an unknown name or option.
 */
export function makeDescent<P extends Tree, I extends Tree[]>(
  wasm: Wasm,
  { losses, aggregator, optimizer, parameters: start }: DescentOptions<P, I>
): Descent<P, I> {
  const layout = layoutOf(start)
  const update = updateOf(optimizer, layout)
  const steps = foreignSteps(wasm, aggregator, layout.parameters)
  let parameters = start
  let objectives: number | undefined
  const present = () => tree.ref(parameters)
  return {
    get parameters() {
      return parameters
    },
    get state() {
      return steps.state
    },
    async step(...inputs) {
      try {
        return await steps.take({
          values: () => losses.values(present(), ...tree.ref(inputs)),
          async combined(weightsOf) {
            objectives ??= (await losses.values(present(), ...tree.ref(inputs))).length
            return losses.combined(weightsOf(objectives), present(), ...tree.ref(inputs))
          },
          linearize: () => losses.linearize(present(), ...tree.ref(inputs)),
          async update(direction, iteration) {
            parameters = await update(parameters, direction, iteration)
          }
        })
      } finally {
        tree.dispose(inputs)
      }
    },
    [Symbol.dispose]() {
      steps[Symbol.dispose]()
      tree.dispose(parameters)
    }
  }
}
