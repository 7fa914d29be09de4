/**
 * What a wrapper plans of the method that it holds.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Aggregator, GramianAggregator } from "../aggregator.ts"
import type { Combination, Size } from "../combination.ts"
import type { JacobianLinearization } from "../linearization.ts"
import { asWeighting, type MethodPlan, type Nested } from "../method.ts"
import { stateless } from "../state.ts"
import { checkValues, type Weighed, type Weighting } from "../weighting.ts"

/** The weighting of a held method for `objectives` rows. */
export function planWrapped(nested: Nested, aggregator: GramianAggregator, objectives: number): Weighting {
  const planned = asWeighting(nested.plan(aggregator, { objectives, parameters: 0 }), objectives)
  if (planned !== null) return planned
  const rule = "it needs the whole Jacobian, and here it gets a Gramian"
  throw new InputError({ rule, place: "the wrapped aggregator", value: aggregator.name })
}

/** {@link planWrapped}, where the values after an update have no way to the held method. */
export function planUnobserving(nested: Nested, aggregator: GramianAggregator, objectives: number): Weighting {
  const planned = planWrapped(nested, aggregator, objectives)
  if (planned.observe !== undefined) throw observing(aggregator)
  return planned
}

/** A held method of any kind, as a combination; it must not look at the values after an update. */
export function planCombination(nested: Nested, aggregator: Aggregator, size: Size): Combination {
  const plan = nested.plan(aggregator, size)
  if (plan.asks === "jacobian") return plan.combination
  const owner = plan.asks === "values" ? plan.scalarization : plan.asks === "gramian" ? plan.weighting : null
  if (owner?.observe !== undefined) throw observing(aggregator)
  return {
    ...size,
    state: owner?.state ?? stateless,
    combine(linearization, into) {
      const weighed = weigh(plan, linearization)
      into.set(linearization.pullback(weighed.weights))
      return weighed
    },
    [Symbol.dispose]: () => owner?.[Symbol.dispose]()
  }
}

function weigh(plan: Exclude<MethodPlan, { asks: "jacobian" }>, linearization: JacobianLinearization): Weighed {
  const { values, objectives } = linearization
  switch (plan.asks) {
    case "nothing":
      return { weights: plan.weights, certificate: null }
    case "values":
      return { weights: plan.scalarization.weigh(checkValues(values, objectives)), certificate: null }
    case "gramian":
      return plan.weighting.weigh(linearization.gramian(), values)
  }
}

function observing({ name }: Aggregator): InputError {
  const rule = "it learns from the values after the update, which do not reach a method in this wrapper"
  return new InputError({ rule, place: "the wrapped aggregator", value: name })
}

/** The `observe` of a wrapper that hands the values on as `seen` makes them; nothing when the held method has none. */
export function observedBy(
  { observe }: Weighting,
  seen: (values: Float64Array) => Float64Array = (values) => values
): Pick<Weighting, "observe"> {
  return observe === undefined ? {} : { observe: (values) => observe(seen(values)) }
}
