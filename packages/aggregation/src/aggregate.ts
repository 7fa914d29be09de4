/**
 * An aggregator maps a linearization to a direction: Jᵀ w with the weights of its weighting, or what it combines from
 * the Jacobian.
 *
 * @module
 */
import { InputError, type Wasm } from "@dualcone/wasm"
import type { Aggregator, GramianAggregator } from "./aggregator.ts"
import type { Certificate } from "./certificate.ts"
import type { Size } from "./combination.ts"
import type { GramianLinearization } from "./gramian.ts"
import type { Direction, Gramian, JacobianLinearization, Linearization } from "./linearization.ts"
import type { Asks, MethodPlan } from "./method.ts"
import { planMethod, weighting } from "./methods.ts"
import { type State, stateless } from "./state.ts"
import { checkValues, type Weighed } from "./weighting.ts"

/** A direction, the weights it comes from, and what is proved about them. */
export interface Aggregation<D extends Direction | null, W extends Float64Array | null = Float64Array> {
  /** Jᵀ w, to be subtracted from the parameters; null when only the Gramian is known. */
  readonly direction: D
  /** m weights; null for a method whose direction is no combination of the rows. */
  readonly weights: W
  /** Null for methods without a program. */
  readonly certificate: Certificate | null
}

/** The aggregators that a linearization can serve: those that need coordinates need a {@link JacobianLinearization}. */
export type AggregatorFor<L extends Linearization> = L extends JacobianLinearization ? Aggregator : GramianAggregator

/** A method planned for m objectives and n parameters. Dispose it to give its memory back. */
export interface PlannedAggregator extends Disposable {
  readonly asks: Asks
  /** What it remembers between calls: see `saveState` and `restoreState`. */
  readonly state: State
  /**
   * The direction and the weights may be overwritten by the next call.
   *
   * @throws InputError when the method looks at coordinates and the linearization cannot form its Jacobian.
   */
  aggregate<D extends Direction>(linearization: Linearization<D>): Aggregation<D, Float64Array | null>
  /** For methods that look at the values after the update, on the same examples. */
  readonly observe?: (values: Float64Array) => void
}

/**
 * Plans an aggregator, to be used again and again on linearizations of one size.
 *
 * @throws InputError when an option breaks its rule, or a preference or weights have not one entry a row.
 */
export function planAggregator(wasm: Wasm, aggregator: Aggregator, size: Size): PlannedAggregator {
  const plan = planMethod(wasm, aggregator, size)
  const observe = observerOf(plan)
  return {
    asks: plan.asks,
    state: stateOf(plan),
    aggregate: (linearization) => aggregateBy(plan, linearization),
    ...(observe === undefined ? {} : { observe }),
    [Symbol.dispose]: () => disposePlan(plan)
  }
}

function aggregateBy<D extends Direction>(
  plan: MethodPlan,
  linearization: Linearization<D>
): Aggregation<D, Float64Array | null> {
  if (plan.asks === "jacobian") {
    const { combination } = plan
    if (!hasJacobian(linearization)) throw jacobianNeeded()
    // A pullback of nothing is the buffer, of the linearization's own kind, that the direction is written to.
    const direction = linearization.pullback(new Float64Array(linearization.objectives))
    return { direction, ...combination.combine(linearization, direction) }
  }
  const { weights, certificate } = weigh(plan, linearization)
  return { direction: linearization.pullback(weights), weights, certificate }
}

/** Weights of a method that needs no Jacobian; may be overwritten by the next call. */
function weigh(
  plan: Exclude<MethodPlan, { asks: "jacobian" }>,
  linearization: Linearization | GramianLinearization
): Weighed {
  const values = "values" in linearization ? linearization.values : undefined
  switch (plan.asks) {
    case "nothing":
      return { weights: plan.weights, certificate: null }
    case "values":
      return { weights: plan.scalarization.weigh(checkValues(values, linearization.objectives)), certificate: null }
    case "gramian":
      return plan.weighting.weigh(linearization.gramian(), values)
  }
}

function hasJacobian<D extends Direction>(
  linearization: Linearization<D> | JacobianLinearization<D> | GramianLinearization
): linearization is JacobianLinearization<D> {
  return "jacobian" in linearization
}

