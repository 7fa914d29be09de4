/**
 * Steps of Jacobian descent on a model whose gradients another library computes, and has to be waited for.
 *
 * @module
 */
import { InputError, type Wasm } from "@dualcone/wasm"
import { type PlannedAggregator, planAggregator } from "./aggregate.ts"
import type { Aggregator } from "./aggregator.ts"
import type { Certificate } from "./certificate.ts"
import type { JacobianLinearization } from "./linearization.ts"
import { knownWeights, methods, parseAggregator } from "./methods.ts"
import { type State, stateless } from "./state.ts"

/** m losses f of a model at its present parameters x, n of them, and how these are moved. */
export interface ForeignModel {
  /** f(x), from a forward pass. */
  values(): Promise<Float64Array>
  /** f(x) and Jᵀ w for weights that depend on m alone. */
  combined(weightsOf: (objectives: number) => Float64Array): Promise<CombinedLosses>
  /** f linearized at x. */
  linearize(): Promise<JacobianLinearization<Float32Array>>
  /** Moves x against a direction. `iteration` counts from 1. */
  update(direction: Float32Array, iteration: number): Promise<void>
}

/** f(x) and Jᵀ w. */
export interface CombinedLosses {
  readonly values: Float64Array
  readonly direction: Float32Array
}

/** One step. Arrays are the caller's own. */
export interface ForeignStep {
  /** Counted from 1. */
  readonly iteration: number
  /** f(x) before the update, m values. */
  readonly values: Float64Array
  /** m weights; null for a method whose direction is no combination of the rows. */
  readonly weights: Float64Array | null
  /** Null for methods that solve no program. */
  readonly certificate: Certificate | null
}

/** Steps of one aggregator. Dispose it to give its memory back. */
export interface ForeignSteps extends Disposable {
  /** What the aggregator remembers; empty before the first step, in which it is planned. */
  readonly state: State
  /**
   * One step: `linearize`, the aggregator, `update`. A method that asks for nothing (mean, sum, constant) has `combined`
   * instead; one that looks at the losses after the update has `values` too.
   *
   * @throws InputError, as a rejection, for another number of losses than in the first step, a loss that is not finite, and
   * a step that begins before the last one has ended.
   */
  take(model: ForeignModel): Promise<ForeignStep>
}

/**
 * Steps by this aggregator on models of n parameters; it is planned at the first step, when m is known.
 *
 * @throws InputError for an unknown method and for an option that breaks its rule.
 */
export function foreignSteps(wasm: Wasm, specification: Aggregator, parameters: number): ForeignSteps {
  const aggregator = parseAggregator(specification, "the aggregator")
  const method = methods.find(({ name }) => name === aggregator.name)
  const asksForNothing = method?.asks.every((asked) => asked === "nothing") ?? false
  let iteration = 0
  let planned: { readonly objectives: number; readonly aggregator: PlannedAggregator } | undefined
  let underway = false

  const planFor = (objectives: number): PlannedAggregator => {
    planned ??= { objectives, aggregator: planAggregator(wasm, aggregator, { objectives, parameters }) }
    if (objectives === planned.objectives) return planned.aggregator
    const rule = `it was ${planned.objectives} in the first step; leave out a last, smaller batch`
    throw new InputError({ rule, place: "the number of losses", value: objectives })
  }

  async function straight(model: ForeignModel): Promise<Omit<ForeignStep, "iteration">> {
    let weights: Float64Array | null = null
    const { values, direction } = await model.combined((objectives) => {
      planFor(objectives)
      weights = knownWeights(aggregator, objectives)
      return weights ?? new Float64Array(objectives)
    })
    checkFinite(values, iteration + 1)
    await model.update(direction, iteration + 1)
    return { values, weights, certificate: null }
  }

  async function byRows(model: ForeignModel): Promise<Omit<ForeignStep, "iteration">> {
    const linearization = await model.linearize()
    const { values } = linearization
    checkFinite(values, iteration + 1)
    const plan = planFor(values.length)
    const { direction, weights, certificate } = plan.aggregate(linearization)
    const kept = weights?.slice() ?? null
    await model.update(direction, iteration + 1)
    if (plan.observe !== undefined) plan.observe(await model.values())
    return { values, weights: kept, certificate }
  }

  return {
    get state() {
      return planned?.aggregator.state ?? stateless
    },
    async take(model) {
      if (underway) {
        const rule = "one step at a time: await the promise of the last one first"
        throw new InputError({ rule, place: "the step", value: `begun during step ${iteration + 1}` })
      }
      underway = true
      try {
        const taken = await (asksForNothing ? straight(model) : byRows(model))
        iteration++
        return { iteration, ...taken }
      } finally {
        underway = false
      }
    },
    [Symbol.dispose]() {
      planned?.aggregator[Symbol.dispose]()
      planned = undefined
    }
  }
}

function checkFinite(values: Float64Array, iteration: number): void {
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong < 0) return
  const rule = "every loss must be finite; a smaller learning rate may help"
  throw new InputError({ rule, place: `loss ${wrong} of step ${iteration}`, value: values[wrong] })
}
