/**
 * What one method of aggregation is made of: its paper and properties, its specification as plain data, and what it
 * plans.
 *
 * @module
 */
import { InputError, type Wasm } from "@dualcone/wasm"
import type { Aggregator, GramianAggregator } from "./aggregator.ts"
import type { Combination, Size } from "./combination.ts"
import type { Gramian } from "./linearization.ts"
import { type State, stateless } from "./state.ts"
import { checkObjectives, checkSize, checkValues, type Weighed, type Weighting } from "./weighting.ts"

/** One option of a method, for people and for the command line. */
export interface Parameter {
  readonly name: string
  /** How it is written: one number, numbers with commas, text, yes or no, or another aggregator. */
  readonly type: "number" | "numbers" | "text" | "boolean" | "aggregator"
  readonly default: string
  readonly meaning: string
}

/** What is known of a method A, for a Jacobian J and without ridge ("Jacobian Descent", arXiv 2406.16232, section 2). */
export interface Properties {
  /** J A(J) ≥ 0: no row gets worse along −A(J), to first order. */
  readonly nonConflicting: boolean
  /** A(diag(c) J) is linear in c > 0. */
  readonly linearUnderScaling: boolean
  /** A(J) = Jᵀ w for some weights w. */
  readonly weighted: boolean
}

/** What a method asks of a linearization: nothing, the values of the objectives, the Gramian, or the whole Jacobian. */
export type Asks = "nothing" | "values" | "gramian" | "jacobian"

/** A method as people know it. */
export interface MethodFacts {
  readonly name: string
  readonly title: string
  /** Authors, year and where to find it; null for arithmetic. */
  readonly paper: string | null
  /** The weights or the direction, as a formula. */
  readonly formula: string
  readonly parameters: readonly Parameter[]
  readonly properties: Properties
  /** Whether it draws random numbers, from the seed in its specification. */
  readonly random?: boolean
  /** Whether a call depends on earlier ones by more than their number, with which random draws change. */
  readonly stateful?: boolean
}

/** Plain data that chooses a method and its options. */
export interface Specification {
  readonly name: string
}

/** Weights from the values of the objectives alone: gradient descent on a function of the losses. */
export interface Scalarization extends Disposable {
  readonly state: State
  /** m weights, the partial derivatives of the scalarization; may be overwritten by the next call. */
  weigh(values: Float64Array): Float64Array
  /** {@link Weighting.observe}. */
  observe?(values: Float64Array): void
}

/** A method with its sizes fixed, by what it asks for. */
export type MethodPlan =
  | { readonly asks: "nothing"; readonly weights: Float64Array }
  | { readonly asks: "values"; readonly scalarization: Scalarization }
  | { readonly asks: "gramian"; readonly weighting: Weighting }
  | { readonly asks: "jacobian"; readonly combination: Combination }

/** How the specification of a wrapper reads the one that it holds. */
export interface NestedParser {
  /** A checked specification of any method. @throws InputError that names the wrong key below `place`. */
  parse(value: unknown, place: string): Aggregator
  /** {@link parse}, for a method that can do without the Jacobian. */
  parseGramian(value: unknown, place: string): GramianAggregator
}

/** What a method that wraps another one needs to know of the list of methods. */
export interface Nested extends NestedParser {
  /** Plans any method. */
  plan(specification: Specification, size: Size): MethodPlan
}

/** What a method's file writes down. */
export type MethodDefinition<A extends Specification> = MethodFacts & {
  readonly name: A["name"]
  /** A checked specification, defaults filled in, from data whose `name` is this method's. */
  parse(value: unknown, place: string, nested: NestedParser): A
} & (
    | {
        /** Weights that do not depend on the linearization. */
        known(specification: A, objectives: number): Float64Array
      }
    | {
        /** Plans a method that looks at the values of the objectives alone. */
        scalarize(wasm: Wasm, specification: A, objectives: number): Scalarization
      }
    | {
        /** Plans the weighting for `objectives` rows. */
        plan(wasm: Wasm, specification: A, objectives: number, nested: Nested): Weighting
      }
    | {
        /** Plans a method that looks at the Jacobian. */
        combine(wasm: Wasm, specification: A, size: Size, nested: Nested): Combination
      }
    | {
        /** Whether a specification asks for the Jacobian; without this function all do. */
        needsJacobian?(specification: A): boolean
        /** Plans a method whose options decide what it asks for. */
        planAny(wasm: Wasm, specification: A, size: Size, nested: Nested): MethodPlan
      }
  )