function jacobianNeeded(): InputError {
  const rule = "its aggregator looks at the coordinates of the Jacobian"
  return new InputError({ rule, place: "the linearization", value: "without Jacobian" })
}

function stateOf(plan: MethodPlan): State {
  switch (plan.asks) {
    case "nothing":
      return stateless
    case "values":
      return plan.scalarization.state
    case "gramian":
      return plan.weighting.state
    case "jacobian":
      return plan.combination.state
  }
}

function observerOf(plan: MethodPlan): ((values: Float64Array) => void) | undefined {
  const owner = plan.asks === "values" ? plan.scalarization : plan.asks === "gramian" ? plan.weighting : undefined
  return owner?.observe?.bind(owner)
}

function disposePlan(plan: MethodPlan): void {
  if (plan.asks === "values") plan.scalarization[Symbol.dispose]()
  if (plan.asks === "gramian") plan.weighting[Symbol.dispose]()
  if (plan.asks === "jacobian") plan.combination[Symbol.dispose]()
}

/**
 * Aggregates once. To aggregate again and again, plan the aggregator and keep it: methods that remember earlier calls
 * have nothing to remember here.
 *
 * @throws InputError when an option breaks its rule, or a preference or weights have not one entry a row.
 */
export function aggregate<D extends Direction>(
  wasm: Wasm,
  aggregator: GramianAggregator,
  linearization: Linearization<D>
): Aggregation<D>
export function aggregate<D extends Direction>(
  wasm: Wasm,
  aggregator: Aggregator,
  linearization: JacobianLinearization<D>
): Aggregation<D, Float64Array | null>
export function aggregate(
  wasm: Wasm,
  aggregator: GramianAggregator,
  linearization: GramianLinearization
): Aggregation<null>
export function aggregate(
  wasm: Wasm,
  aggregator: Aggregator,
  linearization: JacobianLinearization | Linearization | GramianLinearization
): Aggregation<Direction | null, Float64Array | null> {
  const { objectives } = linearization
  const parameters = "parameters" in linearization ? linearization.parameters : 0
  const plan = planMethod(wasm, aggregator, { objectives, parameters })
  try {
    if ("pullback" in linearization) {
      const { direction, weights, certificate } = aggregateBy(plan, linearization)
      return { direction, weights: weights?.slice() ?? null, certificate }
    }
    if (plan.asks === "jacobian") throw jacobianNeeded()
    const { weights, certificate } = weigh(plan, linearization)
    return { direction: null, weights: weights.slice(), certificate }
  } finally {
    disposePlan(plan)
  }
}

/** Gramians of `problems` independent problems of the same size: [problems, m, m], row-major. */
export interface GramianBatch {
  readonly problems: number
  readonly objectives: number
  readonly values: Float64Array
}

/**
 * The weights of every problem of a batch, [problems, m], and their certificates; planned once.
 *
 * @throws InputError that names the problem, counted from zero.
 */
export function weighBatch(
  wasm: Wasm,
  aggregator: GramianAggregator,
  { problems, objectives, values }: GramianBatch
): { readonly weights: Float64Array; readonly certificates: readonly (Certificate | null)[] } {
  using planned = weighting(wasm, aggregator, objectives)
  const size = objectives * objectives
  if (values.length !== problems * size) {
    const rule = `it must be ${problems * size} for ${problems} problems of ${objectives} objectives`
    throw new InputError({ rule, place: "the number of entries of the Gramians", value: values.length })
  }
  const weights = new Float64Array(problems * objectives)
  const certificates = Array.from({ length: problems }, (_, problem) => {
    const gramian: Gramian = { objectives, values: values.subarray(problem * size, (problem + 1) * size) }
    const weighed = inProblem(problem, () => planned.weigh(gramian))
    weights.set(weighed.weights, problem * objectives)
    return weighed.certificate
  })
  return { weights, certificates }
}

function inProblem<A>(problem: number, weigh: () => A): A {
  try {
    return weigh()
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const { rule, place, value } = error
    throw new InputError({ rule, place: `${place} of problem ${problem}`, value })
  }
}
