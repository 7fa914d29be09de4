/**
 * Whole steps of Jacobian descent on the variables of a model: linearize, aggregate, update.
 *
 * @module
 */
import {
  type Aggregator,
  type Certificate,
  knownWeights,
  methods,
  type PlannedAggregator,
  parseAggregator,
  planAggregator,
  type State
} from "@dualcone/aggregation"
import { InputError, type Wasm } from "@dualcone/wasm"
import { dispose } from "@tensorflow/tfjs-core"
import { combined, forwardOnly } from "./backward.ts"
import { float32Of, type LinearizeOptions, linearizeOn } from "./linearize.ts"
import type { Losses } from "./losses.ts"
import { type UpdateRule, updateOf } from "./update.ts"
import { layoutOf } from "./variables.ts"

/** What a descent is made of. */
export interface DescentOptions extends LinearizeOptions {
  readonly aggregator: Aggregator
  /** `tf.train.adam(0.01)`, or `(n) => makeOptimizer(adam({ learningRate: 0.01 }), n)`. */
  readonly optimizer: UpdateRule
}

/** One step. Arrays are the caller's own. */
export interface DescentStep {
  /** Counted from 1. */
  readonly iteration: number
  /** f(x) before the update, m values. */
  readonly values: Float64Array
  /** m weights; null for a method whose direction is no combination of the rows. */
  readonly weights: Float64Array | null
  /** Null for methods that solve no program. */
  readonly certificate: Certificate | null
}

/** A descent on the variables of a model. Dispose it to give the aggregator's memory back; the optimizer stays yours. */
export interface Descent extends Disposable {
  /** n. */
  readonly parameters: number
  /** What the aggregator remembers: see `saveState` and `restoreState`. Empty before the first step. */
  readonly state: State
  /**
   * Linearizes the losses, aggregates, and updates the variables. Where the aggregator asks for nothing (mean, sum,
   * constant), one backward pass is all; a method that looks at the losses after the update has them called once more.
   *
   * @throws InputError, as a rejection, for what `linearize` refuses; for another number of losses than in the first step;
   * for a loss that is not finite; and for a step that begins before the last one has ended.
   */
  step(losses: Losses): Promise<DescentStep>
}

const nothing: State = new Map()

/**
 * Plans a descent; the aggregator follows at the first step, when the number of losses is known.
 *
 * @throws InputError for variables that `linearize` refuses, and for an aggregator with an unknown name or option.
 */
export function makeDescent(wasm: Wasm, { aggregator, optimizer, variables }: DescentOptions): Descent {
  const method = parseAggregator(aggregator, "the aggregator")
  const asksForNothing = methods.some(
    ({ name, asks }) => name === method.name && asks.every((asked) => asked === "nothing")
  )
  const layout = layoutOf(variables)
  const { parameters } = layout
  const update = updateOf(optimizer, layout)
  let iteration = 0
  let rows = 0
  let planned: PlannedAggregator | undefined
  let busy = false

  const counted = (objectives: number): number => {
    if (rows === 0) rows = objectives
    if (objectives === rows) return objectives
    const rule = `it was ${rows} in the first step; leave out a last, smaller batch`
    throw new InputError({ rule, place: "the number of losses", value: objectives })
  }
  const plan = (objectives: number): PlannedAggregator => {
    planned ??= planAggregator(wasm, method, { objectives: counted(objectives), parameters })
    counted(objectives)
    return planned
  }

  /** Weights that nothing has to be known for: the direction stays on the device. */
  async function stepStraight(losses: Losses): Promise<Omit<DescentStep, "iteration">> {
    let weights: Float64Array = new Float64Array(0)
    const weightsOf = (objectives: number) => {
      weights = knownWeights(method, counted(objectives)) ?? new Float64Array(objectives)
      return weights
    }
    const { values, direction } = combined(losses, weightsOf, layout)
    try {
      const found = finite(Float64Array.from(await float32Of(values)), iteration + 1)
      await update.byTensor(direction, iteration + 1)
      return { values: found, weights, certificate: null }
    } finally {
      dispose([values, direction])
    }
  }

  async function stepByRows(losses: Losses): Promise<Omit<DescentStep, "iteration">> {
    const linearization = await linearizeOn(layout, losses)
    const values = finite(linearization.values, iteration + 1)
    const { direction, weights, certificate } = plan(values.length).aggregate(linearization)
    const kept = weights?.slice() ?? null
    await update.byVector(direction, iteration + 1)
    if (planned?.observe !== undefined) planned.observe(await forwardOnly(losses))
    return { values, weights: kept, certificate }
  }

  return {
    parameters,
    get state() {
      return planned?.state ?? nothing
    },
    async step(losses) {
      if (busy) throw new InputError({ rule: "wait for the one before", place: "a step", value: "begun too early" })
      busy = true
      try {
        const done = await (asksForNothing ? stepStraight(losses) : stepByRows(losses))
        iteration++
        return { iteration, ...done }
      } finally {
        busy = false
      }
    },
    [Symbol.dispose]() {
      planned?.[Symbol.dispose]()
      planned = undefined
    }
  }
}

function finite(values: Float64Array, iteration: number): Float64Array {
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong < 0) return values
  const rule = "every loss must be finite; a smaller learning rate may help"
  throw new InputError({ rule, place: `loss ${wrong} in step ${iteration}`, value: values[wrong] })
}