/**
 * A method with its specification's type closed over. Specifications are plain data and may come from anywhere, so
 * each is parsed again where it is used, once a plan.
 */
export interface Method<A extends Specification = Specification> extends MethodFacts {
  readonly name: A["name"]
  /** What its specifications may ask for, the least first. */
  readonly asks: readonly Asks[]
  /** Whether this one asks for the Jacobian. */
  needsJacobian(specification: A): boolean
  /**
   * A checked specification, defaults filled in. Methods that wrap another one need `nested`.
   *
   * @throws InputError that names the wrong key.
   */
  parse(value: unknown, place: string, nested?: NestedParser): A
  /** Weights that need nothing of a linearization, a fresh array; null when the method asks for something. */
  knownWeights(specification: unknown, objectives: number): Float64Array | null
  /** Plans the method for these sizes. @throws InputError for options that do not fit them. */
  plan(wasm: Wasm, specification: unknown, size: Size, nested: Nested): MethodPlan
}

/** The method that a definition describes. */
export function defineMethod<A extends Specification>(definition: MethodDefinition<A>): Method<A> {
  const { name, title, paper, formula, parameters, properties, random = false, stateful = false } = definition
  const parse = (value: unknown, place: string, nested = nothingNested) => definition.parse(value, place, nested)
  return {
    ...{ name, title, paper, formula, parameters, properties, random, stateful },
    asks: asksOf(definition),
    needsJacobian(specification) {
      if ("planAny" in definition) return definition.needsJacobian?.(specification) ?? true
      return "combine" in definition
    },
    parse,
    knownWeights(specification, objectives) {
      checkObjectives(objectives)
      return "known" in definition ? definition.known(parse(specification, "the aggregator"), objectives) : null
    },
    plan(wasm, specification, size, nested) {
      checkObjectives(size.objectives)
      const parsed = parse(specification, "the aggregator", nested)
      if ("known" in definition) return { asks: "nothing", weights: definition.known(parsed, size.objectives) }
      if ("scalarize" in definition) {
        return { asks: "values", scalarization: definition.scalarize(wasm, parsed, size.objectives) }
      }
      if ("plan" in definition) {
        return { asks: "gramian", weighting: definition.plan(wasm, parsed, size.objectives, nested) }
      }
      if ("combine" in definition) {
        return { asks: "jacobian", combination: definition.combine(wasm, parsed, size, nested) }
      }
      return definition.planAny(wasm, parsed, size, nested)
    }
  }
}

function asksOf<A extends Specification>(definition: MethodDefinition<A>): readonly Asks[] {
  if ("known" in definition) return ["nothing"]
  if ("scalarize" in definition) return ["values"]
  if ("plan" in definition) return ["gramian"]
  if ("combine" in definition || definition.needsJacobian === undefined) return ["jacobian"]
  return ["gramian", "jacobian"]
}

/** For methods that are parsed outside of the list, where there is nothing to look a method up in. */
const nothingNested: NestedParser = { parse: noList, parseGramian: noList }

function noList(value: unknown, place: string): never {
  throw new InputError({ rule: "a method that wraps another one is read by parseAggregator", place, value })
}

/** Any plan that needs no Jacobian as a weighting, for methods that wrap it; null for one that needs it. */
export function asWeighting(plan: MethodPlan, objectives: number): Weighting | null {
  switch (plan.asks) {
    case "nothing":
      return knownWeighting(plan.weights)
    case "values":
      return scalarWeighting(plan.scalarization, objectives)
    case "gramian":
      return plan.weighting
    case "jacobian":
      return null
  }
}

/** The weighting that gives the same weights for every Gramian. */
function knownWeighting(weights: Float64Array): Weighting {
  const objectives = weights.length
  return {
    objectives,
    state: stateless,
    weigh(gramian: Gramian): Weighed {
      checkSize(gramian, objectives)
      return { weights, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}

/** The weighting that looks at the values alone. */
function scalarWeighting(scalarization: Scalarization, objectives: number): Weighting {
  return {
    objectives,
    state: scalarization.state,
    weigh(gramian: Gramian, values?: Float64Array): Weighed {
      checkSize(gramian, objectives)
      return { weights: scalarization.weigh(checkValues(values, objectives)), certificate: null }
    },
    ...(scalarization.observe === undefined
      ? {}
      : { observe: (values: Float64Array) => scalarization.observe?.(values) }),
    [Symbol.dispose]: () => scalarization[Symbol.dispose]()
  }
}
